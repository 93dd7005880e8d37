// What a browser's tab stands on: its clock, chance, its place in the network.
#pragma once

#include <algorithm>
#include <limits>

#include "base/random.h"
#include "sim/clock.h"
#include "sim/network.h"
#include "sim/trace.h"

namespace holdfast::sim {

inline constexpr MonoMs kNever{std::numeric_limits<std::int64_t>::max() / 4};

struct Env {
  const MachineClock& clock;
  SeededRandom& random;
  Network& network;
  Trace& trace;
  Party party;

  MonoMs now() const { return clock.now().mono; }
  WallMs wall() const { return clock.now().wall; }
  // Uniform in [0, ms).
  Ms jitter(Ms ms) const {
    return Ms(ms.count() <= 0 ? 0
                              : static_cast<std::int64_t>(
                                    random.below(static_cast<std::uint64_t>(ms.count()))));
  }
};

}  // namespace holdfast::sim
