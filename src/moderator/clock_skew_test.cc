#include "moderator/clock_skew.h"

#include <gtest/gtest.h>

namespace holdfast::moderator {
namespace {

struct ClockSkewTest : ::testing::Test {
  ManualClock clock;

  // The deployment's clock is `ahead`, and answers in the middle of `round_trip`.
  ClockSkew ask(Ms ahead, Ms round_trip) {
    const MonoMs asked = clock.now().mono;
    clock.advance(round_trip / 2);
    const WallMs told = clock.now().wall + ahead;
    clock.advance(round_trip / 2);
    return clock_skew(told, asked, clock.now());
  }
};

TEST_F(ClockSkewTest, ASlowAnswerIsNoWrongClock) {
  EXPECT_EQ(ask(Ms(0), Ms(1'900)).ms, 0);
  EXPECT_FALSE(ask(Ms(900), Ms(1'900)).beyond(0)) << "it may all have been the network";
  EXPECT_FALSE(ask(Ms(1'500), Ms(1'200)).beyond(1'000));
}

TEST_F(ClockSkewTest, AClockThatIsOffEitherWayIsSeen) {
  EXPECT_EQ(ask(Ms(1'500), Ms(20)).ms, 1'500);
  EXPECT_TRUE(ask(Ms(1'500), Ms(20)).beyond(1'000));
  EXPECT_TRUE(ask(Ms(-1'500), Ms(20)).beyond(1'000));
  EXPECT_FALSE(ask(Ms(-900), Ms(20)).beyond(1'000));
}

}  // namespace
}  // namespace holdfast::moderator
