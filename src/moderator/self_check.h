// Whether the moderator itself is in a state to judge others.
//
// A virtual machine that was paused for a minute wakes up with a heap of time-outs and believes
// that everybody else has died. So a gap between two inputs, or a wall clock that moved against the
// monotonic one, voids what was seen before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace holdfast::moderator {

class SelfCheck {
 public:
  SelfCheck(std::uint32_t pause_ms_max, std::uint32_t clock_jump_ms_max)
      : pause_max_(pause_ms_max), clock_jump_max_(clock_jump_ms_max) {}

  // Call with the time of every input. Says what happened since the last one, when it was out of
  // order.
  std::optional<std::string> step(Now now);

 private:
  Ms pause_max_;
  Ms clock_jump_max_;
  std::optional<Now> last_;
};

}  // namespace holdfast::moderator
