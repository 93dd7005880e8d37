#include "sim/checkers/epochs.h"

namespace holdfast::sim {

void Epochs::verdict_told(const std::string& who, const std::string& connection, Epoch epoch) {
  Epoch& highest = told_[who + " " + connection];
  if (epoch < highest)
    failures_.add(kRule, "{} was told epoch {} after {} over {}", who, epoch, highest, connection);
  highest = std::max(highest, epoch);
}

void Epochs::active_changed(const std::string& who, Epoch before, Epoch now) {
  trace_.line("{} follows epoch {}", who, now);
  if (now < before) failures_.add(kRule, "{} went from epoch {} back to {}", who, before, now);
}

// An ordinary decision is made by the deployment that its epoch names.
void Epochs::view_changed(const View& view) {
  for (const ViewLine& line : view.lines) {
    if (line.content->head.kind != "route" || sound_.contains(line.content->digest)) continue;
    const auto decision = chat::parse_decision(*line.content);
    if (!decision)
      return failures_.add(kRule, "decision {} cannot be read: {}",
                           short_name(line.content->digest), decision.error().why);
    if (decision->autonomous ||
        line.content->head.author ==
            protocol::author_of(protocol::active_deployment(decision->epoch))) {
      sound_.insert(line.content->digest);
      continue;
    }
    return failures_.add(kRule, "{} decided {} under epoch {}, which names the other deployment",
                         line.content->head.author, short_name(line.content->digest),
                         decision->epoch);
  }
}

}  // namespace holdfast::sim
