// When a second copy of a late send goes over the other link, and how many such copies a client may
// afford: the rules of web/core/src/hedge.ts.
#pragma once

#include <algorithm>
#include <array>

#include "bench/moment.h"

namespace holdfast::bench {

class HedgeDelay {
 public:
  // clamp(p95 of recent acks, 150 ms, 1 s).
  Span delay() const { return delay_; }

  void acked(Span took) {
    samples_[count_++ % samples_.size()] = took;
    const auto known = std::min(count_, samples_.size());
    auto sorted = samples_;
    const auto p95 = (known * 95 + 99) / 100 - 1;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(p95),
                     sorted.begin() + static_cast<std::ptrdiff_t>(known));
    delay_ = std::clamp(sorted[p95], ms(150), ms(1'000));
  }

 private:
  std::array<Span, 64> samples_{};
  std::size_t count_ = 0;
  Span delay_ = ms(400);  // before any ack was seen
};

// 5 % of sends while acks flow.
class HedgeBudget {
 public:
  void sent() { tokens_ = std::min(5.0, tokens_ + 0.05); }
  bool take() {
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double tokens_ = 1;
};

}  // namespace holdfast::bench
