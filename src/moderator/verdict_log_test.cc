#include "moderator/verdict_log.h"

#include <gtest/gtest.h>

namespace holdfast::moderator {
namespace {

using protocol::Deployment;
using protocol::Epoch;

Verdict verdict(std::uint64_t epoch) {
  return {Epoch(epoch), "start", WallMs(1), "signed"};
}

VerdictLog at(std::uint64_t epoch) {
  VerdictLog log;
  EXPECT_TRUE(log.commit(Epoch(0), verdict(epoch), Trust::kOwnKey));
  return log;
}

TEST(NextEpoch, IsTheSmallestAboveThatNamesTheDeployment) {
  for (std::uint64_t above = 0; above < 200; ++above) {
    for (const Deployment to : {Deployment::kPrimary, Deployment::kRedundant}) {
      const Epoch next = next_epoch(Epoch(above), to);
      EXPECT_EQ(protocol::active_deployment(next), to);
      EXPECT_GT(next.value(), above);
      EXPECT_LE(next.value(), above + 2);
    }
  }
}

TEST(VerdictLog, WithoutAnyVerdictPrimaryIsActive) {
  const VerdictLog log;
  EXPECT_EQ(log.active(), Deployment::kPrimary);
  EXPECT_EQ(log.epoch(), Epoch(0));
  EXPECT_FALSE(log.highest());
}

TEST(VerdictLog, TheHigherEpochIsNewsAndNothingElseIs) {
  VerdictLog log = at(5);
  EXPECT_EQ(log.hear(verdict(6), Trust::kOwnKey), VerdictLog::Heard::kNews);
  EXPECT_EQ(log.hear(verdict(5), Trust::kOwnKey), VerdictLog::Heard::kNoNews);
  EXPECT_EQ(log.hear(verdict(4), Trust::kOwnKey), VerdictLog::Heard::kNoNews)
      << "an older verdict must never win";
  EXPECT_EQ(log.epoch(), Epoch(5)) << "hearing changes nothing: only a stored verdict counts";
}

TEST(VerdictLog, CommitComparesAndSets) {
  VerdictLog log = at(5);
  EXPECT_EQ(log.commit(Epoch(4), verdict(6), Trust::kOwnKey).error().code, ErrorCode::kFenced);
  EXPECT_EQ(log.commit(Epoch(5), verdict(5), Trust::kOwnKey).error().code, ErrorCode::kFenced);
  EXPECT_EQ(log.commit(Epoch(5), verdict(3), Trust::kOwnKey).error().code, ErrorCode::kFenced);
  EXPECT_TRUE(log.commit(Epoch(5), verdict(8), Trust::kOwnKey));
  EXPECT_EQ(log.active(), Deployment::kRedundant);
}

TEST(VerdictLog, AnEpochOfAnUntrustedKeyIsTakenButNotObeyed) {
  VerdictLog log = at(5);
  EXPECT_EQ(log.hear(verdict(8), Trust::kUntrusted), VerdictLog::Heard::kTaken);
  EXPECT_EQ(log.active(), Deployment::kPrimary);
  EXPECT_EQ(log.next(Deployment::kRedundant), Epoch(10));
  EXPECT_TRUE(log.must_sign_anew(false));
}

TEST(VerdictLog, AJumpIsRefusedWhoeverSignedIt) {
  VerdictLog log = at(5);
  EXPECT_EQ(log.hear(verdict(6 + protocol::kEpochJumpMax), Trust::kOwnKey),
            VerdictLog::Heard::kRefused);
  EXPECT_EQ(log.hear(verdict(6 + protocol::kEpochJumpMax), Trust::kUntrusted),
            VerdictLog::Heard::kRefused);
  EXPECT_EQ(log.hear(verdict(5 + protocol::kEpochJumpMax), Trust::kOwnKey),
            VerdictLog::Heard::kNews);
  EXPECT_EQ(log.next(Deployment::kRedundant), Epoch(6));
}

TEST(VerdictLog, AModeratorThatLostItsStoreTakesAnyTrustedEpoch) {
  VerdictLog log;
  EXPECT_EQ(log.hear(verdict(7 * protocol::kEpochJumpMax), Trust::kOwnKey),
            VerdictLog::Heard::kNews);
}

TEST(VerdictLog, AVerdictOfAnotherKeyIsToBeSignedAnew) {
  VerdictLog log;
  ASSERT_TRUE(log.commit(Epoch(0), verdict(5), Trust::kOtherKey));
  EXPECT_TRUE(log.must_sign_anew(false));
  ASSERT_TRUE(log.commit(Epoch(5), verdict(7), Trust::kOwnKey));
  EXPECT_FALSE(log.must_sign_anew(false));
}

TEST(VerdictLog, WhereModeratorsShareARecordOnlyAKeyThatIsTakenAwayIsReplaced) {
  VerdictLog log;
  ASSERT_TRUE(log.commit(Epoch(0), verdict(5), Trust::kOtherKey));
  EXPECT_FALSE(log.must_sign_anew(true));
  ASSERT_TRUE(log.commit(Epoch(5), verdict(7), Trust::kRetiredKey));
  EXPECT_TRUE(log.must_sign_anew(true));
}

}  // namespace
}  // namespace holdfast::moderator
