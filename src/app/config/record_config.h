// [record] of `holdfast moderate`: what the service promises, and how long the record is kept.
#pragma once

#include <cstdint>

namespace holdfast::app {

// More than this a record of 90 days could not tell apart from no downtime at all.
inline constexpr double kTargetMax = 0.999999;

struct RecordConfig {
  // Of availability, 0..1. The white paper's figure for one deployment in one data centre: a
  // service of two must not be worse than one of its halves.
  double target = 0.9999;
  std::uint32_t days = 90;
};

}  // namespace holdfast::app
