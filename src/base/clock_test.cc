#include "base/clock.h"

#include <gtest/gtest.h>

#include <concepts>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};

static_assert(Subtractable<WallMs, WallMs>);
static_assert(!Subtractable<WallMs, MonoMs>);
static_assert(!std::convertible_to<std::int64_t, WallMs>);

TEST(Clock, DifferenceOfTwoInstantsIsADuration) {
  EXPECT_EQ(MonoMs{1500} - MonoMs{500}, 1s);
  EXPECT_EQ(WallMs{500} + 1s, WallMs{1500});
}

TEST(ManualClock, StandsStillUntilAdvanced) {
  ManualClock clock;
  const Now before = clock.now();
  EXPECT_EQ(clock.now(), before);
  clock.advance(250ms);
  EXPECT_EQ(clock.now().wall - before.wall, 250ms);
  EXPECT_EQ(clock.now().mono - before.mono, 250ms);
}

TEST(ManualClock, SettingTheWallLeavesTheMonotonicClockAlone) {
  ManualClock clock;
  const Now before = clock.now();
  clock.set_wall(before.wall - 1h);
  EXPECT_EQ(clock.now().mono, before.mono);
}

TEST(SystemClock, MonotonicTimeNeverGoesBack) {
  SystemClock clock;
  const Now first = clock.now();
  EXPECT_GE(clock.now().mono, first.mono);
  EXPECT_GT(first.wall, WallMs{1'700'000'000'000});
}

}  // namespace
}  // namespace holdfast
