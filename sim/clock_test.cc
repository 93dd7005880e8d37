#include "sim/clock.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace holdfast::sim {
namespace {

using Seen = std::vector<std::pair<std::int64_t, std::string>>;

struct SchedulerTest : ::testing::Test {
  Scheduler scheduler;
  Seen seen;

  Work note(std::string what) {
    return [this, what = std::move(what)] { seen.emplace_back(scheduler.now().value(), what); };
  }
};

TEST_F(SchedulerTest, DoesTheEarliestFirstAndWhatIsDueTogetherInTheOrderOfAsking) {
  scheduler.at(SimMs(7), note("b"));
  scheduler.at(SimMs(3), note("a"));
  scheduler.at(SimMs(7), note("c"));
  scheduler.run_until(SimMs(10));
  EXPECT_EQ(seen, (Seen{{3, "a"}, {7, "b"}, {7, "c"}}));
  EXPECT_EQ(scheduler.now(), SimMs(10));
}

TEST_F(SchedulerTest, WhatIsAskedForNowComesAfterWhatWasDueNow) {
  scheduler.at(SimMs(5), [this] {
    note("first")();
    scheduler.after(Ms(0), note("third"));
    scheduler.at(SimMs(1), note("fourth"));  // the past is now
  });
  scheduler.at(SimMs(5), note("second"));
  scheduler.run_until(SimMs(5));
  EXPECT_EQ(seen, (Seen{{5, "first"}, {5, "second"}, {5, "third"}, {5, "fourth"}}));
}

// Beyond the wheel, round it, and where both meet in one millisecond.
TEST_F(SchedulerTest, FarAndNearThingsKeepTheirOrder) {
  scheduler.at(SimMs(20'000), note("far, asked for first"));
  scheduler.at(SimMs(4'095), note("the last near one"));
  scheduler.at(SimMs(4'096), note("the first far one"));
  scheduler.at(SimMs(17'000), [this] {
    scheduler.at(SimMs(20'000), note("near, asked for later"));
    scheduler.at(SimMs(17'000 + 4'095), note("round the wheel"));
  });
  scheduler.run_until(SimMs(4'000));
  EXPECT_TRUE(seen.empty());
  scheduler.run_until(SimMs(100'000));
  EXPECT_EQ(seen, (Seen{{4'095, "the last near one"},
                        {4'096, "the first far one"},
                        {20'000, "far, asked for first"},
                        {20'000, "near, asked for later"},
                        {21'095, "round the wheel"}}));
}

TEST_F(SchedulerTest, StopsWhereItIsToldTo) {
  scheduler.at(SimMs(1), [this] { scheduler.stop(); });
  scheduler.at(SimMs(1), note("never"));
  scheduler.run_until(SimMs(9));
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(scheduler.now(), SimMs(1));
}

}  // namespace
}  // namespace holdfast::sim
