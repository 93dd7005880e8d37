#include "moderator/synthetic_chat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "moderator/testing/little_node.h"

namespace holdfast::moderator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::LittleNode;
using Side = SyntheticChat::Side;

struct SyntheticChatTest : ::testing::Test {
  SeededRandom random{7};
  ManualClock clock;
  Audit audit;
  SyntheticChat chat{testing::secret(3), random, SyntheticChat::Speaker::kPeer,
                     SyntheticChat::Audited{&audit, protocol::Deployment::kPrimary}, Ms(60'000)};
  std::deque<std::pair<Side, std::string>> to_client;
  LittleNode node{
      [this](Side side, std::string text) { to_client.emplace_back(side, std::move(text)); }};
  std::vector<SyntheticChat::Outcome> outcomes;

  void connect() {
    for (const Side side : {Side::kVisitor, Side::kOperator})
      to_client.emplace_back(side, node.challenge());
    settle();
  }
  void round() {
    take(chat.begin(clock.now()));
    settle();
  }
  void settle() {
    while (!to_client.empty()) {
      const auto [side, text] = std::move(to_client.front());
      to_client.pop_front();
      take(chat.frame(side, text, clock.now()));
    }
  }
  void take(const SyntheticChat::Step& step) {
    if (step.ended) outcomes.push_back(*step.ended);
    for (const SyntheticChat::Out& out : step.out) node.frame(out.side, out.text);
  }
  void dial_anew() {
    for (const Side side : {Side::kVisitor, Side::kOperator}) lose(side);
    connect();
  }
  void lose(Side side) { take(chat.lost(side, "reset")); }
};

TEST_F(SyntheticChatTest, ARoundIsAQuestionAndItsAnswerBothDurableBothDelivered) {
  connect();
  round();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_TRUE(outcomes[0].ok) << outcomes[0].why;
  EXPECT_THAT(node.kinds, ElementsAre("open", "message", "message"));
}

TEST_F(SyntheticChatTest, SpeaksAsTheTwoProbesOfTheReservedSite) {
  connect();
  ASSERT_EQ(node.hellos.size(), 2u);
  const std::string nonce = sha256(std::string_view("nonce")).base64url();
  for (const auto& hello : node.hellos) {
    EXPECT_EQ(hello.site.value(), "holdfast-probe");
    EXPECT_EQ(std::get<protocol::ProbeAuth>(hello.auth).mac.value(),
              protocol::probe_mac(testing::secret(3), nonce));
  }
  EXPECT_EQ(node.hellos[0].as, protocol::Role::kVisitor);
  EXPECT_EQ(node.hellos[1].as, protocol::Role::kOperator);
}

TEST_F(SyntheticChatTest, ARoundThatBeginsBeforeTheLinksAreThereWaitsForThem) {
  round();
  EXPECT_TRUE(outcomes.empty());
  EXPECT_THAT(chat.waits_for(), HasSubstr("visitor's welcome"));
  connect();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_TRUE(outcomes[0].ok);
}

TEST_F(SyntheticChatTest, OneChatServesManyRoundsUntilItIsOld) {
  connect();
  round();
  round();
  EXPECT_THAT(node.kinds, ElementsAre("open", "message", "message", "message", "message"));
  clock.advance(Ms(60'000));
  round();
  EXPECT_EQ(node.kinds[5], "open");
  ASSERT_EQ(node.asks.size(), 1u) << "the old one is closed";
  EXPECT_EQ(node.asks[0].what, protocol::AskWhat::kClose);
  EXPECT_TRUE(outcomes.back().ok);
}

TEST_F(SyntheticChatTest, AMessageThatIsNeverDurableIsNoSuccess) {
  connect();
  round();
  node.accepts = false;
  round();
  EXPECT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(chat.waits_for(), "the visitor's message to be accepted");
}

TEST_F(SyntheticChatTest, AMessageThatReachesNobodyIsNoSuccess) {
  connect();
  round();
  node.delivers = false;
  round();
  EXPECT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(chat.waits_for(), "the visitor's message at the operator");
}

TEST_F(SyntheticChatTest, ARefusalEndsTheRoundAndTheNextOpensAnotherChat) {
  connect();
  round();
  node.refuses = protocol::Code::kUnknownChat;
  round();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_THAT(outcomes[1].why, HasSubstr("4100"));
  node.refuses.reset();
  round();
  EXPECT_TRUE(outcomes[2].ok);
  EXPECT_THAT(node.kinds,
              ElementsAre("open", "message", "message", "message", "open", "message", "message"));
}

TEST_F(SyntheticChatTest, ALostLinkEndsTheRound) {
  connect();
  round();
  node.delivers = false;
  round();
  lose(Side::kOperator);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_THAT(outcomes[1].why, HasSubstr("operator's link was lost"));
  lose(Side::kVisitor);
  EXPECT_EQ(outcomes.size(), 2u) << "a round ends once";
}

TEST_F(SyntheticChatTest, AnOpeningThatWasNeverAcceptedIsForgotten) {
  connect();
  node.accepts = false;
  round();
  node.accepts = true;
  round();
  EXPECT_THAT(node.kinds, ElementsAre("open", "open", "message", "message"));
}

TEST_F(SyntheticChatTest, AnErrorSaysWhatTheNodeSaid) {
  connect();
  node.delivers = false;
  round();
  to_client.emplace_back(Side::kVisitor, protocol::from_node::encode(protocol::from_node::Error{
                                             protocol::Code::kBadProof, "no", {}}));
  settle();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].why, "the visitor was told: 4203 no");
}

TEST_F(SyntheticChatTest, WhatTheVisitorWasPromisedIsAskedForWhenTheLinksAreDialledAnew) {
  node.promises = true;
  connect();
  round();
  round();
  clock.advance(Ms(10'000));
  dial_anew();
  ASSERT_EQ(node.hellos.size(), 4u);
  EXPECT_EQ(node.hellos[2].outbox.size(), 2u) << "of the visitor, who may ask for its own alone";
  EXPECT_TRUE(node.hellos[3].outbox.empty());
  EXPECT_EQ(audit.counts(), (Audit::Counts{.kept = 2}));
  dial_anew();
  EXPECT_TRUE(node.hellos[4].outbox.empty()) << "settled";
}

TEST_F(SyntheticChatTest, WhatTheNodeForgotItWasNotKept) {
  node.promises = true;
  connect();
  round();
  node.holds.clear();
  clock.advance(Ms(10'000));
  dial_anew();
  EXPECT_EQ(audit.counts(), Audit::Counts{});
  audit.answered(protocol::Deployment::kRedundant, node.hellos[2].outbox, {}, clock.now().mono);
  EXPECT_EQ(audit.counts(), (Audit::Counts{.lost = 1}));
}

TEST_F(SyntheticChatTest, OfAChatThatIsLeftNothingIsAsked) {
  node.promises = true;
  connect();
  round();
  clock.advance(Ms(60'000));
  round();
  dial_anew();
  EXPECT_TRUE(node.hellos[2].outbox.empty());
}

TEST_F(SyntheticChatTest, AMessageThatNobodySaidIsCountedOnce) {
  connect();
  round();
  node.shows_twice = true;
  round();
  EXPECT_TRUE(outcomes.back().ok);
  EXPECT_EQ(audit.counts(), (Audit::Counts{.unsaid = 2})) << "one for each of the round's two";
}

TEST_F(SyntheticChatTest, WhatItDoesNotKnowItIgnoresAndBeatsItAnswers) {
  connect();
  to_client.emplace_back(Side::kVisitor, R"({"t":"of a later version"})");
  to_client.emplace_back(Side::kVisitor, "not even JSON");
  to_client.emplace_back(Side::kOperator, protocol::from_node::encode(
                                              protocol::from_node::Beat{clock.now().wall, {}}));
  settle();
  EXPECT_EQ(node.beats, 1);
  round();
  EXPECT_TRUE(outcomes.back().ok);
}

}  // namespace
}  // namespace holdfast::moderator
