#include "base/clock.h"

namespace holdfast {
namespace {

template <class SomeClock>
std::int64_t ms_of() {
  return std::chrono::duration_cast<Ms>(SomeClock::now().time_since_epoch()).count();
}

}  // namespace

Now SystemClock::now() {
  return {WallMs{ms_of<std::chrono::system_clock>()}, MonoMs{ms_of<std::chrono::steady_clock>()}};
}

}  // namespace holdfast
