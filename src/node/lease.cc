#include "node/lease.h"

#include <algorithm>
#include <utility>

namespace holdfast::node {
namespace {

constexpr Ms kAskAgain{1'000};  // while somebody else holds it
constexpr Ms kStandBack{5'000};

}  // namespace

void Lease::tick() {
  if (asked_ || released_ || turn_.mono() < next_) return;
  ask(turn_.wall() + Ms(turn_.config.lease_ms));
}

void Lease::ask(WallMs until) {
  asked_at_ = turn_.mono();
  asked_ = turn_.read(AcquireLease{turn_.origin.value(), until});
}

void Lease::release() {
  released_ = true;
  if (held()) ask(turn_.wall());
  term_.reset();
}

void Lease::stand_back() {
  if (!held() || asked_) return;
  ask(turn_.wall());
  term_.reset();
  standing_back_ = true;
}

bool Lease::read_done(ReadId read, const journal::Lease& lease) {
  if (asked_ != read) return false;
  asked_.reset();
  if (released_) return true;
  if (std::exchange(standing_back_, false)) {
    next_ = turn_.mono() + kStandBack;
    return true;
  }
  if (lease.holder != turn_.origin.value()) {
    term_.reset();
    const Ms left = std::clamp(lease.until - turn_.wall() + Ms(1), Ms(1), kAskAgain);
    next_ = turn_.mono() + left;
    return true;
  }
  const Ms length(turn_.config.lease_ms);
  term_ = lease.term;
  held_until_ = asked_at_ + length - length / 10;
  next_ = asked_at_ + length / 3;
  return true;
}

}  // namespace holdfast::node
