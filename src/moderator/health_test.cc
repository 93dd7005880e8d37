#include "moderator/health.h"

#include <gtest/gtest.h>

namespace holdfast::moderator {
namespace {

struct HealthTest : ::testing::Test {
  Health health{HealthConfig{}};
  ManualClock clock;

  Now now() { return clock.now(); }
  Signals signals() { return health.signals(now()); }
  void fail_chats(int times) {
    for (int i = 0; i < times; ++i) health.chat(false, now());
  }
  void clients_report(std::uint64_t hedges_won, std::uint64_t clients = 10) {
    health.clients_say({.hedges_won = hedges_won, .clients = clients}, now());
  }
};

TEST_F(HealthTest, NothingIsKnownBeforeItHasLooked) {
  EXPECT_EQ(signals().bad(), 0);
  EXPECT_FALSE(health.looked());
  EXPECT_FALSE(health.usable(now()));
  EXPECT_EQ(signals().chat, Signal::kUnknown);
}

TEST_F(HealthTest, OneLostProbeSaysNothing) {
  health.chat(true, now());
  fail_chats(2);
  EXPECT_EQ(signals().chat, Signal::kGood);
  fail_chats(1);
  EXPECT_EQ(signals().chat, Signal::kBad);
  health.chat(true, now());
  EXPECT_EQ(signals().chat, Signal::kGood);
}

TEST_F(HealthTest, OneSignalIsNotEnough) {
  fail_chats(10);
  EXPECT_FALSE(health.unhealthy(now()));
  health.peer_says(false, now());
  EXPECT_TRUE(health.unhealthy(now()));
  EXPECT_EQ(signals().text(), "chat, peer");
}

TEST_F(HealthTest, AnyTwoSignalsAreEnough) {
  for (int mask = 0; mask < 16; ++mask) {
    health.forget();
    if (mask & 1) fail_chats(3);
    if (mask & 2) health.peer_says(false, now());
    clients_report(0);
    if (mask & 4) clients_report(50);
    if (mask & 8) health.own_says(false, now());
    EXPECT_EQ(health.unhealthy(now()), __builtin_popcount(static_cast<unsigned>(mask)) >= 2)
        << mask;
  }
}

TEST_F(HealthTest, AnOldViewIsNoView) {
  health.peer_says(false, now());
  health.own_says(false, now());
  EXPECT_TRUE(health.unhealthy(now()));
  clock.advance(Ms(5'001));
  EXPECT_EQ(signals().bad(), 0);
  EXPECT_EQ(signals().peer, Signal::kUnknown);
}

TEST_F(HealthTest, AWitnessThatDoesNotAnswerAccusesNobody) {
  health.peer_says(false, now());
  clients_report(0);
  clients_report(50);
  health.witness_silent();
  EXPECT_EQ(signals().bad(), 0);
}

TEST_F(HealthTest, ADeploymentThatDoesNotAnswerSaysNothingOfItself) {
  health.own_says(false, now());
  health.own_silent();
  EXPECT_EQ(signals().own, Signal::kUnknown);
}

TEST_F(HealthTest, WhatClientsReportedBeforeWeListenedIsNotNews) {
  clients_report(1'000);
  EXPECT_EQ(signals().clients, Signal::kGood);
  clients_report(1'002);
  EXPECT_EQ(signals().clients, Signal::kGood) << "two reports are one client's bad Wi-Fi";
  clients_report(1'003);
  EXPECT_EQ(signals().clients, Signal::kBad);
}

TEST_F(HealthTest, ReportsAgeOutOfTheWindow) {
  clients_report(0);
  clients_report(50);
  ASSERT_EQ(signals().clients, Signal::kBad);
  clock.advance(Ms(4'000));
  clients_report(50);
  EXPECT_EQ(signals().clients, Signal::kBad);
  clock.advance(Ms(1'001));
  clients_report(50);
  EXPECT_EQ(signals().clients, Signal::kGood);
}

TEST_F(HealthTest, ManyClientsMakeSomeReportsInPeaceToo) {
  clients_report(0, 1'000);
  clients_report(49, 1'000);
  EXPECT_EQ(signals().clients, Signal::kGood);
  clients_report(50, 1'000);
  EXPECT_EQ(signals().clients, Signal::kBad);
}

TEST_F(HealthTest, CountersThatRestartAtZeroDoNotWrap) {
  clients_report(100);
  clients_report(1);
  EXPECT_EQ(signals().clients, Signal::kGood);
}

TEST_F(HealthTest, UsableNeedsALastChatThatWorked) {
  health.chat(true, now());
  EXPECT_TRUE(health.usable(now()));
  health.chat(false, now());
  EXPECT_FALSE(health.usable(now()));
  health.chat(true, now());
  health.own_says(false, now());
  EXPECT_FALSE(health.usable(now()));
}

TEST_F(HealthTest, FlawlessTimeBeginsAnewAfterEachBadSignal) {
  health.settle(now());
  EXPECT_FALSE(health.flawless_since()) << "no chat has worked yet";
  health.chat(true, now());
  health.settle(now());
  const MonoMs first = now().mono;
  clock.advance(Ms(1'000));
  health.settle(now());
  EXPECT_EQ(health.flawless_since(), first);

  health.peer_says(false, now());
  health.settle(now());
  EXPECT_FALSE(health.flawless_since());
  clock.advance(Ms(1'000));
  health.peer_says(true, now());
  health.settle(now());
  EXPECT_EQ(health.flawless_since(), now().mono);
}

TEST_F(HealthTest, ForgettingLeavesNothing) {
  fail_chats(3);
  health.peer_says(false, now());
  health.forget();
  EXPECT_EQ(signals().bad(), 0);
  EXPECT_FALSE(health.looked());
}

}  // namespace
}  // namespace holdfast::moderator
