#include "moderator/clock_skew.h"

#include <cstdlib>

namespace holdfast::moderator {

bool ClockSkew::beyond(std::uint32_t ms_max) const {
  return std::abs(ms) - error_ms > static_cast<std::int64_t>(ms_max);
}

ClockSkew clock_skew(WallMs told, MonoMs asked, Now now) {
  const Ms half = (now.mono - asked) / 2;
  return {(told - (now.wall - half)).count(), half.count()};
}

}  // namespace holdfast::moderator
