#include "base/check.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Check, PassesInSilence) {
  CHECK(1 + 1 == 2, "arithmetic of {}", 1);
}

TEST(CheckDeathTest, AbortsWithPlaceConditionAndReason) {
  EXPECT_DEATH(CHECK(1 == 2, "one was {}", 1), "check_test.cc:.*1 == 2: one was 1");
}

TEST(CheckDeathTest, SoftCheckIsFatalInTests) {
  EXPECT_DEATH(CHECK_SOFT(false), "check failed");
}

TEST(Check, SoftCheckCountsInProduction) {
  set_soft_checks_fatal(false);
  const auto before = soft_check_failures();
  CHECK_SOFT(false, "planted by the test");
  set_soft_checks_fatal(true);
  EXPECT_EQ(soft_check_failures(), before + 1);
}

TEST(Check, MessageIsOnlyBuiltOnFailure) {
  int built = 0;
  auto expensive = [&] { return ++built; };
  CHECK(true, "{}", expensive());
  EXPECT_EQ(built, 0);
}

}  // namespace
}  // namespace holdfast
