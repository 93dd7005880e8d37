#include "moderator/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"

namespace holdfast::moderator {
namespace {

using protocol::Deployment;
using protocol::Digest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Deployment kP = Deployment::kPrimary;
constexpr Deployment kR = Deployment::kRedundant;

Digest message(int number) {
  return Digest(sha256(std::to_string(number)));
}

struct AuditTest : ::testing::Test {
  Audit audit;
  MonoMs now{1'000'000};

  std::vector<Digest> ask(Deployment by) { return audit.questions(by, now); }
  // Asks, and has it know what is given of that.
  void ask_and_hear(Deployment by, const std::vector<Digest>& known) {
    audit.answered(by, ask(by), known, now);
  }
};

TEST_F(AuditTest, WhatWasPromisedIsAskedForLaterAtBoth) {
  audit.promised(kP, message(1), now);
  EXPECT_THAT(ask(kP), IsEmpty()) << "a moment later it proves nothing";
  now += Ms(10'000);
  EXPECT_THAT(ask(kP), ElementsAre(message(1)));
  EXPECT_THAT(ask(kR), ElementsAre(message(1)));
}

TEST_F(AuditTest, OneThatKnowsItSettlesIt) {
  audit.promised(kP, message(1), now);
  now += Ms(10'000);
  ask_and_hear(kR, {message(1)});
  EXPECT_EQ(audit.counts(), (Audit::Counts{.kept = 1}));
  EXPECT_THAT(ask(kP), IsEmpty());
}

TEST_F(AuditTest, WhatBothDenyIsLost) {
  audit.promised(kP, message(1), now);
  audit.promised(kP, message(2), now);
  now += Ms(10'000);
  ask_and_hear(kP, {message(2)});
  EXPECT_EQ(audit.counts(), (Audit::Counts{.kept = 1})) << "it may have lost its disk";
  EXPECT_THAT(ask(kP), IsEmpty()) << "it has just been asked";
  now += Ms(20'000);
  ask_and_hear(kR, {});
  EXPECT_EQ(audit.counts(), (Audit::Counts{.kept = 1, .lost = 1}));
}

TEST_F(AuditTest, WhoWasEmptyLongAgoIsAskedAgainBeforeAnythingIsCalledLost) {
  audit.promised(kP, message(1), now);
  now += Ms(10'000);
  ask_and_hear(kP, {});  // it came back empty
  now += Ms(600'000);
  ask_and_hear(kR, {});  // as this one does now
  EXPECT_EQ(audit.counts(), Audit::Counts{});
  ask_and_hear(kP, {message(1)});  // which has read from the other one meanwhile
  EXPECT_EQ(audit.counts(), (Audit::Counts{.kept = 1}));
}

TEST_F(AuditTest, WhatNobodyCouldBeAskedForIsLetGo) {
  audit.promised(kP, message(1), now);
  audit.promised(kR, message(2), now);
  audit.chat_left(kP);
  now += Ms(10'000);
  EXPECT_THAT(ask(kP), ElementsAre(message(2)));
  now += Ms(1'800'000);
  EXPECT_THAT(ask(kP), IsEmpty());
  EXPECT_EQ(audit.counts(), Audit::Counts{});
}

TEST_F(AuditTest, AsksForNoMoreThanFitsAndRemembersNoMoreThanItCanAsk) {
  for (int i = 0; i < 1'000; ++i) audit.promised(kP, message(i), now);
  now += Ms(10'000);
  EXPECT_THAT(ask(kP), SizeIs(40));
  EXPECT_EQ(ask(kP).front(), message(600)) << "the oldest gave way";
}

}  // namespace
}  // namespace holdfast::moderator
