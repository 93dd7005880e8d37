#include "sim/run.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>

#include "sim/process.h"
#include "sim/report.h"
#include "sim/sometimes.h"
#include "sim/workers.h"

namespace holdfast::sim {
namespace {

RunResult short_run(std::uint64_t seed) {
  return run({.seed = seed,
              .chaos = Ms(40'000),
              .verbose = false,
              .crowd = false,
              .lines = 20,
              .spared = {}});
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

TEST(Run, WhatIsSparedDoesNotStrike) {
  RunOptions options{
      .seed = 5, .chaos = Ms(40'000), .verbose = false, .crowd = false, .lines = 20, .spared = {}};
  const RunResult whole = run(options);
  ASSERT_GT(whole.strikes.size(), 1U);
  for (const auto& [number, strike] : whole.strikes) options.spared.strikes.insert(number);
  options.spared.strikes.erase(whole.strikes.begin()->first);
  const RunResult part = run(options);
  EXPECT_EQ(part.strikes, (decltype(part.strikes){*whole.strikes.begin()}));
  options.spared.kinds.insert(whole.all_kinds.begin(), whole.all_kinds.end());
  EXPECT_TRUE(run(options).faults.empty());
}

TEST(Workers, ThatAreNotWantedAnyMoreAreGone) {
  Campaign campaign;
  campaign.jobs = 3;
  campaign.run.chaos = Ms(40'000);
  int heard = 0;
  run_campaign(campaign, [&](const RunResult&) {
    ++heard;
    return false;
  });
  EXPECT_EQ(heard, 1);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
  EXPECT_EQ(errno, ECHILD);
}

TEST(Report, SaysWhichSeedsItIsAbout) {
  Report report;
  for (const std::uint64_t seed : {7, 5, 6}) {
    RunResult result;
    result.seed = seed;
    report.add(result);
  }
  EXPECT_TRUE(report.text().starts_with("\n3 runs, seeds 5 to 7:")) << report.text();
}

TEST(Sometimes, NamesWhatWasNeverReached) {
  EXPECT_FALSE(never_reached({}).empty());
  std::map<std::string, std::int64_t> reached;
  for (const std::string& state : never_reached({})) reached[state] = 1;
  EXPECT_TRUE(never_reached(reached).empty());
  reached["hedge won"] = 0;
  EXPECT_EQ(never_reached(reached), std::vector<std::string>{"hedge won"});
}

TEST(Process, AHiddenTabsTimersRingTogether) {
  Scheduler scheduler;
  Process process(scheduler);
  process.start();
  process.throttle(Ms(1'000));
  std::vector<std::int64_t> rang;
  for (const int delay : {1, 400, 1'000, 1'001})
    process.after(Ms(delay), [&] { rang.push_back(scheduler.now().value()); });
  scheduler.run_until(SimMs(5'000));
  EXPECT_EQ(rang, (std::vector<std::int64_t>{1'000, 1'000, 1'000, 2'000}));
}

TEST(Report, AResultSurvivesThePipe) {
  RunResult result;
  result.seed = 17;
  result.failures = {"[1 nothing lost] at 3.000 s: \"quoted\"\n"};
  result.timeline = {"   3.000  FAULT reload"};
  result.kinds = "reload";
  result.simulated_ms = 648'000;
  result.messages = 400;
  result.all_kinds = {"reload"};
  result.strikes = {{7, "   3.000 s  reload"}};
  result.faults = {{"reload", 3}};
  result.sometimes = {{"hedge won", 2}};
  result.trace_hash = 0xFEDC'BA98'7654'3210;
  const RunResult read = from_line(to_line(result));
  EXPECT_EQ(read.failures, result.failures);
  EXPECT_EQ(read.timeline, result.timeline);
  EXPECT_EQ(read.all_kinds, result.all_kinds);
  EXPECT_EQ(read.strikes, result.strikes);
  EXPECT_EQ(read.faults, result.faults);
  EXPECT_EQ(read.sometimes, result.sometimes);
  EXPECT_EQ(read.trace_hash, result.trace_hash);
  EXPECT_EQ(read.seed, 17U);
}

}  // namespace
}  // namespace holdfast::sim
