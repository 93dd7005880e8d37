// What the record says of a moderator in simulated time.
#include "moderator/record/observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/record/fold.h"
#include "moderator/testing/scene.h"

namespace holdfast::record {
namespace {

using moderator::PolicyConfig;
using moderator::testing::Scene;

struct RecordObserver : ::testing::Test {
  PolicyConfig policy = *moderator::profile("production");
  Scene scene{policy};
  Summary summary;
  std::optional<Observer> observer{std::in_place, policy, summary, "test"};
  Lines lines;
  moderator::Audit::Counts audit;

  void SetUp() override {
    scene.watched = [this](const auto& input, const auto& status, Now now) {
      observer->hear(audit);
      for (const Line& line : observer->see(input, status, now)) {
        lines.push_back(line);
        fold(summary, line);
      }
    };
    scene.run(Ms(5'000));
  }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Line& line : lines) {
      if (const auto* const one = std::get_if<Kind>(&line)) found.push_back(*one);
    }
    return found;
  }
};

TEST_F(RecordObserver, BeginsWithWhatItFinds) {
  ASSERT_EQ(all<Began>().size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Began>(lines.front()));
  EXPECT_EQ(summary.now[0], Condition::kUp);
  EXPECT_EQ(summary.now[1], Condition::kUp);
  EXPECT_EQ(summary.epoch, Epoch(1));
  EXPECT_TRUE(summary.incidents.empty());
}

TEST_F(RecordObserver, AFailoverIsOneIncidentThatBeganWhenAChatWorkedLast) {
  scene.run(Ms(60'000));
  scene.primary.die();
  scene.redundant.peer_up = false;
  const WallMs died = scene.clock.now().wall;
  scene.run(Ms(20'000));
  scene.primary.live();
  scene.redundant.peer_up = true;
  scene.run(Ms(10'000));

  ASSERT_EQ(summary.incidents.size(), 1u);
  const Incident& incident = summary.incidents[0];
  EXPECT_EQ(incident.kind, Kind::kDeployment);
  EXPECT_TRUE(incident.was_active);
  EXPECT_LE(incident.from, died);
  EXPECT_GE(incident.from, died - Ms(policy.probe_interval_ms));
  ASSERT_TRUE(incident.took_over);
  EXPECT_LE(*incident.took_over, Ms(5'000));
  EXPECT_FALSE(incident.needless);
  EXPECT_EQ(incident.dark, Ms(0));
  EXPECT_TRUE(incident.until);
  EXPECT_EQ(sums_since(summary, 0).failovers, 1u);
  EXPECT_EQ(sums_since(summary, 0).service.down, Ms(0));
}

TEST_F(RecordObserver, BothDownIsDowntimeAlthoughThePolicyCallsItUnknown) {
  scene.primary.hang();
  scene.redundant.hang();
  scene.run(Ms(60'000));
  ASSERT_EQ(summary.incidents.size(), 3u);
  EXPECT_EQ(summary.incidents[2].kind, Kind::kService);
  EXPECT_GE(sums_since(summary, 0).service.down, Ms(50'000)) << "until the sample";
}

TEST_F(RecordObserver, APauseIsSeenAsNothing) {
  const Ms up = sums_since(summary, 0).service.up;
  scene.pause(Ms(100'000));
  scene.run(Ms(5'000));
  ASSERT_EQ(all<Blind>().size(), 1u);
  EXPECT_LE(sums_since(summary, 0).service.up, up + Ms(10'000));
  ASSERT_EQ(summary.incidents.size(), 1u);
  EXPECT_EQ(summary.incidents[0].kind, Kind::kUnseen);
}

TEST_F(RecordObserver, CountsForAMinuteAndBeginsAgain) {
  scene.redundant.reports = {5, 0, 1, 20};
  scene.primary.behind = 7;
  scene.run(Ms(2'000));
  scene.redundant.reports = {8, 2, 1, 20};
  scene.primary.behind = 3;
  scene.run(Ms(120'000));
  const auto samples = all<Sample>();
  ASSERT_GE(samples.size(), 2u);
  EXPECT_EQ(samples[0].sides[0].hedges_won, 8u) << "since the first word; the counters began at 0";
  EXPECT_EQ(samples[0].sides[0].late_acks, 2u);
  EXPECT_EQ(samples[0].sides[0].behind_max, 7u);
  EXPECT_EQ(samples[1].sides[0].hedges_won, 0u);
  EXPECT_EQ(samples[1].sides[0].behind_max, 3u);
  EXPECT_EQ(samples[1].sides[1].clients, 20u);
  EXPECT_EQ(samples[1].sides[0].probes_failed, 0u);
  EXPECT_NEAR(static_cast<double>(samples[1].sides[0].probes_worked), 60, 2);
  EXPECT_EQ(samples[1].from, samples[0].at);
}

TEST_F(RecordObserver, WhatBecameOfPromisesStandsInTheSampleOfItsMinute) {
  audit = {.kept = 60, .lost = 1, .unsaid = 2};
  scene.run(Ms(60'000));
  audit.kept = 110;
  scene.run(Ms(60'000));
  const auto samples = all<Sample>();
  ASSERT_GE(samples.size(), 2u);
  EXPECT_EQ(samples[0].promises, (Promises{.kept = 60, .lost = 1, .unsaid = 2}));
  EXPECT_EQ(samples[1].promises, Promises{.kept = 50});
  EXPECT_EQ(sums_since(summary, 0).promises, (Promises{.kept = 110, .lost = 1, .unsaid = 2}));
}

TEST_F(RecordObserver, OrdersOfPeopleAreLines) {
  scene.freeze(true);
  scene.maintain(Deployment::kPrimary, true);
  scene.run(Ms(10'000));
  scene.freeze(false);
  scene.maintain(Deployment::kPrimary, false);
  scene.run(Ms(1'000));
  ASSERT_EQ(all<Froze>().size(), 2u);
  EXPECT_EQ(all<Froze>()[0].by, "a:cli");
  std::vector<Step> steps;
  for (const Maintained& line : all<Maintained>()) steps.push_back(line.step);
  EXPECT_THAT(steps, ::testing::ElementsAre(Step::kBegun, Step::kSafe, Step::kEnded));
  ASSERT_EQ(all<Decided>().size(), 2u);
  EXPECT_EQ(all<Decided>()[1].cause, Cause::kMaintenance);
}

TEST_F(RecordObserver, AfterARestartItSaysOnlyWhatChanged) {
  scene.freeze(true);
  scene.run(Ms(1'000));
  observer.emplace(policy, summary, "test");
  lines.clear();
  scene.run(Ms(1'000));
  EXPECT_EQ(all<Began>().size(), 1u);
  EXPECT_TRUE(all<Froze>().empty());
  EXPECT_TRUE(all<Decided>().empty());
  EXPECT_EQ(all<Turned>().size(), 2u);
}

}  // namespace
}  // namespace holdfast::record
