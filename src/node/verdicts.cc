#include "node/verdicts.h"

#include "base/plant.h"

namespace holdfast::node {

Parsed<bool> Verdicts::hear(const protocol::SignedVerdict& verdict) {
  // The one that we have comes back from every side.
  if (signed_ && *signed_ == verdict) return false;
  const auto read = protocol::read_verdict(turn_.config.keys.moderators, verdict, epoch_);
  if (!read) {
    turn_.counters.add(Count::kVerdictsRefused);
    return std::unexpected(read.error());
  }
  const bool first = !signed_.has_value() && read->epoch == epoch_;  // says what was assumed
  if (read->epoch <= epoch_ && !first && !planted(Plant::kOlderVerdictWins)) {
    turn_.counters.add(Count::kVerdictsOld);
    return false;
  }
  epoch_ = read->epoch;
  signed_ = verdict;
  turn_.counters.add(Count::kVerdictsTaken);
  return true;
}

}  // namespace holdfast::node
