#include "sim/checkers/versions.h"

#include "protocol/names.h"

namespace holdfast::sim {

void Versions::at_end(const Ending& ending) {
  for (const Written& one : written_) {
    if (one.destroyed) continue;
    for (const Deployment deployment : kBoth) {
      const auto& events = ending.of(deployment).events;
      const auto found = events.find(one.content->digest);
      const bool whole = found != events.end() &&
                         found->second.content->head_bytes == one.content->head_bytes &&
                         (!found->second.content->body_bytes ||
                          found->second.content->body_bytes == one.content->body_bytes);
      if (!whole)
        return failures_.add("9 versions", "{} of a newer version ({}) is not whole in {}",
                             short_name(one.content->digest), one.content->head.kind,
                             protocol::name_of(deployment));
    }
    trace_.sometimes("poison event passed on");
  }
}

}  // namespace holdfast::sim
