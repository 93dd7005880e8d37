// A replayed log of incidents, with the numbers computed by hand.
#include "moderator/record/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::record {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Deployment kP = Deployment::kPrimary;
constexpr Deployment kR = Deployment::kRedundant;
const WallMs kMidnight = begin_of(20'000);

Ms s(std::int64_t seconds) {
  return Ms(seconds * 1'000);
}

// Writes lines at seconds after midnight, with a sample each minute as the moderator writes them.
struct Log {
  Summary summary;
  std::int64_t now = 0;
  std::uint64_t clients = 10;

  WallMs at(std::int64_t seconds) const { return kMidnight + s(seconds); }
  void add(const Line& line) { fold(summary, line); }
  void until(std::int64_t seconds) {
    while (now + 60 <= seconds) {
      now += 60;
      Counts counts{.probes_worked = 60, .clients = clients};
      add(Sample{at(now), at(now - 60), {counts, counts}});
    }
  }
  void begin() {
    add(Began{at(0), "test"});
    add(Turned{at(0), kP, Condition::kUp, at(0), ""});
    add(Turned{at(0), kR, Condition::kUp, at(0), ""});
    add(Decided{at(0), Epoch(1), Cause::kOther, "start"});
  }
  void down(std::int64_t seconds, Deployment deployment, std::int64_t since) {
    until(seconds);
    add(Turned{at(seconds), deployment, Condition::kDown, at(since), "chat, peer"});
  }
  void up(std::int64_t seconds, Deployment deployment) {
    until(seconds);
    add(Turned{at(seconds), deployment, Condition::kUp, at(seconds), ""});
  }
  void decide(std::int64_t seconds, std::uint64_t epoch, Cause cause, std::string why) {
    until(seconds);
    add(Decided{at(seconds), Epoch(epoch), cause, std::move(why)});
  }
  const Day& day() const { return summary.days.at(20'000); }
  Times times(Deployment deployment) const { return day().sides[index_of(deployment)].times; }
};

TEST(RecordFold, AFailedPrimaryIsDowntimeOfPrimaryAndOfNobodyElse) {
  Log log;
  log.begin();
  log.down(1'003, kP, 1'000);
  log.decide(1'004, 2, Cause::kFailover, "failover: primary is unhealthy");
  log.up(1'195, kP);
  log.decide(1'800, 3, Cause::kFailback, "failback: primary holds everything");
  log.until(3'600);

  EXPECT_EQ(log.times(kP), (Times{s(3'600 - 195), s(195), Ms(0)}));
  EXPECT_EQ(log.times(kR), (Times{s(3'600), Ms(0), Ms(0)}));
  EXPECT_EQ(log.day().service, (Times{s(3'600), Ms(0), Ms(0)}));
  EXPECT_EQ(log.day().windows, 12u);
  EXPECT_THAT(log.day().dark_windows, IsEmpty());
  EXPECT_EQ(log.day().client_time, s(10 * 3'540)) << "before the first sample nobody was counted";
  EXPECT_EQ(log.day().failovers, 1u);
  EXPECT_EQ(log.day().failbacks, 1u);
  EXPECT_EQ(log.day().needless_failovers, 0u);
  EXPECT_EQ(log.day().sides[0].probes_worked, 3'600u);

  ASSERT_EQ(log.summary.incidents.size(), 2u);
  const Incident& failure = log.summary.incidents[0];
  EXPECT_EQ(failure.from, log.at(1'000)) << "when a chat worked last";
  EXPECT_EQ(failure.until, log.at(1'195));
  EXPECT_TRUE(failure.was_active);
  EXPECT_EQ(failure.took_over, s(4));
  EXPECT_FALSE(failure.needless);
  EXPECT_EQ(log.summary.incidents[1].kind, Kind::kSwitch);
  EXPECT_EQ(sums_since(log.summary, 0).recovery_max, s(4));
}

TEST(RecordFold, TheServiceIsDownWhileBothAre) {
  Log log;
  log.begin();
  log.until(600);
  log.down(700, kR, 698);
  log.down(905, kP, 900);
  log.up(1'000, kR);
  log.up(1'100, kP);
  log.until(1'200);

  EXPECT_EQ(log.day().service, (Times{s(1'100), s(100), Ms(0)})) << "900 to 1,000";
  EXPECT_EQ(log.times(kR).down, s(302));
  EXPECT_EQ(log.times(kP).down, s(200));
  EXPECT_EQ(log.day().windows, 4u);
  EXPECT_THAT(log.day().dark_windows, ElementsAre(3u));
  EXPECT_EQ(log.day().client_time_dark, s(100 * 10));
  ASSERT_EQ(log.summary.incidents.size(), 3u);
  EXPECT_EQ(log.summary.incidents[0].dark, s(100));
  EXPECT_EQ(log.summary.incidents[1].dark, s(100));
  EXPECT_EQ(log.summary.incidents[2].kind, Kind::kService);
  EXPECT_EQ(log.summary.incidents[2].from, log.at(900));
  EXPECT_EQ(log.summary.incidents[2].until, log.at(1'000));
}

TEST(RecordFold, AFailoverIsNeedlessWhenWhatWasLeftWorksAgainWithinTenSeconds) {
  for (const auto& [back, needless] : {std::pair{14, true}, std::pair{15, false}}) {
    Log log;
    log.begin();
    log.down(3, kP, 1);
    log.decide(4, 2, Cause::kFailover, "failover: x");
    log.up(back, kP);
    EXPECT_EQ(log.day().needless_failovers, needless ? 1u : 0u);
    EXPECT_EQ(log.summary.incidents[0].needless, needless);
  }
}

TEST(RecordFold, WhatNobodyLookedAtNeverCountsAsWorking) {
  Log log;
  log.begin();
  log.until(600);
  log.add(Began{log.at(1'600), "test"});
  log.add(Turned{log.at(1'603), kP, Condition::kUp, log.at(1'603), ""});
  log.add(Turned{log.at(1'604), kR, Condition::kUp, log.at(1'604), ""});
  log.now = 1'604;
  log.until(1'664);
  EXPECT_EQ(log.day().service, (Times{s(600 + 61), Ms(0), Ms(0)}));
  EXPECT_EQ(log.times(kR).up, s(600 + 60));
  ASSERT_EQ(log.summary.incidents.size(), 1u);
  EXPECT_EQ(log.summary.incidents[0].kind, Kind::kUnseen);
  EXPECT_EQ(*log.summary.incidents[0].until - log.summary.incidents[0].from, s(1'000));

  // Lines that were lost, a pause.
  log.add(Blind{log.at(1'700), log.at(1'666), "was paused"});
  EXPECT_EQ(log.day().service.up, s(600 + 63));
  log.add(Turned{log.at(1'701), kP, Condition::kUp, log.at(1'701), ""});
  log.add(Froze{log.at(5'000), true, "a"});
  EXPECT_EQ(log.day().service.up, s(600 + 63)) << "no sample for longer than three minutes";
}

TEST(RecordFold, ADeploymentThatIsDownOverARestartOfTheModeratorIsOneIncident) {
  Log log;
  log.begin();
  log.down(63, kP, 60);
  log.add(Began{log.at(100), "test"});
  log.add(Turned{log.at(103), kP, Condition::kDown, log.at(103), "chat"});
  log.add(Turned{log.at(130), kP, Condition::kUp, log.at(130), ""});
  ASSERT_EQ(log.summary.incidents.size(), 1u);
  EXPECT_EQ(log.summary.incidents[0].until, log.at(130));
  EXPECT_EQ(log.times(kP).down, s(3 + 27));
}

TEST(RecordFold, MaintenanceIsDowntimeThatWasPlanned) {
  Log log;
  log.begin();
  log.until(60);
  log.add(Maintained{log.at(60), kP, Step::kBegun, "a:ann"});
  log.decide(62, 2, Cause::kMaintenance, "maintenance: of primary, ordered by a:ann");
  log.add(Maintained{log.at(63), kP, Step::kSafe, "a:ann"});
  log.down(73, kP, 70);
  log.up(100, kP);
  log.add(Maintained{log.at(110), kP, Step::kEnded, ""});
  EXPECT_EQ(log.times(kP).down, s(30));
  EXPECT_EQ(log.times(kP).planned, s(30));
  EXPECT_EQ(log.day().moves_by_people, 1u);
  EXPECT_EQ(log.summary.maintained, std::nullopt);
  ASSERT_EQ(log.summary.incidents.size(), 3u);
  EXPECT_EQ(log.summary.incidents[0].kind, Kind::kMaintenance);
  EXPECT_EQ(log.summary.incidents[0].until, log.at(110));
  EXPECT_TRUE(log.summary.incidents[2].planned);
  EXPECT_FALSE(log.summary.incidents[2].was_active);
}

TEST(RecordFold, WhatBrowsersReportBelongsToTheFailureOfThatMinute) {
  Log log;
  log.begin();
  log.until(60);
  log.down(63, kP, 60);
  log.up(70, kP);
  Sample sample{log.at(120), log.at(60), {}};
  sample.sides[0].hedges_won = 12;
  sample.sides[0].failed_connects = 3;
  log.add(sample);
  log.now = 120;
  sample = {log.at(180), log.at(120), {}};
  sample.sides[0].hedges_won = 5;
  log.add(sample);
  EXPECT_EQ(log.summary.incidents[0].hedges_won, 12u);
  EXPECT_EQ(log.summary.incidents[0].failed_connects, 3u);
  EXPECT_EQ(log.day().sides[0].hedges_won, 17u);
}

TEST(RecordFold, ADayEndsAtMidnightOfUtcAndDowntimeIsDivided) {
  Log log;
  log.begin();
  log.until(86'390);
  log.now = 86'390;
  log.add(Sample{log.at(86'390), log.at(86'340), {}});
  log.add(Turned{log.at(86'403), kR, Condition::kDown, log.at(86'395), "chat"});
  log.add(Turned{log.at(86'410), kR, Condition::kUp, log.at(86'410), ""});
  EXPECT_EQ(log.times(kR), (Times{s(86'395), s(5), Ms(0)}));
  EXPECT_EQ(log.summary.days.at(20'001).sides[1].times, (Times{Ms(0), s(10), Ms(0)}));
  EXPECT_EQ(sums_since(log.summary, 20'001).service, (Times{s(10), Ms(0), Ms(0)}));
  forget_before(log.summary, 20'001);
  EXPECT_EQ(log.summary.days.size(), 1u);
  EXPECT_EQ(log.summary.incidents.size(), 1u) << "it ended on the later day";
}

TEST(RecordFold, AClockThatIsSetBackBeginsAnew) {
  Log log;
  log.begin();
  log.until(600);
  log.add(Froze{log.at(100), true, "a"});
  log.add(Froze{log.at(110), false, "a"});
  EXPECT_EQ(log.day().service.up, s(600));
  EXPECT_EQ(log.summary.observed, log.at(110));
}

}  // namespace
}  // namespace holdfast::record
