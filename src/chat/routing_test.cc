// Single cases stand in tests/vectors/sets.json; here is what must hold of every set of decisions.
#include <gtest/gtest.h>

#include "base/random.h"
#include "chat/chat.h"
#include "protocol/names.h"
#include "protocol/test_events.h"

namespace holdfast::chat {
namespace {

using protocol::ContentPtr;
using protocol::Deployment;
using protocol::Digest;
using protocol::Event;
using protocol::testing::test_chat;
using protocol::testing::test_event;
using protocol::testing::test_nonce;
using protocol::testing::test_opening;
using protocol::testing::test_ulid;

ContentPtr decide(unsigned n, Deployment by, const Decision& decision) {
  return protocol::compose({protocol::testing::kTestSite,
                            test_chat(),
                            protocol::author_of(by),
                            protocol::EventId(test_ulid(n)),
                            "route",
                            protocol::Audience::kChat,
                            {}},
                           decision_body(decision, test_nonce(n)));
}

Decision assigned(std::string_view operator_id, std::uint64_t epoch, std::uint64_t term) {
  Decision decision;
  decision.state = Decision::State::kAssigned;
  decision.operator_id = protocol::Author(std::string(operator_id));
  decision.epoch = protocol::Epoch(epoch);
  decision.term = protocol::Term(term);
  return decision;
}

TEST(Decision, ReadsBackAsItWasWritten) {
  Decision decision = assigned("o:ann", 7, 9);
  decision.autonomous = true;
  decision.replaces = {Digest(sha256(std::string_view("a"))),
                       Digest(sha256(std::string_view("b")))};
  decision.covers = {Digest(sha256(std::string_view("c")))};
  const auto read = parse_decision(*decide(1, Deployment::kPrimary, decision));
  ASSERT_TRUE(read.has_value()) << read.error().why;
  EXPECT_EQ(read->operator_id, decision.operator_id);
  EXPECT_EQ(read->epoch, decision.epoch);
  EXPECT_EQ(read->term, decision.term);
  EXPECT_TRUE(read->autonomous);
  EXPECT_EQ(read->replaces, decision.replaces);
  EXPECT_EQ(read->covers, decision.covers);
}

TEST(Decision, WhoseBodyWasErasedIsUnreadable) {
  protocol::Content erased = *decide(1, Deployment::kPrimary, assigned("o:ann", 1, 1));
  erased.body_bytes.reset();
  EXPECT_EQ(parse_decision(erased).error().code, ErrorCode::kNotFound);
  const std::vector<Event> events = {
      test_event(test_opening(), 1),
      test_event(std::make_shared<const protocol::Content>(erased), 2)};
  EXPECT_EQ(fold_routing(events).state, Decision::State::kQueued);
  EXPECT_EQ(fold_routing(events).winner, std::nullopt);
}

TEST(Routing, WithoutADecisionIsQueued) {
  const std::vector<Event> events = {test_event(test_opening(), 1)};
  const Routing routing = fold_routing(events);
  EXPECT_EQ(routing.state, Decision::State::kQueued);
  EXPECT_EQ(routing.winner, std::nullopt);
  EXPECT_TRUE(routing.unreplaced.empty());
}

TEST(Routing, NeedsAnAcceptance) {
  const std::vector<Event> events = {
      test_event(test_opening(), 1),
      {decide(1, Deployment::kPrimary, assigned("o:ann", 1, 1)), {}}};
  EXPECT_EQ(fold_routing(events).winner, std::nullopt);
}

TEST(Routing, OfTheNextDecisionThatNamesAllIsThatOne) {
  SeededRandom random(5);
  for (int round = 0; round < 100; ++round) {
    std::vector<Event> events = {test_event(test_opening(), 1)};
    for (unsigned n = 1; n < 6; ++n) {
      const Deployment by = random.chance(0.5) ? Deployment::kPrimary : Deployment::kRedundant;
      events.push_back(
          test_event(decide(n, by, assigned("o:bob", 1 + random.below(4), 1 + random.below(4))),
                     random.below(9)));
    }
    Decision next = assigned("o:ann", 1, 1);
    next.replaces = fold_routing(events).unreplaced;
    const auto content = decide(99, Deployment::kRedundant, next);
    events.push_back(test_event(content, 0));
    random.shuffle(events);
    const Routing routing = fold_routing(events);
    EXPECT_EQ(routing.winner, content->digest);
    EXPECT_EQ(routing.operator_id, protocol::Author("o:ann"));
    EXPECT_EQ(routing.unreplaced, std::vector{content->digest});
  }
}

TEST(Routing, IsTheSameWhateverTheOrderOfArrival) {
  SeededRandom random(6);
  for (int round = 0; round < 100; ++round) {
    std::vector<Event> events = {test_event(test_opening(), 1)};
    for (unsigned n = 1; n < 7; ++n) {
      Decision decision = assigned(random.chance(0.5) ? "o:ann" : "o:bob", 1 + random.below(2),
                                   1 + random.below(3));
      decision.autonomous = random.chance(0.5);
      if (random.chance(0.3))
        decision.replaces = {events[random.below(events.size())].content->digest};
      events.push_back(test_event(
          decide(n, random.chance(0.5) ? Deployment::kPrimary : Deployment::kRedundant, decision),
          random.below(3)));
    }
    const Routing routing = fold_routing(events);
    random.shuffle(events);
    const Routing again = fold_routing(events);
    EXPECT_EQ(again.winner, routing.winner);
    EXPECT_EQ(again.unreplaced, routing.unreplaced);
  }
}

}  // namespace
}  // namespace holdfast::chat
