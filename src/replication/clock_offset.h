// How far the peer's wall clock is from ours, from the times in its frames.
//
// A frame's time is old by as long as it travelled, so every sample is too low by its delay: the
// greatest of the newest few is the one that was delayed least. Few, so that a clock that was set
// back shows within seconds.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"

namespace holdfast::replication {

class ClockOffset {
 public:
  void sample(WallMs peer, WallMs ours);
  void clear() { samples_.clear(); }
  std::optional<std::int64_t> ms() const;

 private:
  static constexpr std::size_t kSamples = 8;
  std::deque<std::int64_t> samples_;
};

}  // namespace holdfast::replication
