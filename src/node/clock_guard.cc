#include "node/clock_guard.h"

#include <fmt/core.h>

#include <cstdlib>

namespace holdfast::node {
namespace {

constexpr Ms kModeratorRemembered{60'000};
// The peer's beat comes every second: by then its offset was measured after the jump.
constexpr Ms kPeerSpeaks{2'500};
constexpr Ms kNobodySpeaks{10'000};

}  // namespace

ClockGuard::ClockGuard(protocol::Deployment deployment, Ms bound, Now now)
    : deployment_(deployment), bound_(bound), trusted_skew_(skew(now)), last_skew_(skew(now)) {}

bool ClockGuard::far(std::int64_t difference) const {
  return std::abs(difference) > bound_.count();
}

void ClockGuard::confirm(Now now) {
  trusted_skew_ = skew(now);
  confirmed_ = true;
  jumped_at_.reset();
  off_.reset();
}

void ClockGuard::moderator_says(WallMs at, Now now) {
  moderator_offset_ = (at - now.wall).count();
  moderator_at_ = now.mono;
}

void ClockGuard::look(std::optional<std::int64_t> peer_offset_ms, Now now) {
  const std::int64_t moved = skew(now) - last_skew_;
  last_skew_ = skew(now);
  if (far(moved)) {
    jumped_at_ = now.mono;
    moderator_offset_.reset();  // measured with another clock
  }
  if (moderator_offset_ && now.mono - moderator_at_ > kModeratorRemembered)
    moderator_offset_.reset();
  const bool jumped = far(skew(now) - trusted_skew_);
  if (!jumped) jumped_at_.reset();

  if (jumped_at_ && now.mono - *jumped_at_ < kPeerSpeaks && !moderator_offset_) {
    off_ = "the clock was set, and nobody has confirmed it yet";
    return;
  }
  if (moderator_offset_) {
    if (!far(*moderator_offset_)) return confirm(now);
    if (!peer_offset_ms || far(*peer_offset_ms)) {
      off_ = fmt::format("the clock is {} ms off the moderator's", *moderator_offset_);
      return;
    }
  }
  if (peer_offset_ms) {
    if (!far(*peer_offset_ms)) return confirm(now);
    const bool ours_is_suspect =
        jumped || (!confirmed_ && deployment_ == protocol::Deployment::kRedundant);
    if (ours_is_suspect) {
      off_ = fmt::format("the clock is {} ms off the peer's", *peer_offset_ms);
    } else {
      off_.reset();
    }
    return;
  }
  if (!jumped) {
    off_.reset();
  } else if (!jumped_at_ || now.mono - *jumped_at_ >= kNobodySpeaks) {
    trusted_skew_ = skew(now);
    jumped_at_.reset();
    off_.reset();
  } else {
    off_ = "the clock was set, and nobody is there to confirm it";
  }
}

}  // namespace holdfast::node
