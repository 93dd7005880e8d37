// How far a deployment's clock is from the moderator's, as one question and its answer tell.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace holdfast::moderator {

struct ClockSkew {
  std::int64_t ms = 0;        // positive: the deployment's is ahead
  std::int64_t error_ms = 0;  // and this much either way, for the answer was on its way

  // By more than `ms_max`, whatever the network did.
  bool beyond(std::uint32_t ms_max) const;
};

// `told` is the deployment's clock when it answered, at some time between `asked` and `now`.
ClockSkew clock_skew(WallMs told, MonoMs asked, Now now);

}  // namespace holdfast::moderator
