// Two versions side by side: what is said of them, and which moves are refused.
#include "moderator/versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Scene;
using ::testing::StartsWith;

State of(std::string version, protocol::Versions versions = {1, 1}) {
  State state;
  state.version = std::move(version);
  state.versions = versions;
  return state;
}

TEST(Versions, ADifferenceIsNamed) {
  EXPECT_EQ(skew_text(of("0.2.0"), of("0.1.0")), "version skew: primary 0.2.0, redundant 0.1.0");
  EXPECT_EQ(skew_text(of("0.2.0"), of("0.2.0")), "");
  EXPECT_EQ(skew_text(of("0.2.0"), of("")), "") << "one has not told it";
}

TEST(Versions, OneInCommonIsEnough) {
  EXPECT_EQ(incompatible_text(of("a", {1, 1}), of("b", {1, 2})), "");
  EXPECT_EQ(incompatible_text(of("a", {2, 4}), of("b", {1, 2})), "");
  EXPECT_THAT(incompatible_text(of("a", {2, 3}), of("b", {1, 1})),
              StartsWith("primary speaks protocol 2 to 3 and redundant 1: "));
  EXPECT_THAT(incompatible_text(of("a", {1, 1}), of("b", {2, 2})), HasSubstr("redundant 2: "));
}

// ---- what is refused ----

struct VersionsTest : ::testing::Test {
  Scene scene{policy()};

  static PolicyConfig policy() {
    PolicyConfig policy = *profile("production");
    policy.failback_after_ms = 10'000;
    return policy;
  }
  void SetUp() override {
    scene.primary.version = "0.1.0";
    scene.redundant.version = "0.9.0";
    scene.run(5s);
  }
  void part() { scene.redundant.versions = {2, 2}; }
  void kill_primary() {
    scene.primary.die();
    scene.redundant.peer_up = false;
  }
  std::string last_reply() { return scene.replies.empty() ? "" : scene.replies.back().why; }
};

TEST_F(VersionsTest, ASkewAloneHoldsNothingBack) {
  EXPECT_EQ(scene.status().version_skew, "version skew: primary 0.1.0, redundant 0.9.0");
  EXPECT_THAT(scene.status().incompatible, IsEmpty());
  scene.switch_to(Deployment::kRedundant);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

TEST_F(VersionsTest, ASwitchToOneThatIsNotUnderstoodIsRefusedWithTheReason) {
  part();
  scene.run(2s);
  scene.switch_to(Deployment::kRedundant);
  EXPECT_EQ(scene.epoch(), 1u);
  EXPECT_FALSE(scene.replies.at(0).ok);
  EXPECT_THAT(last_reply(), HasSubstr("primary speaks protocol 1 and redundant 2"));
  EXPECT_THAT(scene.status().incompatible, HasSubstr("primary speaks protocol 1 and redundant 2"));
  scene.switch_to(Deployment::kPrimary);
  EXPECT_TRUE(scene.replies.at(1).ok) << "who is active already may be confirmed";
}

TEST_F(VersionsTest, ASwitchThatWaitsIsRefusedWhenTheyNoLongerUnderstandEachOther) {
  scene.primary.holdings = testing::holds_up_to(9);
  scene.switch_to(Deployment::kRedundant, true);
  scene.run(2s);
  part();
  scene.run(2s);
  ASSERT_EQ(scene.replies.size(), 1u);
  EXPECT_FALSE(scene.replies[0].ok);
  EXPECT_EQ(scene.epoch(), 1u);
}

TEST_F(VersionsTest, MaintenanceWaitsAndSaysWhy) {
  part();
  scene.run(2s);
  scene.maintain(Deployment::kPrimary, true);
  scene.run(30s);
  EXPECT_EQ(scene.epoch(), 1u);
  EXPECT_THAT(scene.status().maintenance->text, HasSubstr("redundant 2"));
  scene.redundant.versions = {1, 2};
  scene.run(5s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
}

TEST_F(VersionsTest, AFailoverGoesAheadWithAWarningAndIsNotUndone) {
  part();
  scene.run(2s);
  kill_primary();
  scene.run(10s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_THAT(scene.status().why, StartsWith("failover: primary is unhealthy"));
  EXPECT_THAT(scene.status().why, HasSubstr("redundant 2"));

  scene.primary.live();
  scene.redundant.peer_up = true;
  scene.run(60s);
  EXPECT_EQ(scene.active(), Deployment::kRedundant);
  EXPECT_THAT(scene.status().barrier, HasSubstr("primary speaks protocol 1 and redundant 2"));
}

TEST_F(VersionsTest, APersonMaySwitchAwayFromOneThatFailed) {
  part();
  scene.run(2s);
  scene.freeze(true);
  kill_primary();
  scene.run(10s);
  ASSERT_EQ(scene.epoch(), 1u);
  scene.switch_to(Deployment::kRedundant);
  EXPECT_EQ(scene.epoch(), 2u);
  EXPECT_THAT(last_reply(), HasSubstr("redundant 2")) << "and is warned";
}

TEST_F(VersionsTest, TheRecordTellsWhenTheyPartAndWhenTheyMeetAgain) {
  part();
  scene.run(2s);
  scene.redundant.versions = {1, 2};
  scene.run(2s);
  std::string all;
  for (const Incident& incident : scene.status().incidents) all += incident.what + "\n";
  EXPECT_THAT(all, HasSubstr("version skew: primary 0.1.0, redundant 0.9.0\n"));
  EXPECT_THAT(all, HasSubstr("redundant 2: clients and peer of the one cannot talk to the other"));
  EXPECT_THAT(all, HasSubstr("primary and redundant have a protocol version in common again\n"));
}

}  // namespace
}  // namespace holdfast::moderator
