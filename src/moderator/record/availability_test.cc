#include "moderator/record/availability.h"

#include <gtest/gtest.h>

#include <cmath>

namespace holdfast::record {
namespace {

constexpr Ms kDay{86'400'000};
constexpr Ms kSecond{1'000};

// Down for this share of a thousand days.
Times down_for(double share) {
  const Ms down(std::llround(share * 86'400'000'000.0));
  return {1'000 * kDay - down, down, Ms(0)};
}

struct Row {
  int nines;
  double percent;
  Ms downtime_a_year;
};

// The table "total downtime in a year corresponding to a different number of 9s" of the white
// paper, which cuts seconds.
constexpr Row kWhitePaper[] = {
    {2, 99, 3 * kDay + (15 * 3'600 + 36 * 60) * kSecond},
    {3, 99.9, (8 * 3'600 + 45 * 60 + 36) * kSecond},
    {4, 99.99, (52 * 60 + 33) * kSecond},
    {5, 99.999, (5 * 60 + 15) * kSecond},
};

TEST(Availability, IsWhatTheWhitePapersTableSays) {
  for (const Row& row : kWhitePaper) {
    const double share = 1 - row.percent / 100;
    EXPECT_EQ(downtime_a_year(share) / kSecond, row.downtime_a_year / kSecond) << row.percent;
    EXPECT_EQ(nines(down_for(share)), row.nines) << row.percent;
  }
}

TEST(Availability, CountsConsecutiveNinesAsTheWhitePaperDoes) {
  EXPECT_EQ(nines(down_for(1 - 0.99916)), 3);
  EXPECT_EQ(nines(down_for(1 - 0.99997)), 4);
  EXPECT_EQ(nines(down_for(0.5)), 0);
  EXPECT_EQ(nines(down_for(0.1)), 1);
  EXPECT_EQ(nines({kDay, Ms(0), Ms(0)}), std::nullopt) << "no finite number is known";
  EXPECT_EQ(nines({}), std::nullopt);
}

TEST(Availability, OfTwoDataCentresIsNearlyWithoutDowntime) {
  const double one = 1e-4;  // 99.99 % each: 52 min 33 s a year
  EXPECT_EQ(duration_text(downtime_a_year(one)), "52 min 33 s");
  EXPECT_EQ(duration_text(downtime_a_year(pair_downtime_share(one, one))), "0.3 s");
}

TEST(Availability, FollowsFromHowOftenItFailsAndHowSoonItIsBack) {
  EXPECT_DOUBLE_EQ(downtime_share_of(Ms(9'999'000), Ms(1'000)), 1e-4);
  EXPECT_DOUBLE_EQ(downtime_share_of(kDay, Ms(0)), 0);
  EXPECT_DOUBLE_EQ(downtime_share_of(Ms(0), Ms(0)), 0);
}

TEST(Availability, IsNeverRoundedUp) {
  EXPECT_EQ(availability_text({90 * kDay - Ms(1), Ms(1), Ms(0)}), "99.9999 %");
  EXPECT_EQ(availability_text(down_for(0.000129)), "99.9871 %");
  EXPECT_EQ(availability_text({Ms(1), Ms(2), Ms(0)}), "33.3333 %");
  EXPECT_EQ(availability_text({Ms(0), Ms(7), Ms(0)}), "0.0000 %");
  EXPECT_EQ(availability_text({90 * kDay, Ms(0), Ms(0)}), "no interruption seen in 90 days");
  EXPECT_EQ(availability_text({}), "not observed");
}

TEST(Availability, ABudgetIsSpentByDowntime) {
  const ErrorBudget budget = error_budget(0.9999, 30 * kDay, Ms(200'000));
  EXPECT_EQ(duration_text(budget.allowed), "4 min 19 s");
  EXPECT_EQ(budget.left(), Ms(59'200));
  EXPECT_LT(error_budget(0.9999, 30 * kDay, Ms(300'000)).left(), Ms(0));
}

TEST(Availability, SaysDurationsInWords) {
  EXPECT_EQ(duration_text(Ms(0)), "0.0 s");
  EXPECT_EQ(duration_text(Ms(950)), "0.9 s");
  EXPECT_EQ(duration_text(Ms(59'999)), "59 s");
  EXPECT_EQ(duration_text(Ms(192'000)), "3 min 12 s");
  EXPECT_EQ(duration_text(Ms(26 * 3'600'000)), "1 day 2 h 0 min");
  EXPECT_EQ(duration_text(90 * kDay + Ms(5)), "90 days");
}

}  // namespace
}  // namespace holdfast::record
