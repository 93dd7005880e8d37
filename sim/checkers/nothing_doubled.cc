#include "sim/checkers/nothing_doubled.h"

namespace holdfast::sim {

void NothingDoubled::view_changed(const View& view) {
  std::unordered_set<Digest> seen;
  seen.reserve(view.lines.size());
  for (const ViewLine& line : view.lines) {
    const protocol::Content& content = *line.content;
    if (!seen.insert(content.digest).second) {
      return failures_.add(kRule, "{} stands twice on the screen of {}", short_name(content.digest),
                           view.who);
    }
    std::set<protocol::Origin> origins;
    for (const Acceptance& acceptance : *line.acceptances) {
      if (origins.insert(acceptance.origin).second) continue;
      return failures_.add(kRule, "{} accepted {} twice, seen by {}", acceptance.origin,
                           short_name(content.digest), view.who);
    }
  }
}

}  // namespace holdfast::sim
