#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/moderator.h"
#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::holds_up_to;
using testing::Scene;
using ::testing::StartsWith;

PolicyConfig slow_by_20_s() {
  PolicyConfig policy = *profile("production");
  policy.failback_after_ms = 20'000;
  return policy;
}

struct MaintenanceTest : ::testing::Test {
  Scene scene{slow_by_20_s()};

  void kill(Deployment deployment) {
    scene.site(deployment).die();
    scene.site(other(deployment)).peer_up = false;
  }
  void revive(Deployment deployment) {
    scene.site(deployment).live();
    scene.site(other(deployment)).peer_up = true;
  }
  void begin(Deployment deployment = Deployment::kPrimary) { scene.maintain(deployment, true); }
  void end(Deployment deployment = Deployment::kPrimary) { scene.maintain(deployment, false); }
  // Primary may be stopped.
  void begin_and_drain() {
    scene.run(5s);
    begin();
    scene.run(5s);
    ASSERT_EQ(step(), MaintenanceStep::kSafe) << text();
  }

  MaintenanceStep step() { return scene.status().maintenance.value().step; }
  std::string text() { return scene.status().maintenance.value().text; }
  const Reply& reply() { return scene.replies.back(); }
  std::string incidents() {
    std::string all;
    for (const Incident& incident : scene.status().incidents) all += incident.what + "\n";
    return all;
  }
};

// ---- begin ----

TEST_F(MaintenanceTest, WaitsForTheClientsOfAnOtherThatWasStartedJustNow) {
  scene.primary.reports.clients = 20;
  scene.redundant.reports.clients = 12;
  scene.run(5s);
  begin();
  scene.run(5s);
  EXPECT_EQ(step(), MaintenanceStep::kWaits);
  EXPECT_THAT(text(), HasSubstr("12 of 20 clients have a link to it so far"));
  scene.redundant.reports.clients = 19;  // somebody's network does not reach it
  scene.run(5s);
  EXPECT_EQ(step(), MaintenanceStep::kSafe) << text();
}

TEST_F(MaintenanceTest, ButNotForLong) {
  scene.primary.reports.clients = 20;
  scene.redundant.reports.clients = 3;
  scene.run(5s);
  begin();
  scene.run(14s);
  EXPECT_EQ(step(), MaintenanceStep::kWaits);
  scene.run(6s);
  EXPECT_EQ(step(), MaintenanceStep::kSafe) << text();
}

TEST_F(MaintenanceTest, WaitsUntilTheOtherHoldsAllThenMovesThenDrains) {
  scene.primary.holdings = holds_up_to(9);
  scene.redundant.holdings = holds_up_to(4);
  scene.run(5s);
  begin();
  EXPECT_TRUE(reply().ok) << "the order is taken at once";
  scene.run(60s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_EQ(step(), MaintenanceStep::kWaits);
  EXPECT_THAT(text(), HasSubstr("redundant lacks 5 entries"));

  scene.redundant.holdings = holds_up_to(9);
  scene.primary.holdings = holds_up_to(12);  // it was active until now
  scene.run(4s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_THAT(scene.status().why, StartsWith("maintenance: of primary, ordered by a:cli"));
  EXPECT_EQ(step(), MaintenanceStep::kDrains);
  EXPECT_THAT(text(), HasSubstr("redundant is active; redundant lacks 3 entries"));

  scene.redundant.holdings = holds_up_to(12);
  scene.run(2s);
  EXPECT_EQ(step(), MaintenanceStep::kSafe);
  EXPECT_THAT(text(), StartsWith("safe to stop"));
  EXPECT_THAT(incidents(), HasSubstr("primary is taken into maintenance (by a:cli)"));
  EXPECT_THAT(incidents(), HasSubstr("primary: safe to stop"));
}

TEST_F(MaintenanceTest, IsNotSafeBeforeBothDeploymentsKnowTheVerdict) {
  scene.run(5s);
  scene.primary.hears = false;
  begin();
  scene.run(60s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_EQ(step(), MaintenanceStep::kDrains) << "its clients were not told";
  EXPECT_THAT(text(), HasSubstr("both deployments are being told"));
  scene.primary.hears = true;
  scene.run(3s);
  EXPECT_EQ(step(), MaintenanceStep::kSafe);
}

TEST_F(MaintenanceTest, OfTheStandbyMovesNothing) {
  scene.run(5s);
  begin(Deployment::kRedundant);
  scene.run(5s);
  EXPECT_EQ(scene.epoch(), 1u);
  EXPECT_EQ(step(), MaintenanceStep::kSafe);
}

TEST_F(MaintenanceTest, WaitsForAnotherThatCouldNotTakeOver) {
  scene.run(5s);
  scene.redundant.ready = false;
  scene.run(2s);
  begin();
  scene.run(60s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_THAT(text(), HasSubstr("redundant says that it takes no chat"));
  kill(Deployment::kRedundant);
  scene.run(10s);
  EXPECT_THAT(text(), HasSubstr("redundant is unhealthy (chat, peer)"));
  revive(Deployment::kRedundant);
  scene.run(5s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

TEST_F(MaintenanceTest, IsObeyedWhileFrozen) {
  scene.run(5s);
  scene.freeze(true);
  begin();
  scene.run(5s);
  EXPECT_EQ(step(), MaintenanceStep::kSafe);
}

TEST_F(MaintenanceTest, BegunTwiceIsBegunOnce) {
  begin_and_drain();
  begin();
  EXPECT_TRUE(reply().ok);
  EXPECT_THAT(reply().why, StartsWith("safe to stop"));
  EXPECT_EQ(scene.epoch(), 2u);
}

TEST_F(MaintenanceTest, OneOfTheTwoAlwaysStays) {
  begin_and_drain();
  begin(Deployment::kRedundant);
  EXPECT_FALSE(reply().ok);
  EXPECT_THAT(reply().why, HasSubstr("holdfast maintenance end primary"));
  EXPECT_EQ(scene.status().maintenance->order.deployment, Deployment::kPrimary);
}

TEST_F(MaintenanceTest, IsRefusedUntilTheEpochsAreKnown) {
  scene.primary.answers = scene.redundant.answers = false;
  scene.run(5s);
  begin();
  EXPECT_FALSE(reply().ok);
  EXPECT_FALSE(scene.status().maintenance);
}

TEST_F(MaintenanceTest, ThatCouldNotBeStoredIsNotBegun) {
  scene.run(5s);
  scene.store_works = false;
  begin();
  EXPECT_FALSE(reply().ok);
  EXPECT_THAT(reply().why, HasSubstr("disk full"));
  EXPECT_FALSE(scene.status().maintenance);
}

TEST_F(MaintenanceTest, EndsTheWaitOfASwitchToThatDeployment) {
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant);
  scene.redundant.holdings = holds_up_to(9);
  const RequestId waiting = scene.switch_to(Deployment::kPrimary, true);
  scene.run(2s);
  begin();
  const auto cancelled =
      std::ranges::find(scene.replies, waiting, [](const Reply& each) { return each.request; });
  ASSERT_NE(cancelled, scene.replies.end());
  EXPECT_FALSE(cancelled->ok);
}

// ---- while it lasts ----

TEST_F(MaintenanceTest, ASwitchToItIsRefusedAndSaysWhatToDo) {
  begin_and_drain();
  scene.switch_to(Deployment::kPrimary);
  EXPECT_FALSE(reply().ok);
  EXPECT_THAT(reply().why, HasSubstr("end that first: holdfast maintenance end primary"));
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

TEST_F(MaintenanceTest, NothingMovesWhileItIsStoppedAndStarted) {
  begin_and_drain();
  kill(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(step(), MaintenanceStep::kSafe) << "it was safe when it was stopped";
  revive(Deployment::kPrimary);
  scene.run(1h);
  EXPECT_EQ(scene.epoch(), 2u) << "however long it is flawless";
  EXPECT_EQ(scene.status().barrier, "");
}

TEST_F(MaintenanceTest, BothDownChangesNothing) {
  begin_and_drain();
  kill(Deployment::kPrimary);
  kill(Deployment::kRedundant);
  scene.run(120s);
  EXPECT_EQ(scene.epoch(), 2u);
}

TEST_F(MaintenanceTest, AFailureOfTheOtherMakesItActiveAndSaysSo) {
  begin_and_drain();
  kill(Deployment::kRedundant);
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_EQ(step(), MaintenanceStep::kInterrupted);
  EXPECT_THAT(text(), HasSubstr("because redundant failed: do not stop it"));
  EXPECT_THAT(incidents(), HasSubstr("do not stop it"));
}

TEST_F(MaintenanceTest, AfterAnInterruptionItGoesOnAsSlowlyAsAFailback) {
  begin_and_drain();
  kill(Deployment::kRedundant);
  scene.run(10s);
  revive(Deployment::kRedundant);
  scene.primary.holdings = holds_up_to(9);
  scene.run(15s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_THAT(text(), HasSubstr("redundant is flawless for"));
  scene.run(30s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_THAT(text(), HasSubstr("redundant lacks 9 entries"));
  scene.redundant.holdings = holds_up_to(9);
  scene.run(5s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_EQ(step(), MaintenanceStep::kSafe);
}

TEST_F(MaintenanceTest, ADeploymentThatFailsBeforeTheMoveIsLeftAtOnce) {
  scene.primary.holdings = holds_up_to(9);
  scene.run(5s);
  begin();
  kill(Deployment::kPrimary);
  scene.run(10s);
  EXPECT_THAT(scene.status().why, StartsWith("failover"));
  EXPECT_EQ(step(), MaintenanceStep::kAway);
  EXPECT_THAT(text(), HasSubstr("must be kept"));

  revive(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(step(), MaintenanceStep::kDrains) << "and stays out of service when it is back";
  scene.redundant.holdings = holds_up_to(9);
  scene.run(5s);
  EXPECT_EQ(step(), MaintenanceStep::kSafe);
}

TEST_F(MaintenanceTest, OutlivesARestart) {
  begin_and_drain();
  Scene again(slow_by_20_s(), scene.record());
  again.primary.die();
  again.redundant.verdict = scene.redundant.verdict;
  again.run(1h);
  EXPECT_EQ(again.active(), Deployment::kRedundant);
  EXPECT_EQ(again.status().maintenance->step, MaintenanceStep::kSafe);
  EXPECT_EQ(again.status().maintenance->order.by, "a:cli");
  again.maintain(Deployment::kPrimary, false);
  EXPECT_FALSE(again.record().maintenance);
}

TEST_F(MaintenanceTest, IsStoredBeforeTheVerdictThatItBrings) {
  scene.run(5s);
  begin();
  scene.run(5s);
  bool begun = false;
  for (const Store& store : scene.stores) {
    begun = begun || store.record.maintenance;
    EXPECT_TRUE(begun || store.epoch != Epoch(2));
  }
  EXPECT_TRUE(begun);
}

// ---- end ----

TEST_F(MaintenanceTest, EndGivesItBackToThePolicy) {
  begin_and_drain();
  kill(Deployment::kPrimary);
  scene.run(60s);
  revive(Deployment::kPrimary);
  scene.redundant.holdings = holds_up_to(9);
  scene.run(5s);
  end();
  EXPECT_TRUE(reply().ok);
  EXPECT_FALSE(scene.status().maintenance);
  scene.run(60s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant) << "the failback has its own barrier";
  EXPECT_EQ(scene.status().barrier, "primary lacks 9 entries");
  scene.primary.holdings = holds_up_to(9);
  scene.run(2s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_THAT(scene.status().why, StartsWith("failback"));
}

TEST_F(MaintenanceTest, EndBeforeItWasFlawlessForLongEnoughWaits) {
  begin_and_drain();
  kill(Deployment::kPrimary);
  scene.run(30s);
  revive(Deployment::kPrimary);
  scene.run(5s);
  end();
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_THAT(scene.status().barrier, HasSubstr("primary is flawless for"));
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
}

TEST_F(MaintenanceTest, EndBeforeTheMoveLeavesEverythingAsItWas) {
  scene.primary.holdings = holds_up_to(9);
  scene.run(5s);
  begin();
  scene.run(5s);
  end();
  scene.redundant.holdings = holds_up_to(9);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
}

TEST_F(MaintenanceTest, EndOfNoneIsRefused) {
  scene.run(5s);
  end();
  EXPECT_FALSE(reply().ok);
  EXPECT_EQ(reply().why, "primary is not in maintenance");
  begin(Deployment::kRedundant);
  end(Deployment::kPrimary);
  EXPECT_FALSE(reply().ok);
}

TEST_F(MaintenanceTest, WhatAPersonMadeActiveBeforeStaysSoAfterwards) {
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant);
  begin();
  scene.run(5s);
  end();
  scene.run(1h);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

}  // namespace
}  // namespace holdfast::moderator
