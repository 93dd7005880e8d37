#include "replication/clock_offset.h"

#include <algorithm>

namespace holdfast::replication {

void ClockOffset::sample(WallMs peer, WallMs ours) {
  samples_.push_back((peer - ours).count());
  if (samples_.size() > kSamples) samples_.pop_front();
}

std::optional<std::int64_t> ClockOffset::ms() const {
  if (samples_.empty()) return std::nullopt;
  return *std::ranges::max_element(samples_);
}

}  // namespace holdfast::replication
