// Several moderators over one record: what this one does with what the others stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::Scene;
using testing::signed_by;
using ::testing::StartsWith;
using testing::verdict_of;

PolicyConfig ten_seconds_flawless() {
  PolicyConfig policy = *profile("production");
  policy.failback_after_ms = 10'000;
  return policy;
}

Record with(std::uint64_t epoch, std::string_view why) {
  return {verdict_of(epoch, why, "k2"), false, {}};
}

struct SharedRecordTest : ::testing::Test {
  Scene scene{ten_seconds_flawless(), {}, Trust::kOwnKey, true};

  void SetUp() override { scene.run(5s); }

  void kill(Deployment deployment) {
    scene.site(deployment).die();
    scene.site(other(deployment)).peer_up = false;
  }
};

TEST_F(SharedRecordTest, WhatAnotherOneStoredIsPublishedAsOurs) {
  scene.another_stores(with(2, "manual: ordered by a:ann"));
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_EQ(scene.primary.verdict, verdict_of(2, "manual: ordered by a:ann", "k2"));
  EXPECT_EQ(scene.stores.size(), 1u) << "it is stored already";
}

TEST_F(SharedRecordTest, OneFailureIsOneMoveWhoeverSawItFirst) {
  scene.rival = with(2, "failover: primary is unhealthy");
  kill(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 2u);
  EXPECT_EQ(scene.redundant.verdict->text, signed_by("k2", Epoch(2), scene.status().why));
}

TEST_F(SharedRecordTest, WhoLostARaceDecidesAnewOnWhatTheOtherOneStored) {
  scene.rival = with(1, "start");
  scene.rival->frozen = true;
  kill(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u) << "somebody froze it a moment earlier";
  EXPECT_EQ(scene.status().abstains, "frozen");
}

TEST_F(SharedRecordTest, AnOrderThatLostARaceIsCarriedOutOnWhatTheOtherOneStored) {
  scene.rival = with(3, "failback: x");
  scene.switch_to(Deployment::kRedundant);
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_TRUE(scene.replies[0].ok);
  EXPECT_EQ(scene.replies[0].epoch, Epoch(4));

  scene.rival = scene.record();
  scene.rival->maintenance = Maintenance{Deployment::kPrimary, "a:ann", WallMs(1), {}, false};
  scene.maintain(Deployment::kRedundant, true);
  ASSERT_EQ(scene.replies.size(), 2u);
  EXPECT_FALSE(scene.replies[1].ok);
  EXPECT_THAT(scene.replies[1].why, HasSubstr("primary is in maintenance (by a:ann)"));
}

TEST_F(SharedRecordTest, AFreezeThatLostARaceIsStoredAllTheSame) {
  scene.rival = with(2, "manual: x");
  scene.freeze(true);
  EXPECT_TRUE(scene.record().frozen);
  EXPECT_EQ(scene.record().verdict->epoch, Epoch(2));
  EXPECT_TRUE(scene.replies.at(0).ok);
}

TEST_F(SharedRecordTest, FreezeAtAnotherOneHoldsHere) {
  Record frozen = scene.record();
  frozen.frozen = true;
  scene.another_stores(frozen);
  kill(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
  frozen.frozen = false;
  scene.another_stores(frozen);
  scene.run(1s);
  EXPECT_EQ(scene.epoch(), 2u);
}

TEST_F(SharedRecordTest, AFreezeFromWhenTheStoreWasAwayHoldsForAllWhenItIsBack) {
  scene.store_works = false;
  scene.freeze(true);
  scene.store_works = true;
  scene.another_stores(with(2, "failover: primary is unhealthy"));
  EXPECT_TRUE(scene.status().frozen);
  scene.run(2s);
  EXPECT_TRUE(scene.record().frozen);
  EXPECT_EQ(scene.record().verdict->epoch, Epoch(2));
}

TEST_F(SharedRecordTest, AnEndOfFreezeFromWhenTheStoreWasAwayYieldsToAFreezeElsewhere) {
  scene.freeze(true);
  scene.store_works = false;
  scene.freeze(false);
  scene.store_works = true;
  scene.another_stores(scene.record());
  scene.run(2s);
  EXPECT_TRUE(scene.status().frozen);
}

TEST_F(SharedRecordTest, MaintenanceOrderedAtAnotherOneIsCarriedOutHere) {
  Record record = scene.record();
  record.maintenance = Maintenance{Deployment::kPrimary, "a:ann", WallMs(1), {}, false};
  scene.another_stores(record);
  scene.run(5s);
  EXPECT_THAT(scene.status().why, StartsWith("maintenance"));
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

TEST_F(SharedRecordTest, MovesOfAllCountUnderTheBoundOfFailback) {
  Record record = with(2, "failover: primary is unhealthy");
  const WallMs now = scene.clock.now().wall;
  record.moves = {now - Ms(3'000), now - Ms(2'000)};
  scene.another_stores(record);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 2u);
  EXPECT_THAT(scene.status().barrier, HasSubstr("2 automatic moves in the last hour"));
}

TEST_F(SharedRecordTest, WhatTheStoreLostIsWrittenAgain) {
  scene.switch_to(Deployment::kRedundant);
  scene.freeze(true);
  const Record before = scene.record();
  scene.another_stores({});
  scene.run(1s);
  EXPECT_EQ(scene.record().verdict, before.verdict);
  EXPECT_TRUE(scene.record().frozen);
  scene.another_stores(with(1, "start"));
  scene.run(1s);
  EXPECT_EQ(scene.record().verdict, before.verdict);
  EXPECT_EQ(scene.epoch(), 2u);
}

TEST_F(SharedRecordTest, ASwitchOrderedAtAnotherOneToADeploymentThatLooksBadIsNotUndone) {
  kill(Deployment::kRedundant);
  scene.run(10s);
  scene.another_stores(with(2, "manual: ordered by a:ann"));
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 2u);
  EXPECT_THAT(scene.status().abstains, HasSubstr("a person made redundant active"));
}

TEST_F(SharedRecordTest, TwoThatSeeDifferentDeploymentsFailDoNotOutbidEachOther) {
  scene.input(ColleaguesHeard{{{"m2", false, true}}});
  kill(Deployment::kPrimary);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 1u);
  scene.input(ColleaguesHeard{});
  scene.run(1s);
  EXPECT_EQ(scene.epoch(), 2u) << "m2 is gone or has changed its mind";
}

TEST_F(SharedRecordTest, DoesNotReturnToWhatAnotherOneCallsUnhealthy) {
  scene.another_stores(with(2, "failover: primary is unhealthy"));
  scene.input(ColleaguesHeard{{{"m2", true, false}}});
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 2u);
  EXPECT_EQ(scene.status().barrier, "primary is unhealthy, says m2");
}

TEST(SharedRecordStart, AVerdictOfAnotherOnesKeyIsLeftAsItIs) {
  Scene scene(ten_seconds_flawless(), with(4, "manual: x"), Trust::kOtherKey, true);
  scene.run(60s);
  EXPECT_EQ(scene.epoch(), 4u);
  EXPECT_TRUE(scene.stores.empty());
}

}  // namespace
}  // namespace holdfast::moderator
