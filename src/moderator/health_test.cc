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
  void peer_says(bool link_up, std::optional<PeerChat> chat = std::nullopt) {
    health.peer_says(link_up, chat, now());
  }
  static PeerChat chats_fail(std::uint32_t failures = 2, Ms age = Ms(200)) {
    return {.worked = 100, .failures = failures, .age = age, .why = "timed out"};
  }
  static PeerChat chats_work(Ms age = Ms(200)) { return {.worked = 100, .age = age}; }
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
  peer_says(false);
  EXPECT_TRUE(health.unhealthy(now()));
  EXPECT_EQ(signals().text(), "chat, peer");
}

TEST_F(HealthTest, AnyTwoSignalsAreEnough) {
  for (int mask = 0; mask < 16; ++mask) {
    health.forget();
    if (mask & 1) fail_chats(3);
    if (mask & 2) peer_says(false);
    clients_report(0);
    if (mask & 4) clients_report(50);
    if (mask & 8) health.own_says(false, 5, now());
    EXPECT_EQ(health.unhealthy(now()), __builtin_popcount(static_cast<unsigned>(mask)) >= 2)
        << mask;
  }
}

// ---- the other deployment: one witness, over one line ----

TEST_F(HealthTest, ALinkThatIsDownAndChatsThatFailOverTheSameLineAreOneSignal) {
  health.chat(true, now());
  peer_says(false, chats_fail());
  EXPECT_EQ(signals().text(), "peer");
  EXPECT_FALSE(health.unhealthy(now()));
}

TEST_F(HealthTest, ThePeersFailingChatsAreBadHoweverWellTheLinkIs) {
  peer_says(true, chats_fail());
  EXPECT_EQ(signals().peer, Signal::kBad);
  fail_chats(3);
  EXPECT_TRUE(health.unhealthy(now()));
}

TEST_F(HealthTest, OneLostChatOfThePeerSaysNothing) {
  peer_says(true, chats_fail(1));
  EXPECT_EQ(signals().peer, Signal::kGood);
}

TEST_F(HealthTest, AnOldRoundOfThePeerSaysNothing) {
  peer_says(true, chats_fail(9, Ms(10'001)));
  EXPECT_EQ(signals().peer, Signal::kGood);
}

TEST_F(HealthTest, ChatsOfThePeerThatNeverWorkedSayThatItIsNotSetUpForThem) {
  PeerChat chat = chats_fail(50);
  chat.worked = 0;
  peer_says(true, chat);
  EXPECT_EQ(signals().peer, Signal::kGood);
  peer_says(false, chat);
  EXPECT_EQ(signals().peer, Signal::kBad) << "the link still counts";
}

TEST_F(HealthTest, AChatThatWorkedSinceTheLinkWentDownProvesMoreThanTheLink) {
  peer_says(false, chats_work());
  EXPECT_EQ(signals().peer, Signal::kBad) << "it may have worked before the deployment died";
  clock.advance(Ms(1'000));
  peer_says(false, chats_work(Ms(1'200)));
  EXPECT_EQ(signals().peer, Signal::kBad);
  clock.advance(Ms(1'000));
  peer_says(false, chats_work(Ms(300)));
  EXPECT_EQ(signals().peer, Signal::kGood);
  peer_says(false, chats_fail(1));
  EXPECT_EQ(signals().peer, Signal::kBad) << "until one fails: it may be dead now";
}

TEST_F(HealthTest, ASlowDiskIsWhatTheDeploymentSaysOfItself) {
  health.own_says(true, 2'000, now());
  EXPECT_EQ(signals().own, Signal::kGood);
  health.own_says(true, 2'001, now());
  EXPECT_EQ(signals().own, Signal::kBad);
}

TEST_F(HealthTest, AnOldViewIsNoView) {
  peer_says(false);
  health.own_says(false, 5, now());
  EXPECT_TRUE(health.unhealthy(now()));
  clock.advance(Ms(5'001));
  EXPECT_EQ(signals().bad(), 0);
  EXPECT_EQ(signals().peer, Signal::kUnknown);
}

TEST_F(HealthTest, AWitnessThatDoesNotAnswerAccusesNobody) {
  peer_says(false);
  clients_report(0);
  clients_report(50);
  health.witness_silent();
  EXPECT_EQ(signals().bad(), 0);
}

TEST_F(HealthTest, ADeploymentThatDoesNotAnswerSaysNothingOfItself) {
  health.own_says(false, 5, now());
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
  health.own_says(false, 5, now());
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

  peer_says(false);
  health.settle(now());
  EXPECT_FALSE(health.flawless_since());
  clock.advance(Ms(1'000));
  peer_says(true);
  health.settle(now());
  EXPECT_EQ(health.flawless_since(), now().mono);
}

TEST_F(HealthTest, ForgettingLeavesNothing) {
  fail_chats(3);
  peer_says(false);
  health.forget();
  EXPECT_EQ(signals().bad(), 0);
  EXPECT_FALSE(health.looked());
}

}  // namespace
}  // namespace holdfast::moderator
