#include "moderator/moderator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::holds_up_to;
using testing::Scene;
using testing::signed_by;
using ::testing::StartsWith;
using testing::verdict_of;

PolicyConfig production() {
  return *profile("production");
}

// Failback within the test's patience, all else as in production.
PolicyConfig quick() {
  PolicyConfig policy = production();
  policy.failback_after_ms = 20'000;
  return policy;
}

struct ModeratorTest : ::testing::Test {
  Scene scene{quick()};

  void kill(Deployment deployment) {
    scene.site(deployment).die();
    scene.site(other(deployment)).peer_up = false;
  }
  void silence(Deployment deployment) {
    scene.site(deployment).hang();
    scene.site(other(deployment)).peer_up = false;
  }
  void revive(Deployment deployment) {
    scene.site(deployment).live();
    scene.site(other(deployment)).peer_up = true;
  }
  void fail_over() {
    scene.run(5s);
    kill(Deployment::kPrimary);
    scene.run(10s);
    ASSERT_EQ(scene.active(), Deployment::kRedundant);
  }
};

// ---- start ----

TEST_F(ModeratorTest, TheFirstVerdictNamesPrimary) {
  scene.run(1s);
  EXPECT_EQ(scene.epoch(), 1u);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_EQ(scene.status().why, "start");
  EXPECT_EQ(scene.primary.verdict->epoch, Epoch(1));
  EXPECT_EQ(scene.redundant.verdict->epoch, Epoch(1));
}

TEST(ModeratorStart, AdoptsTheHighestEpochThatTheDeploymentsKnow) {
  Scene scene(quick(), Record{verdict_of(3), false, {}});
  scene.primary.verdict = verdict_of(5);
  scene.redundant.verdict = verdict_of(8, "failover: by another");
  scene.run(2s);
  EXPECT_EQ(scene.epoch(), 8u);
  EXPECT_EQ(scene.primary.verdict, scene.redundant.verdict) << "and passes it on, byte for byte";
  EXPECT_EQ(scene.record().verdict, scene.redundant.verdict);
}

TEST(ModeratorStart, KeepsItsOwnVerdictWhenTheDeploymentsKnowAnOlderOne) {
  Scene scene(quick(), Record{verdict_of(6), false, {}});
  scene.primary.verdict = verdict_of(5);
  scene.run(2s);
  EXPECT_EQ(scene.epoch(), 6u);
  EXPECT_EQ(scene.primary.verdict->epoch, Epoch(6));
}

TEST(ModeratorStart, AbstainsUntilADeploymentHasAnswered) {
  Scene scene(quick(), Record{verdict_of(3), false, {}});
  scene.primary.answers = scene.redundant.answers = false;
  scene.primary.chat = false;
  scene.run(60s);
  EXPECT_EQ(scene.status().abstains, "no deployment has told its epoch yet");
  EXPECT_TRUE(scene.stores.empty());
}

TEST(ModeratorStart, APersonIsRefusedUntilTheEpochsAreKnown) {
  Scene scene(quick());
  scene.primary.answers = scene.redundant.answers = false;
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant);
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_FALSE(scene.replies[0].ok);
  EXPECT_TRUE(scene.stores.empty());
}

TEST(ModeratorStart, ANewKeyStartsAboveEveryKnownEpoch) {
  Scene scene(quick(), Record{verdict_of(4, "failover: x", "old"), false, {}}, Trust::kOtherKey);
  scene.redundant.verdict = verdict_of(4, "failover: x", "old");
  scene.redundant.trust = Trust::kOtherKey;
  scene.run(2s);
  EXPECT_EQ(scene.epoch(), 6u);
  EXPECT_EQ(scene.status().why, "failover: x") << "who is active, and why, is what it was";
  EXPECT_EQ(scene.redundant.verdict->text, signed_by("k1", Epoch(6), "failover: x"));
  EXPECT_EQ(scene.moderator().metrics(scene.clock.now()).at("failovers_total"), 0)
      << "nobody moved";
}

TEST(ModeratorStart, AVerdictOfARevokedKeyIsOutbidAndNotObeyed) {
  Scene scene(quick(), Record{verdict_of(3), false, {}});
  scene.redundant.verdict = verdict_of(100, "manual: a thief", "stolen");
  scene.redundant.trust = Trust::kUntrusted;
  scene.run(2s);
  EXPECT_EQ(scene.epoch(), 101u);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_EQ(scene.redundant.verdict->epoch, Epoch(101));
}

TEST_F(ModeratorTest, TwoModeratorsWithTwoKeysDoNotOutbidEachOtherForEver) {
  scene.run(5s);
  scene.redundant.verdict = verdict_of(7, "manual: the other one", "k2");
  scene.redundant.trust = Trust::kOtherKey;
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 7u);
}

// ---- stored before published ----

TEST_F(ModeratorTest, AVerdictIsStoredBeforeItIsPublished) {
  scene.run(1s);
  EXPECT_THAT(scene.order, ElementsAre("store 1", "publish 1 primary", "publish 1 redundant"));
}

TEST_F(ModeratorTest, ANewVerdictIsPublishedAtOnceHoweverFreshTheLastOneIs) {
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant);
  scene.run(50ms);
  scene.switch_to(Deployment::kPrimary);
  scene.run(50ms);
  EXPECT_EQ(scene.primary.verdict->epoch, Epoch(3));
  EXPECT_EQ(scene.redundant.verdict->epoch, Epoch(3));
}

TEST_F(ModeratorTest, WhatCouldNotBeStoredIsNeverPublished) {
  scene.run(5s);
  scene.store_works = false;
  kill(Deployment::kPrimary);
  scene.run(20s);
  EXPECT_EQ(scene.epoch(), 1u);
  for (const Publish& publish : scene.published) EXPECT_EQ(publish.verdict.epoch, Epoch(1));

  scene.store_works = true;
  scene.run(2s);
  EXPECT_EQ(scene.epoch(), 2u) << "and is tried again";
}

TEST_F(ModeratorTest, OneStoreAtATime) {
  scene.run(5s);
  const auto before = scene.stores.size();
  scene.store_answers = false;
  scene.switch_to(Deployment::kRedundant);
  scene.switch_to(Deployment::kPrimary);
  kill(Deployment::kPrimary);
  scene.run(20s);
  EXPECT_EQ(scene.stores.size(), before + 1);
}

TEST_F(ModeratorTest, AVerdictIsPublishedUntilEachDeploymentHasIt) {
  fail_over();
  EXPECT_EQ(scene.primary.verdict->epoch, Epoch(1));
  const auto before = scene.published.size();
  scene.run(10s);
  EXPECT_GE(scene.published.size(), before + 9);

  revive(Deployment::kPrimary);
  scene.run(3s);
  EXPECT_EQ(scene.primary.verdict->epoch, Epoch(2));
  const auto done = scene.published.size();
  scene.run(5s);
  EXPECT_EQ(scene.published.size(), done);
}

TEST_F(ModeratorTest, ADeploymentThatForgotTheVerdictIsToldAgain) {
  scene.run(5s);
  scene.primary.verdict.reset();
  scene.run(3s);
  EXPECT_EQ(scene.primary.verdict->epoch, Epoch(1));
}

// ---- failover ----

TEST_F(ModeratorTest, ADeadPrimaryIsLeft) {
  fail_over();
  EXPECT_EQ(scene.epoch(), 2u);
  EXPECT_THAT(scene.status().why, StartsWith("failover: primary is unhealthy (chat, peer)"));
  EXPECT_EQ(scene.redundant.verdict->epoch, Epoch(2));
  const auto metrics = scene.moderator().metrics(scene.clock.now());
  EXPECT_EQ(metrics.at("primary_unhealthy_total"), 1);
  EXPECT_EQ(metrics.at("redundant_unhealthy_total"), 0);
}

TEST_F(ModeratorTest, ADeadRedundantChangesNothing) {
  scene.run(5s);
  kill(Deployment::kRedundant);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
  EXPECT_FALSE(scene.status().redundant.healthy);
  EXPECT_TRUE(scene.status().primary.healthy);
}

TEST_F(ModeratorTest, AModeratorThatLostItsRouteToPrimaryKeepsStill) {
  scene.run(5s);
  scene.primary.hang();  // for the moderator only: the peer link lives, and no client complains
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
  EXPECT_EQ(scene.status().primary.signals.text(), "chat");
}

TEST_F(ModeratorTest, ACutPeerLinkAloneIsNoFailure) {
  scene.run(5s);
  scene.primary.peer_up = scene.redundant.peer_up = false;
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
}

TEST_F(ModeratorTest, AStalledDiskIsSeenByChatsAndClients) {
  scene.run(5s);
  scene.primary.chat = false;  // answers everything, delivers nothing
  for (int i = 0; i < 10; ++i) {
    scene.redundant.reports.hedges_won += 2;
    scene.run(1s);
  }
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_THAT(scene.status().why, HasSubstr("chat, clients"));
}

TEST_F(ModeratorTest, AFailedJournalIsSeenByChatsAndConfessed) {
  scene.run(5s);
  scene.primary.chat = scene.primary.ready = false;
  scene.run(10s);
  EXPECT_THAT(scene.status().why, HasSubstr("chat, own"));
}

TEST_F(ModeratorTest, WhenAllLookBadTheVerdictStays) {
  scene.run(5s);
  kill(Deployment::kPrimary);
  kill(Deployment::kRedundant);
  scene.run(120s);
  EXPECT_EQ(scene.epoch(), 1u);

  revive(Deployment::kRedundant);
  scene.redundant.peer_up = false;
  scene.run(10s);
  EXPECT_EQ(scene.epoch(), 2u) << "until one of them looks better";
}

TEST_F(ModeratorTest, OfTwoUnhealthyDeploymentsNoneIsBetter) {
  scene.run(5s);
  for (const Deployment each : {Deployment::kPrimary, Deployment::kRedundant}) {
    scene.site(each).chat = scene.site(each).peer_up = false;
  }
  scene.run(120s);
  EXPECT_FALSE(scene.status().primary.healthy);
  EXPECT_FALSE(scene.status().redundant.healthy);
  EXPECT_EQ(scene.epoch(), 1u);
}

TEST_F(ModeratorTest, ATargetThatConfessesIsNotMadeActive) {
  scene.run(5s);
  scene.redundant.ready = false;
  kill(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
}

TEST_F(ModeratorTest, TheBoundOnMovesNeverHoldsBackAFailover) {
  scene.run(5s);
  for (int round = 0; round < 10; ++round) {
    const Deployment active = scene.active();
    kill(active);
    scene.run(10s);
    EXPECT_EQ(scene.active(), other(active)) << round;
    revive(active);
    scene.run(3s);
  }
}

TEST(ModeratorDemo, LeavesAKilledPrimaryWithinASecond) {
  Scene scene(*profile("demo"));
  scene.run(2s);
  scene.primary.die();
  scene.redundant.peer_up = false;
  scene.run(1s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

TEST(ModeratorDemo, LeavesASilentPrimaryAsSoonAsThePeerLinkIsDead) {
  Scene scene(*profile("demo"));
  scene.run(2s);
  scene.primary.hang();
  scene.run(3s);  // what a peer link takes to notice
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  scene.redundant.peer_up = false;
  scene.run(500ms);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

// ---- failback ----

TEST_F(ModeratorTest, FailsBackWhenPrimaryWasFlawlessForLongEnough) {
  fail_over();
  revive(Deployment::kPrimary);
  scene.run(19s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  scene.run(4s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_EQ(scene.epoch(), 3u);
  EXPECT_THAT(scene.status().why, StartsWith("failback"));
}

TEST_F(ModeratorTest, DoesNotFailBackBeforePrimaryHoldsAllThatRedundantHeld) {
  scene.redundant.holdings = holds_up_to(9);
  fail_over();
  revive(Deployment::kPrimary);
  scene.primary.holdings = holds_up_to(4);
  scene.run(120s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_EQ(scene.status().barrier, "primary lacks 5 entries");
  scene.primary.holdings = holds_up_to(9);
  scene.run(2s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
}

TEST_F(ModeratorTest, AFlawOnTheWayBackStartsTheWaitAnew) {
  fail_over();
  revive(Deployment::kPrimary);
  scene.run(15s);
  scene.redundant.peer_up = false;
  scene.run(2s);
  scene.redundant.peer_up = true;
  scene.run(15s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
}

TEST_F(ModeratorTest, TheBoundOnMovesAnHourHoldsBackFailback) {
  for (int round = 0; round < 5; ++round) {
    scene.run(5s);
    kill(Deployment::kPrimary);
    scene.run(10s);
    revive(Deployment::kPrimary);
    scene.run(60s);
  }
  EXPECT_EQ(scene.epoch(), 4u) << "over, back, over, and then it stays";
  EXPECT_THAT(scene.status().barrier, HasSubstr("3 automatic moves in the last hour, at most 2"));
  scene.run(1h);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
}

TEST_F(ModeratorTest, TheBoundOutlivesARestart) {
  Record record{
      verdict_of(4, "failover: x"), false, {scene.clock.now().wall, scene.clock.now().wall}};
  Scene again(quick(), record);
  again.run(120s);
  EXPECT_EQ(again.active(), Deployment::kRedundant);
}

TEST_F(ModeratorTest, FailbackUndoesOnlyWhatAFailoverDid) {
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant);
  scene.run(1h);
  EXPECT_EQ(scene.active(), Deployment::kRedundant) << "a person wanted it so";
  kill(Deployment::kRedundant);
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary) << "but nobody wants a dead one";
}

TEST_F(ModeratorTest, AFailureInTheMiddleOfAFailbackIsAFailover) {
  scene.redundant.holdings = holds_up_to(9);
  fail_over();
  revive(Deployment::kPrimary);
  scene.run(25s);
  ASSERT_EQ(scene.active(), Deployment::kRedundant) << "the barrier is not reached";
  kill(Deployment::kRedundant);
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_THAT(scene.status().why, StartsWith("failover"));
}

// ---- people ----

TEST_F(ModeratorTest, ASwitchIsObeyedAndShowsTheLag) {
  scene.primary.behind = 12;
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant);
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_TRUE(scene.replies[0].ok);
  EXPECT_THAT(scene.replies[0].why, HasSubstr("12 entries of primary are not yet in both"));
  EXPECT_EQ(scene.replies[0].epoch, Epoch(2));
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

TEST_F(ModeratorTest, ASwitchToADeploymentThatLooksBadIsObeyedAndNotUndone) {
  scene.run(5s);
  kill(Deployment::kRedundant);
  scene.run(10s);
  scene.switch_to(Deployment::kRedundant);
  scene.run(60s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_THAT(scene.status().abstains, HasSubstr("a person made redundant active"));

  revive(Deployment::kRedundant);
  scene.run(5s);
  EXPECT_EQ(scene.status().abstains, "");
  kill(Deployment::kRedundant);
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary) << "what fails later is left as always";
}

TEST_F(ModeratorTest, ASwitchThatCouldNotBeStoredSaysSo) {
  scene.run(5s);
  scene.store_works = false;
  scene.switch_to(Deployment::kRedundant);
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_FALSE(scene.replies[0].ok);
  EXPECT_THAT(scene.replies[0].why, HasSubstr("disk full"));
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
}

TEST_F(ModeratorTest, ASwitchMayWaitForTheBarrier) {
  scene.primary.holdings = holds_up_to(9);
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant, true);
  scene.run(60s);
  EXPECT_EQ(scene.active(), Deployment::kPrimary);
  EXPECT_TRUE(scene.replies.empty());
  scene.redundant.holdings = holds_up_to(9);
  scene.run(2s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_TRUE(scene.replies[0].ok);
}

TEST_F(ModeratorTest, AFailureEndsTheWaitOfASwitch) {
  scene.primary.holdings = holds_up_to(9);
  scene.run(5s);
  scene.switch_to(Deployment::kRedundant, true);
  kill(Deployment::kPrimary);
  scene.run(10s);
  EXPECT_THAT(scene.status().why, StartsWith("failover"));
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_FALSE(scene.replies[0].ok);
}

TEST_F(ModeratorTest, FreezeStopsAutomation) {
  scene.run(5s);
  scene.freeze(true);
  kill(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
  EXPECT_EQ(scene.status().abstains, "frozen");
  scene.freeze(false);
  scene.run(1s);
  EXPECT_EQ(scene.epoch(), 2u);
}

TEST_F(ModeratorTest, FreezeOutlivesARestart) {
  scene.run(5s);
  scene.freeze(true);
  Scene again(quick(), scene.record());
  again.run(1s);
  EXPECT_TRUE(again.status().frozen);
}

TEST_F(ModeratorTest, FreezeIsInForceEvenWhenItCannotBeStored) {
  scene.run(5s);
  scene.store_works = false;
  scene.freeze(true);
  EXPECT_TRUE(scene.status().frozen);
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_THAT(scene.replies[0].why, HasSubstr("not stored"));
  scene.store_works = true;
  scene.run(2s);
  EXPECT_TRUE(scene.record().frozen) << "and is stored as soon as it can be";
}

TEST_F(ModeratorTest, AStoreThatKeepsFailingIsTakenDownOnce) {
  scene.run(5s);
  scene.store_works = false;
  kill(Deployment::kPrimary);
  scene.run(60s);
  const auto incidents = scene.status().incidents;
  EXPECT_EQ(std::ranges::count_if(incidents,
                                  [](const auto& one) { return one.what.ends_with("disk full"); }),
            1);
}

TEST_F(ModeratorTest, OrdersHaveABound) {
  scene.run(5s);
  scene.store_answers = false;
  for (int i = 0; i < 40; ++i) scene.switch_to(Deployment::kRedundant);
  EXPECT_EQ(scene.replies.size(), 40u - 1 - 16);
  for (const Reply& reply : scene.replies) EXPECT_FALSE(reply.ok);
}

// ---- the moderator scores itself ----

TEST_F(ModeratorTest, AfterAPauseItLooksAgainBeforeItJudges) {
  scene.run(5s);
  // The worst moment: two chats have failed and the third is under way. Then the moderator itself
  // stops; Primary is repaired meanwhile, and the third chat's time-out is the first thing it sees.
  silence(Deployment::kPrimary);
  scene.run(4s);
  ASSERT_EQ(scene.epoch(), 1u);
  scene.pause(3s);
  revive(Deployment::kPrimary);
  scene.run(30s);
  EXPECT_EQ(scene.epoch(), 1u);
}

TEST_F(ModeratorTest, AfterAPauseADeadPrimaryIsStillFound) {
  scene.run(5s);
  scene.pause(60s);
  kill(Deployment::kPrimary);
  scene.run(10s);
  EXPECT_EQ(scene.epoch(), 2u);
}

TEST_F(ModeratorTest, AClockJumpVoidsWhatWasSeen) {
  scene.run(5s);
  silence(Deployment::kPrimary);
  scene.run(2500ms);
  scene.clock.set_wall(scene.clock.now().wall + Ms(3'600'000));
  scene.run(100ms);
  EXPECT_THAT(scene.status().abstains, HasSubstr("has not looked"));
  EXPECT_EQ(scene.moderator().metrics(scene.clock.now()).at("disturbed_total"), 1);
}

// ---- the record ----

TEST_F(ModeratorTest, KeepsARecordOfWhatHappened) {
  fail_over();
  std::string all;
  for (const Incident& incident : scene.status().incidents) all += incident.what + "\n";
  EXPECT_THAT(all, HasSubstr("primary is unhealthy"));
  EXPECT_THAT(all, HasSubstr("epoch 2: redundant is active"));
  EXPECT_EQ(scene.moderator().metrics(scene.clock.now()).at("failovers_total"), 1);
}

TEST(ModeratorProfile, AnUnknownOneIsRefusedByName) {
  EXPECT_THAT(profile("prod").error().why, HasSubstr("\"prod\""));
}

}  // namespace
}  // namespace holdfast::moderator
