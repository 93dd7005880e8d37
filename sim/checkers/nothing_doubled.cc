#include "sim/checkers/nothing_doubled.h"

#include "protocol/names.h"

namespace holdfast::sim {

bool NothingDoubled::may_take_again(const protocol::Origin& origin, const Digest& digest) const {
  const auto deployment = protocol::deployment_of(origin);
  if (!deployment) return false;
  if (cloned_.contains(*deployment)) return true;
  const auto forgotten = forgotten_.find(*deployment);
  return forgotten != forgotten_.end() && forgotten->second.contains(digest);
}

void NothingDoubled::view_changed(const View& view) {
  std::unordered_set<Digest> seen;
  seen.reserve(view.lines.size());
  for (const ViewLine& line : view.lines) {
    const protocol::Content& content = *line.content;
    if (!seen.insert(content.digest).second) {
      return failures_.add(kRule, "{} stands twice on the screen of {}", short_name(content.digest),
                           view.who);
    }
    if (line.acceptances->size() < 2) continue;
    std::set<protocol::Origin> origins;
    for (const Acceptance& acceptance : *line.acceptances) {
      if (origins.insert(acceptance.origin).second ||
          may_take_again(acceptance.origin, content.digest))
        continue;
      return failures_.add(kRule, "{} accepted {} twice, seen by {}", acceptance.origin,
                           short_name(content.digest), view.who);
    }
  }
}

}  // namespace holdfast::sim
