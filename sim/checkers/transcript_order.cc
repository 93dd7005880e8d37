#include "sim/checkers/transcript_order.h"

namespace holdfast::sim {

void TranscriptOrder::composed(const Composed& made) {
  made_.emplace(made.content->digest, made.content);
  if (made.own_before) own_before_.emplace(made.content->digest, *made.own_before);
}

// Whether `earlier` is in the past of `later`, by all that anybody ever wrote.
bool TranscriptOrder::joined(const Digest& later, const Digest& earlier) const {
  std::set<Digest> seen{later};
  std::vector<Digest> open{later};
  while (!open.empty()) {
    const auto made = made_.find(open.back());
    open.pop_back();
    if (made == made_.end()) continue;
    for (const Digest& named : made->second->head.after) {
      if (named == earlier) return true;
      if (seen.insert(named).second) open.push_back(named);
    }
  }
  return false;
}

void TranscriptOrder::view_changed(const View& view) {
  std::unordered_map<Digest, std::size_t> place;
  place.reserve(view.lines.size());
  bool unaccepted = false;
  for (const ViewLine& line : view.lines) {
    const protocol::Content& content = *line.content;
    if (content.head.kind == "route")
      made_.try_emplace(content.digest, std::make_shared<const protocol::Content>(content));
    if (line.acceptances->empty()) {
      unaccepted = true;
      continue;
    }
    if (unaccepted) {
      return failures_.add(kRule,
                           "{} is accepted and stands below one that is not, on the screen of {}",
                           short_name(content.digest), view.who);
    }
    place.emplace(content.digest, place.size());
  }
  for (const ViewLine& line : view.lines) {
    const auto here = place.find(line.content->digest);
    if (here == place.end()) continue;
    for (const Digest& named : line.content->head.after) {
      const auto there = place.find(named);
      if (there == place.end() || there->second < here->second) continue;
      return failures_.add(kRule, "{} stands before {} that it answers, on the screen of {}",
                           short_name(line.content->digest), short_name(named), view.who);
    }
    const auto before = own_before_.find(line.content->digest);
    if (before == own_before_.end()) continue;
    const auto there = place.find(before->second);
    if (there == place.end() || there->second < here->second) continue;
    if (joined(line.content->digest, before->second)) {
      trace_.sometimes("an author's order seen across a hole");
      continue;
    }
    return failures_.add(
        kRule, "{} stands before {} that its author {} wrote earlier, on the screen of {}",
        short_name(line.content->digest), short_name(before->second), line.content->head.author,
        view.who);
  }
}

}  // namespace holdfast::sim
