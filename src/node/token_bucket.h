// How much somebody may do: `burst` at once, `per_s` in the long run. After a pause it is full
// again, never fuller.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace holdfast::node {

class TokenBucket {
 public:
  TokenBucket() = default;
  TokenBucket(double burst, double per_s, MonoMs now)
      : burst_(burst), per_ms_(per_s / 1000), level_(burst), at_(now) {}

  bool take(MonoMs now, double tokens = 1) {
    fill(now);
    if (level_ < tokens) return false;
    level_ -= tokens;
    return true;
  }

  bool has(MonoMs now, double tokens = 1) {
    fill(now);
    return level_ >= tokens;
  }
  bool is_full(MonoMs now) const {
    return level_ + per_ms_ * static_cast<double>((std::max(now, at_) - at_).count()) >= burst_;
  }

  // When `tokens` would be there: what a client is told to wait. At least 1.
  std::uint64_t wait_ms(MonoMs now, double tokens = 1) {
    fill(now);
    if (level_ >= tokens || per_ms_ <= 0) return 1;
    return static_cast<std::uint64_t>((tokens - level_) / per_ms_) + 1;
  }

 private:
  void fill(MonoMs now) {
    if (now > at_)
      level_ = std::min(burst_, level_ + per_ms_ * static_cast<double>((now - at_).count()));
    at_ = std::max(at_, now);
  }

  double burst_ = 0;
  double per_ms_ = 0;
  double level_ = 0;
  MonoMs at_{};
};

}  // namespace holdfast::node
