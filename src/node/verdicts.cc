#include "node/verdicts.h"

#include "base/plant.h"

namespace holdfast::node {

Parsed<bool> Verdicts::hear(const protocol::SignedVerdict& verdict) {
  // The one that we have comes back from every side.
  if (signed_ && *signed_ == verdict) return false;
  // Nor is an older one worth a signature: a peer that follows another key tells it again and
  // again.
  const auto named = protocol::epoch_named(verdict);
  const bool first = !signed_.has_value() && named == epoch_;  // says what was assumed
  if (named && *named <= epoch_ && !first && !planted(Plant::kOlderVerdictWins)) {
    turn_.counters.add(Count::kVerdictsOld);
    return false;
  }
  const auto read = protocol::read_verdict(turn_.config.keys.moderators, verdict, epoch_);
  if (!read) {
    turn_.counters.add(Count::kVerdictsRefused);
    return std::unexpected(read.error());
  }
  epoch_ = read->epoch;
  signed_ = verdict;
  turn_.counters.add(Count::kVerdictsTaken);
  return true;
}

}  // namespace holdfast::node
