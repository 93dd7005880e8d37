// The failures that a ping does not see, each with the signals that it makes: the table of
// docs/moderator.md, line by line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/moderator.h"
#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Scene;
using testing::Site;

// Both deployments also have synthetic chats with each other, and twenty clients each.
struct GrayFailure : ::testing::Test {
  Scene scene{*profile("production")};

  void SetUp() override {
    for (Site* each : {&scene.primary, &scene.redundant}) {
      each->peer_chat = true;
      each->reports.clients = 20;
    }
    scene.run(10s);
    ASSERT_EQ(scene.active(), Deployment::kPrimary);
  }
  // Lets time pass in which clients of Redundant tell of trouble with Primary, as often as they do.
  void run(Ms time, std::uint64_t reports_each_s = 0) {
    for (Ms passed{0}; passed < time; passed += 1s) {
      scene.redundant.reports.hedges_won += reports_each_s;
      scene.run(1s);
    }
  }
  Signals seen() { return scene.status().primary.signals; }
  void expect_failover(std::string_view signals) {
    EXPECT_EQ(scene.active(), Deployment::kRedundant);
    EXPECT_THAT(scene.status().why, HasSubstr(signals));
  }
  void expect_stays() {
    EXPECT_EQ(scene.active(), Deployment::kPrimary);
    EXPECT_EQ(scene.epoch(), 1u);
  }
};

TEST_F(GrayFailure, ThatAcceptsConnectionsAndNeverAnswers) {
  scene.primary.hang();
  scene.redundant.peer_up = false;
  scene.redundant.peer_chat = false;
  run(8s);
  expect_failover("(chat, peer)");
}

TEST_F(GrayFailure, ThatAcknowledgesAndDeliversToNobody) {
  scene.primary.chat = false;
  scene.redundant.peer_chat = false;
  run(8s);
  expect_failover("(chat, peer)");
}

TEST_F(GrayFailure, ThatAcknowledgesAndDeliversToNobodyBesideAPeerThatKnowsNoChats) {
  scene.primary.chat = false;
  scene.redundant.peer_chat.reset();
  run(8s);
  expect_stays();
  run(8s, 2);  // people's messages go over their warm links
  expect_failover("(chat, clients)");
}

TEST_F(GrayFailure, OfADiskThatTakesFiveSecondsToSync) {
  scene.primary.chat = false;
  scene.primary.journal_ms = 5'020;
  run(8s);
  expect_failover("(chat, own)");
  EXPECT_THAT(scene.status().primary.warnings,
              Contains(HasSubstr("its journal takes 5020 ms to make a batch durable")));
}

TEST_F(GrayFailure, OfAFullDisk) {
  scene.primary.chat = scene.primary.ready = false;  // it says so, between two tries
  run(8s);
  expect_failover("(chat, own)");
}

TEST_F(GrayFailure, OfAFullDiskBehindWhichNothingIsSaid) {
  scene.primary.hang();
  scene.redundant.peer_up = false;
  scene.redundant.peer_chat = false;
  run(8s);
  expect_failover("(chat, peer)");
}

// Connections that are open go on, the question after its state is a new one.
TEST_F(GrayFailure, OfACertificateThatExpired) {
  scene.primary.answers = false;
  run(20s);
  EXPECT_EQ(seen().bad(), 0) << "until the links of the synthetic chats are renewed";
  scene.primary.chat = false;
  scene.primary.refuses = true;
  scene.redundant.peer_chat = false;
  run(8s);
  expect_failover("(chat, peer)");
}

TEST_F(GrayFailure, OfANameThatIsGoneForEverybody) {
  scene.primary.answers = scene.primary.chat = false;
  scene.primary.refuses = true;
  scene.redundant.peer_chat = false;  // the peer link stays up: it is connected
  run(8s);
  expect_failover("(chat, peer)");
}

TEST_F(GrayFailure, OfANameThatOnlyTheModeratorCannotResolve) {
  scene.primary.answers = scene.primary.chat = false;
  scene.primary.refuses = true;
  run(600s);
  expect_stays();
  EXPECT_THAT(scene.status().primary.warnings,
              Contains("one signal alone is bad (chat): nothing moves for it"));
}

TEST_F(GrayFailure, OfAllNamesAtTheModerator) {
  for (Site* each : {&scene.primary, &scene.redundant}) {
    each->answers = each->chat = false;
    each->refuses = true;
  }
  run(600s);
  expect_stays();
}

// One round fails on it, the next one goes to the other node of the same deployment.
TEST_F(GrayFailure, OfOneOfTwoNodes) {
  scene.primary.chat = false;
  scene.primary.refuses = true;
  scene.run(1s);
  scene.primary.chat = true;
  run(20s, 1);
  EXPECT_EQ(seen().chat, Signal::kGood);
  expect_stays();
}

// Their messages go over the other deployment, which asks the active one: a move would help nobody.
TEST_F(GrayFailure, OfTheClientsNetworkToItAlone) {
  run(600s, 3);
  EXPECT_EQ(seen().clients, Signal::kBad);
  expect_stays();
  EXPECT_THAT(scene.status().primary.warnings, Contains(HasSubstr("(clients)")));
}

TEST_F(GrayFailure, OfTheNetworkBetweenTheDeploymentsAlone) {
  for (Site* each : {&scene.primary, &scene.redundant}) {
    each->peer_up = false;
    each->peer_chat = false;
  }
  run(600s);
  expect_stays();
  EXPECT_EQ(seen().text(), "peer");
  EXPECT_EQ(scene.status().redundant.signals.text(), "peer");
}

TEST_F(GrayFailure, OfThePeerLinkAloneWhileTheModeratorLosesItsRoute) {
  scene.redundant.peer_up = false;
  run(20s);
  scene.primary.answers = scene.primary.chat = false;
  run(600s);
  expect_stays();
  EXPECT_EQ(seen().text(), "chat") << "the peer's chats work: what is broken is the link";
}

TEST_F(GrayFailure, OfAWrongClock) {
  scene.primary.clock_ahead = 1'500ms;
  run(20s);
  expect_stays();
  EXPECT_THAT(scene.status().primary.warnings,
              Contains("its clock is 1500 ms ahead of the moderator's"));
  EXPECT_EQ(scene.moderator().metrics(scene.clock.now()).at("primary_clock_skew_ms"), 1'500);
  scene.primary.clock_ahead = 3600s;
  scene.primary.chat = scene.primary.ready = false;  // beyond its own bound it takes no events
  run(8s);
  expect_failover("(chat, own)");
  scene.primary.clock_ahead = 0ms;
  run(2s);
  std::vector<std::string> said;
  for (const Incident& incident : scene.status().incidents) said.push_back(incident.what);
  EXPECT_THAT(said, Contains("the clock of primary is 1500 ms ahead of the moderator's"));
  EXPECT_THAT(said, Contains("the clock of primary is right again"));
}

TEST_F(GrayFailure, ThatClientsCouldTellOnlyAnHourLater) {
  scene.redundant.late_reports = {.failed_connects = 35,
                                  .seen_at = scene.clock.now().wall - Ms(3'600'000)};
  run(5s);
  EXPECT_EQ(seen().clients, Signal::kGood) << "it says nothing about now";
  EXPECT_THAT(scene.status().incidents.back().what,
              HasSubstr("trouble with primary that began 3601 s ago: 35 failed connects"));
}

}  // namespace
}  // namespace holdfast::moderator
