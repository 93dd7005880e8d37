#include "moderator/barrier.h"

#include <gtest/gtest.h>

#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using testing::holds_up_to;

constexpr Ms kPoll{1'000};

struct BarrierTest : ::testing::Test {
  Barrier barrier;
  MonoMs now{1'000};

  void raise() {
    barrier.raise(Deployment::kPrimary, now);
    ASSERT_EQ(barrier.ask(now, kPoll), Deployment::kRedundant);
  }
};

TEST_F(BarrierTest, IsReachedWhenOneHoldsAllThatTheOtherHeld) {
  raise();
  barrier.heard(Deployment::kRedundant, holds_up_to(9));
  ASSERT_EQ(barrier.ask(now, kPoll), Deployment::kPrimary);
  barrier.heard(Deployment::kPrimary, holds_up_to(4));
  EXPECT_FALSE(barrier.reached());
  EXPECT_EQ(barrier.text(), "primary lacks 5 entries");
  EXPECT_FALSE(barrier.ask(now, kPoll)) << "not before the interval is over";
  now += kPoll;
  ASSERT_EQ(barrier.ask(now, kPoll), Deployment::kPrimary);
  barrier.heard(Deployment::kPrimary, holds_up_to(9));
  EXPECT_TRUE(barrier.reached());
}

TEST_F(BarrierTest, WhatComesAfterTheBarrierIsNotWaitedFor) {
  raise();
  barrier.heard(Deployment::kRedundant, holds_up_to(9));
  ASSERT_TRUE(barrier.ask(now, kPoll));
  protocol::Holdings more = holds_up_to(9);
  (void)more[protocol::Origin("primary/n1/01J00000000000000000000001")].add(
      {protocol::Seq(1), protocol::Seq(3), {}, {}});
  barrier.heard(Deployment::kPrimary, more);
  EXPECT_TRUE(barrier.reached());
}

TEST_F(BarrierTest, AWholeOriginThatIsUnknownIsMissing) {
  EXPECT_EQ(entries_missing({}, holds_up_to(9)), 9u);
  EXPECT_EQ(entries_missing(holds_up_to(9), {}), 0u);
}

TEST_F(BarrierTest, NoAnswerIsAskedAgain) {
  raise();
  EXPECT_FALSE(barrier.ask(now, kPoll)) << "one question at a time";
  barrier.heard(Deployment::kRedundant, std::nullopt);
  now += kPoll;
  EXPECT_EQ(barrier.ask(now, kPoll), Deployment::kRedundant);
}

TEST_F(BarrierTest, AnAnswerToAnEarlierBarrierIsNotTakenForThisOnes) {
  raise();
  barrier.raise(Deployment::kPrimary, now);
  EXPECT_FALSE(barrier.ask(now, kPoll)) << "the old question is still under way";
  barrier.heard(Deployment::kRedundant, holds_up_to(1));
  EXPECT_EQ(barrier.ask(now, kPoll), Deployment::kRedundant)
      << "what was held before the barrier is not what it is about";
  barrier.heard(Deployment::kRedundant, holds_up_to(9));
  ASSERT_EQ(barrier.ask(now, kPoll), Deployment::kPrimary);
  barrier.heard(Deployment::kPrimary, holds_up_to(1));
  EXPECT_FALSE(barrier.reached());
}

TEST_F(BarrierTest, ADroppedOneAsksNothing) {
  raise();
  barrier.drop();
  barrier.heard(Deployment::kRedundant, holds_up_to(1));
  EXPECT_FALSE(barrier.ask(now, kPoll));
  EXPECT_EQ(barrier.text(), "");
}

}  // namespace
}  // namespace holdfast::moderator
