#include "moderator/self_check.h"

#include <gtest/gtest.h>

namespace holdfast::moderator {
namespace {

struct SelfCheckTest : ::testing::Test {
  SelfCheck check{2'000, 2'000};
  ManualClock clock;
};

TEST_F(SelfCheckTest, SteadyTicksAreInOrder) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(check.step(clock.now()));
    clock.advance(Ms(100));
  }
}

TEST_F(SelfCheckTest, AGapIsAPause) {
  EXPECT_FALSE(check.step(clock.now()));
  clock.advance(Ms(2'001));
  EXPECT_EQ(check.step(clock.now()), "was paused for 2001 ms");
  EXPECT_FALSE(check.step(clock.now()));
}

TEST_F(SelfCheckTest, AWallClockThatMovesByItselfIsAJumpInEitherDirection) {
  EXPECT_FALSE(check.step(clock.now()));
  clock.set_wall(clock.now().wall + Ms(3'600'000));
  EXPECT_EQ(check.step(clock.now()), "its clock jumped by 3600000 ms");
  clock.set_wall(clock.now().wall - Ms(5'000));
  EXPECT_EQ(check.step(clock.now()), "its clock jumped by -5000 ms");
  clock.set_wall(clock.now().wall + Ms(1'500));
  EXPECT_FALSE(check.step(clock.now())) << "a small correction is everyday life";
}

}  // namespace
}  // namespace holdfast::moderator
