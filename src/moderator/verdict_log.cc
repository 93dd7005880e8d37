#include "moderator/verdict_log.h"

#include <algorithm>

#include "base/plant.h"

namespace holdfast::moderator {

using protocol::Deployment;
using protocol::Epoch;

VerdictLog::Heard VerdictLog::hear(const Verdict& verdict, Trust trust) {
  if (verdict.epoch == epoch()) return Heard::kNoNews;
  if (verdict.epoch < epoch() && !planted(Plant::kOlderVerdictWins)) return Heard::kNoNews;

  const Epoch known = std::max(epoch(), taken_);
  const bool jumps = verdict.epoch.value() > known.value() + protocol::kEpochJumpMax;
  if (trust == Trust::kUntrusted) {
    if (jumps) return Heard::kRefused;
    taken_ = std::max(taken_, verdict.epoch);
    return Heard::kTaken;
  }
  // A moderator that has lost its store may find any epoch: there is nothing yet that it could be a
  // jump from.
  return highest_ && jumps ? Heard::kRefused : Heard::kNews;
}

Result<void> VerdictLog::commit(Epoch expected, const Verdict& next, Trust trust) {
  if (expected != epoch()) {
    return fail(ErrorCode::kFenced, "verdict {} was made after {}, but {} is known", next.epoch,
                expected, epoch());
  }
  if (next.epoch <= epoch() && !planted(Plant::kOlderVerdictWins)) {
    return fail(ErrorCode::kFenced, "verdict {} is not above {}", next.epoch, epoch());
  }
  highest_ = next;
  signer_ = trust;
  return {};
}

Epoch VerdictLog::epoch() const {
  return highest_ ? highest_->epoch : Epoch(0);
}

Deployment VerdictLog::active() const {
  return highest_ ? protocol::active_deployment(highest_->epoch) : Deployment::kPrimary;
}

Epoch VerdictLog::next(Deployment to) const {
  return next_epoch(std::max(epoch(), taken_), to);
}

bool VerdictLog::must_sign_anew(bool shared) const {
  const bool good = signer_ == Trust::kOwnKey || (shared && signer_ == Trust::kOtherKey);
  return highest_ && (!good || taken_ >= highest_->epoch);
}

}  // namespace holdfast::moderator
