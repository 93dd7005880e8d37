#include "moderator/late_reports.h"

#include <gtest/gtest.h>

namespace holdfast::moderator {
namespace {

struct LateNewsTest : ::testing::Test {
  LateNews news;
  ManualClock clock;

  std::optional<LateReports> hear(std::uint64_t failed_connects) {
    return news.hear({.failed_connects = failed_connects, .seen_at = WallMs(7)}, clock.now());
  }
};

TEST_F(LateNewsTest, OnlyWhatWasAddedIsNews) {
  EXPECT_FALSE(hear(40)) << "of any day";
  EXPECT_FALSE(hear(40));
  const auto said = hear(52);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->failed_connects, 12u);
  EXPECT_EQ(said->seen_at, WallMs(7));
  EXPECT_FALSE(hear(52));
}

TEST_F(LateNewsTest, ManyClientsMakeOneLineInTenMinutes) {
  hear(0);
  ASSERT_TRUE(hear(1));
  clock.advance(Ms(1'000));
  EXPECT_FALSE(hear(30));
  clock.advance(Ms(600'000));
  EXPECT_EQ(hear(35)->failed_connects, 34u);
}

TEST_F(LateNewsTest, AProcessThatBeganAnewCountsFromZero) {
  hear(100);
  EXPECT_EQ(hear(3)->failed_connects, 3u);
}

}  // namespace
}  // namespace holdfast::moderator
