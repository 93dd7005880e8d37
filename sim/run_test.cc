#include "sim/run.h"

#include <gtest/gtest.h>

#include "sim/report.h"

namespace holdfast::sim {
namespace {

RunResult short_run(std::uint64_t seed) {
  return run({.seed = seed, .chaos = Ms(40'000), .verbose = false, .lines = 20});
}

TEST(Run, OneSeedTellsOneStory) {
  const RunResult first = short_run(3), again = short_run(3);
  EXPECT_EQ(first.trace_hash, again.trace_hash);
  EXPECT_EQ(first.messages, again.messages);
  EXPECT_EQ(first.sometimes, again.sometimes);
}

TEST(Run, SeedsTellDifferentStories) {
  EXPECT_NE(short_run(3).trace_hash, short_run(4).trace_hash);
}

TEST(Run, MessagesAreSentAndThingsFail) {
  const RunResult result = short_run(5);
  EXPECT_GT(result.messages, 0);
  EXPECT_FALSE(result.faults.empty());
}

TEST(Report, AResultSurvivesThePipe) {
  RunResult result;
  result.seed = 17;
  result.failures = {"[1 nothing lost] at 3.000 s: \"quoted\"\n"};
  result.timeline = {"   3.000  FAULT reload"};
  result.kinds = "reload";
  result.simulated_ms = 648'000;
  result.messages = 400;
  result.faults = {{"reload", 3}};
  result.sometimes = {{"hedge won", 2}};
  result.trace_hash = 0xFEDC'BA98'7654'3210;
  const RunResult read = from_line(to_line(result));
  EXPECT_EQ(read.failures, result.failures);
  EXPECT_EQ(read.timeline, result.timeline);
  EXPECT_EQ(read.faults, result.faults);
  EXPECT_EQ(read.sometimes, result.sometimes);
  EXPECT_EQ(read.trace_hash, result.trace_hash);
  EXPECT_EQ(read.seed, 17U);
}

}  // namespace
}  // namespace holdfast::sim
