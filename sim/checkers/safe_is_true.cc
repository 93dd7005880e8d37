#include "sim/checkers/safe_is_true.h"

#include <algorithm>

#include "protocol/names.h"

namespace holdfast::sim {

void SafeIsTrue::told_safe(const std::string& who, const Digest& digest) {
  const auto found = written_.find(digest);
  const unsigned by = found == written_.end() ? 0 : found->second;
  if (by == 3) return;
  failures_.add(kRule, "{} was told that {} is safe, and it never stood in {}", who,
                short_name(digest),
                (by & bit(Deployment::kPrimary)) != 0 ? "redundant" : "primary");
}

void SafeIsTrue::safe_named(const std::string&, Deployment by,
                            const protocol::from_node::Safe& safe) {
  auto& named = named_[{safe.o, safe.s}];
  const bool known = std::ranges::any_of(named, [&](const Named& one) {
    return one.digest == safe.digest && one.h == safe.h && one.by == by;
  });
  if (!known) named.push_back({safe.digest, safe.h, by});
}

void SafeIsTrue::compare(const protocol::Entry& entry, Deployment held_by, const Ending& ending) {
  const auto found = named_.find({entry.origin, entry.seq});
  if (found == named_.end()) return;
  const auto maker = protocol::parts_of(entry.origin.value());
  const unsigned twice = maker ? cloned_ & bit(maker->deployment) : 0;
  for (const Named& one : found->second) {
    if (one.digest == entry.content->digest && one.h == entry.h) continue;
    const auto found_gone = gone_.find(one.h);
    const unsigned gone = found_gone == gone_.end() ? 0 : found_gone->second;
    if ((twice | gone) == 3) continue;
    const auto stands = [&](const FinalJournal& in) { return in.events.contains(one.digest); };
    if (gone != 0 && stands(ending.primary) && stands(ending.redundant)) continue;
    return failures_.add(kRule,
                         "{} said that {} is safe as {} {}, where {} holds {} or another chain",
                         protocol::name_of(one.by), short_name(one.digest), entry.origin, entry.seq,
                         protocol::name_of(held_by), short_name(entry.content->digest));
  }
}

void SafeIsTrue::at_end(const Ending& ending) {
  for (const Deployment deployment : kBoth) {
    for (const auto& [arrival, entry] : ending.of(deployment).entries)
      compare(entry, deployment, ending);
  }
}

}  // namespace holdfast::sim
