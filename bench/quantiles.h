// Every measured value, exactly: runs are short enough to keep them all.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/json.h"
#include "bench/moment.h"

namespace holdfast::bench {

class Quantiles {
 public:
  void add(Span value) {
    values_.push_back(in_ms(value));
    sorted_ = false;
  }
  std::size_t count() const { return values_.size(); }
  // Milliseconds; the smallest value that at least q of all do not exceed. 0 without values.
  double at(double q) const {
    if (values_.empty()) return 0;
    if (!sorted_) std::ranges::sort(values_);
    sorted_ = true;
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values_.size())));
    return values_[std::clamp<std::size_t>(rank, 1, values_.size()) - 1];
  }
  json::Object json() const {
    return {{"count", count()},   {"p50_ms", at(0.5)},    {"p90_ms", at(0.9)},
            {"p99_ms", at(0.99)}, {"p999_ms", at(0.999)}, {"max_ms", at(1)}};
  }

 private:
  mutable std::vector<double> values_;
  mutable bool sorted_ = false;
};

}  // namespace holdfast::bench
