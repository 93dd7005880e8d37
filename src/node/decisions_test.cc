// Who gets a chat, who decides it, and what happens when the decider is gone.
#include "chat/chat.h"
#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

using protocol::AskWhat;
using protocol::ChatState;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string rid(int n) {
  return "01HZZZZZZZZZZZZZZZZZZZZZ" + std::string(n < 10 ? "0" : "") + std::to_string(n);
}

std::optional<chat::Decision> decision_in(const from_node::Event& event) {
  const auto content = protocol::parse_content(event.head, event.body);
  const auto decision = chat::parse_decision(**content);
  if (!decision) return std::nullopt;
  return *decision;
}

std::vector<chat::Decision> decisions(const Client& client) {
  std::vector<chat::Decision> found;
  for (const auto& event : client.all<from_node::Event>()) {
    if (const auto decision = decision_in(event)) found.push_back(*decision);
  }
  return found;
}

class Decisions : public OneNode {
 protected:
  Decisions() : veras(vera.link(host)), anns(ann.link(host)), bobs(bob.link(host)) {
    chat = open_chat(veras);
  }

  from_node::Decided ask(Client& who, AskWhat what, std::vector<protocol::Digest> covers = {},
                         std::optional<Author> to = {}) {
    const std::string id = rid(++asked);
    who.say(from_client::Ask{id, chat, what, std::move(covers), std::move(to)});
    world.settle();
    const auto decided = who.last<from_node::Decided>();
    return decided && decided->rid == id
               ? *decided
               : from_node::Decided{id, false, Code::kNotFound, "no answer", {}};
  }

  Client veras, anns, bobs;
  protocol::ChatId chat;
  int asked = 0;
};

TEST_F(Decisions, ADecisionIsAnEventThatBothPartiesSee) {
  const auto decided = ask(anns, AskWhat::kAccept);
  ASSERT_TRUE(decided.ok);
  ASSERT_THAT(decisions(veras), SizeIs(1));
  const chat::Decision decision = decisions(veras)[0];
  EXPECT_EQ(decision.operator_id, ann.writer.author());
  EXPECT_FALSE(decision.autonomous);
  EXPECT_EQ(decision.epoch, protocol::Epoch(1));
  EXPECT_EQ(decision.term, lease_term(Deployment::kPrimary));
}

TEST_F(Decisions, NothingIsSaidBeforeTheDecisionIsDurable) {
  host.hold_disk(true);
  anns.say(from_client::Ask{rid(50), chat, AskWhat::kAccept, {}});
  world.settle();
  EXPECT_EQ(anns.count<from_node::Decided>(), 0u);
  host.hold_disk(false);
  world.settle();
  EXPECT_EQ(anns.count<from_node::Decided>(), 1u);
}

TEST_F(Decisions, TheSecondOperatorIsTooLate) {
  EXPECT_TRUE(ask(anns, AskWhat::kAccept).ok);
  const auto late = ask(bobs, AskWhat::kAccept);
  EXPECT_FALSE(late.ok);
  EXPECT_EQ(late.code, Code::kNotAllowed);
}

TEST_F(Decisions, OfTwoWhoAskAtOnceOneGetsIt) {
  host.hold_disk(true);
  anns.say(from_client::Ask{rid(50), chat, AskWhat::kAccept, {}});
  bobs.say(from_client::Ask{rid(51), chat, AskWhat::kAccept, {}});
  host.hold_disk(false);
  world.settle();
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_FALSE(bobs.last<from_node::Decided>()->ok);
}

TEST_F(Decisions, AskingAgainIsFree) {
  const std::string same = rid(50);
  for (int i = 0; i < 3; ++i) {
    anns.say(from_client::Ask{same, chat, AskWhat::kAccept, {}});
    world.settle();
  }
  EXPECT_EQ(anns.count<from_node::Decided>(), 3u);
  EXPECT_THAT(decisions(veras), SizeIs(1));
  EXPECT_TRUE(ask(anns, AskWhat::kAccept).ok);  // with another rid: it is hers already
  EXPECT_THAT(decisions(veras), SizeIs(1));
}

TEST_F(Decisions, ARidThatSomebodyElseUsedIsRefused) {
  const std::string same = rid(50);
  anns.say(from_client::Ask{same, chat, AskWhat::kAccept, {}});
  world.settle();
  bobs.say(from_client::Ask{same, chat, AskWhat::kAccept, {}});
  world.settle();
  EXPECT_FALSE(bobs.last<from_node::Decided>()->ok);
}

TEST_F(Decisions, ALaterDecisionNamesTheOnesItReplaces) {
  ask(anns, AskWhat::kAccept);
  const auto accepted = *anns.last<from_node::Decided>()->digest;
  ASSERT_TRUE(ask(anns, AskWhat::kRelease).ok);
  EXPECT_THAT(decisions(veras)[1].replaces, ElementsAre(accepted));
  EXPECT_TRUE(ask(bobs, AskWhat::kAccept).ok);
}

TEST_F(Decisions, AReleasedChatIsShownWholeToEverybodyAgain) {
  ask(anns, AskWhat::kAccept);
  veras.send(vera.writer.message(chat, "only ann knows"));
  world.settle();
  bobs.forget();
  ask(anns, AskWhat::kRelease);
  EXPECT_THAT(bobs.texts(), ElementsAre("only ann knows"));
  EXPECT_EQ(bobs.last<from_node::Chat>()->state, ChatState::kQueued);
  EXPECT_FALSE(bobs.last<from_node::Chat>()->gone);
}

TEST_F(Decisions, OnlyTheOperatorWhoHasItMayRelease) {
  ask(anns, AskWhat::kAccept);
  EXPECT_EQ(ask(bobs, AskWhat::kRelease).code, Code::kNotAllowed);
  EXPECT_EQ(ask(bobs, AskWhat::kClose).code, Code::kNotAllowed);
}

TEST_F(Decisions, AVisitorMayCloseTheirOwnChat) {
  ask(anns, AskWhat::kAccept);
  EXPECT_TRUE(ask(veras, AskWhat::kClose).ok);
  EXPECT_EQ(anns.last<from_node::Chat>()->state, ChatState::kClosed);
  Visitor mallory(world, "mallory");
  Client evil = mallory.link(host);
  EXPECT_EQ(ask(evil, AskWhat::kClose).code, Code::kNotYourChat);
}

// Their console was away, and would show it as waiting for ever.
TEST_F(Decisions, AnOperatorWhoComesBackHearsWhatBecameOfAChatThatWaited) {
  ask(anns, AskWhat::kAccept);
  ASSERT_TRUE(ask(anns, AskWhat::kClose, {*anns.last<from_node::Decided>()->digest}).ok);
  Client back = bob.link(host, {{chat, {}}});
  EXPECT_THAT(back.last<from_node::Welcome>()->chats, ::testing::IsEmpty());
  ASSERT_TRUE(back.last<from_node::Chat>());
  EXPECT_EQ(back.last<from_node::Chat>()->state, ChatState::kClosed);
  EXPECT_TRUE(back.last<from_node::Chat>()->gone);
  EXPECT_EQ(back.count<from_node::Event>(), 0u);
}

TEST_F(Decisions, AClosedChatIsQueuedAgainByAMessageThatTheCloseDidNotCover) {
  ask(anns, AskWhat::kAccept);
  const auto seen = *anns.last<from_node::Decided>()->digest;
  const auto thanks = vera.writer.message(chat, "one more thing");
  veras.send(thanks);
  world.settle();
  ASSERT_TRUE(ask(anns, AskWhat::kClose, {seen}).ok);
  EXPECT_EQ(bobs.last<from_node::Chat>()->state, ChatState::kQueued);
  EXPECT_THAT(bobs.texts(), ElementsAre("one more thing"));
}

TEST_F(Decisions, AClosedChatStaysClosedOverWhatItCovers) {
  ask(anns, AskWhat::kAccept);
  veras.send(vera.writer.message(chat, "bye"));
  world.settle();
  ASSERT_TRUE(ask(anns, AskWhat::kClose).ok);
  EXPECT_EQ(anns.last<from_node::Chat>()->state, ChatState::kClosed);
  const auto open = disk(Deployment::kPrimary).open_chats().value();
  EXPECT_EQ(std::ranges::count(open, chat, &journal::ChatKey::chat), 0);
  veras.send(vera.writer.message(chat, "hello again"));
  world.settle();
  EXPECT_EQ(bobs.last<from_node::Chat>()->state, ChatState::kQueued);
}

// Once it is marked no start reads it again: a setting that orders something about it may be
// missing still.
TEST_F(Decisions, AClosedChatIsMarkedOnlyWhenAllSettingsAreHere) {
  ASSERT_TRUE(ask(veras, AskWhat::kClose).ok);
  std::vector<protocol::Entry> chats;
  const auto page = disk(Deployment::kPrimary).read_arrivals(journal::Arrival(0), 1 << 20).value();
  for (const auto& stored : page.entries) {
    if (stored.entry.content->head.chat == chat) chats.push_back(stored.entry);
  }
  Host& empty = world.add(Deployment::kRedundant);
  ASSERT_TRUE(disk(Deployment::kRedundant).append(chats, std::nullopt));
  const auto marked = [&] {
    const auto open = disk(Deployment::kRedundant).open_chats().value();
    return std::ranges::count(open, chat, &journal::ChatKey::chat) == 0;
  };
  empty.start();
  world.pass(Ms(3'000));
  ASSERT_FALSE(empty.node().ready());
  EXPECT_FALSE(marked());
  world.connect(host, empty);
  world.pass(Ms(3'000));
  ASSERT_TRUE(empty.node().ready()) << empty.node().not_ready_reason();
  EXPECT_TRUE(marked());
}

TEST_F(Decisions, AClosedChatLeavesMemoryAndComesBackWhenSomebodyWrites) {
  ask(anns, AskWhat::kAccept);
  ask(anns, AskWhat::kClose);
  veras.leave();
  for (int i = 0; i < 15; ++i) {
    world.pass(Ms(5'000));
    anns.say(from_client::Beat{});
    bobs.say(from_client::Beat{});
  }
  EXPECT_EQ(host.metric("chats_in_memory"), 0);
  Client back = vera.link(host);
  back.send(vera.writer.message(chat, "it broke again"));
  world.settle();
  EXPECT_EQ(bobs.last<from_node::Chat>()->state, ChatState::kQueued);
  EXPECT_THAT(bobs.texts(), ElementsAre("it broke again"));
}

TEST_F(Decisions, AnAskForAChatThatNeverCameIsAnsweredInTheEnd) {
  const auto never = vera.writer.open()->head.chat;
  anns.say(from_client::Ask{rid(50), never, AskWhat::kAccept, {}});
  world.pass(Ms(6'000));
  EXPECT_GE(anns.count<from_node::Pending>(), 2u);
  EXPECT_EQ(anns.count<from_node::Decided>(), 0u);
  world.pass(Ms(26'000));
  ASSERT_TRUE(anns.last<from_node::Decided>());
  EXPECT_EQ(anns.last<from_node::Decided>()->code, Code::kUnknownChat);
}

// ---- transfer, and whose chats a supervisor disposes of ----

TEST_F(Decisions, AnOperatorGivesTheirChatToAnother) {
  ask(anns, AskWhat::kAccept);
  veras.send(vera.writer.message(chat, "before"));
  world.settle();
  bobs.forget();
  const auto given = ask(anns, AskWhat::kTransfer, {}, bob.writer.author());
  ASSERT_TRUE(given.ok) << *given.why;
  EXPECT_EQ(given.why, std::nullopt);
  EXPECT_THAT(bobs.texts(), ElementsAre("before"));
  EXPECT_EQ(bobs.last<from_node::Chat>()->operator_id, bob.writer.author());
  EXPECT_FALSE(bobs.last<from_node::Chat>()->gone);
  EXPECT_TRUE(anns.last<from_node::Chat>()->gone);
  anns.forget();
  veras.send(vera.writer.message(chat, "after"));
  world.settle();
  EXPECT_THAT(anns.texts(), ::testing::IsEmpty());
  EXPECT_THAT(bobs.texts(), ElementsAre("before", "after"));
  EXPECT_TRUE(ask(anns, AskWhat::kTransfer, {}, bob.writer.author()).code == Code::kNotAllowed);
}

TEST_F(Decisions, AWaitingChatMayBeGivenToSomebody) {
  EXPECT_TRUE(ask(anns, AskWhat::kTransfer, {}, bob.writer.author()).ok);
  EXPECT_EQ(bobs.last<from_node::Chat>()->operator_id, bob.writer.author());
}

TEST_F(Decisions, WhoeverIsAwayMayBeGivenAChatAndItIsSaid) {
  bobs.leave();
  world.pass(Ms(500));
  ask(anns, AskWhat::kAccept);
  const auto given = ask(anns, AskWhat::kTransfer, {}, bob.writer.author());
  ASSERT_TRUE(given.ok);
  EXPECT_EQ(given.why, "to: o:bob is not online now");
}

TEST_F(Decisions, AnHeirMustBeAnActiveOperator) {
  ask(anns, AskWhat::kAccept);
  EXPECT_EQ(ask(anns, AskWhat::kTransfer, {}, Author("o:nobody")).code, Code::kNotFound);
  EXPECT_EQ(ask(anns, AskWhat::kTransfer).code, Code::kBadFrame);
  administer(host, "operator:bob", "active", "false");
  EXPECT_EQ(ask(anns, AskWhat::kTransfer, {}, bob.writer.author()).code, Code::kNotFound);
}

TEST_F(Decisions, GivingAChatToWhoeverHasItChangesNothing) {
  ask(anns, AskWhat::kAccept);
  EXPECT_TRUE(ask(anns, AskWhat::kTransfer, {}, ann.writer.author()).ok);
  EXPECT_THAT(decisions(veras), SizeIs(1));
}

TEST_F(Decisions, AVisitorGivesNobodyAnything) {
  EXPECT_EQ(ask(veras, AskWhat::kTransfer, {}, bob.writer.author()).code, Code::kNotAllowed);
}

TEST_F(Decisions, OthersChatsAreASupervisorsToDirect) {
  ask(anns, AskWhat::kAccept);
  for (const AskWhat what :
       {AskWhat::kAccept, AskWhat::kTransfer, AskWhat::kRelease, AskWhat::kClose}) {
    EXPECT_EQ(ask(bobs, what, {}, bob.writer.author()).code, Code::kNotAllowed);
  }
  administer(host, "operator:bob", "role", "\"supervisor\"");
  EXPECT_TRUE(ask(bobs, AskWhat::kAccept).ok);
  EXPECT_EQ(anns.last<from_node::Chat>()->operator_id, bob.writer.author());
  EXPECT_TRUE(ask(bobs, AskWhat::kTransfer, {}, ann.writer.author()).ok);
  EXPECT_TRUE(ask(bobs, AskWhat::kRelease).ok);
  EXPECT_TRUE(ask(anns, AskWhat::kAccept).ok);
  EXPECT_TRUE(ask(bobs, AskWhat::kClose).ok);
  EXPECT_EQ(anns.last<from_node::Chat>()->state, ChatState::kClosed);
}

// ---- two deployments ----

class TwoDeciders : public TwoDeployments {
 protected:
  TwoDeciders() : veras(vera.link(redundant)), anns(ann.link(redundant)) {
    const auto opening = vera.writer.open();
    chat = opening->head.chat;
    veras.send(opening);
    world.pass(Ms(500));
  }
  // Ann at Redundant and Bob at Primary, while neither deployment hears of the other.
  void both_accept(Client& bobs) {
    world.cut();
    world.pass(Ms(6'000));
    anns.say(from_client::Ask{rid(1), chat, AskWhat::kAccept, {}});
    bobs.say(from_client::Ask{rid(2), chat, AskWhat::kAccept, {}});
    world.settle();
    ASSERT_TRUE(anns.last<from_node::Decided>()->ok);
    ASSERT_TRUE(bobs.last<from_node::Decided>()->ok);
  }
  Client veras, anns;
  protocol::ChatId chat;
};

TEST_F(TwoDeciders, AnAskAtTheOtherDeploymentIsDecidedByTheActiveOne) {
  anns.say(from_client::Ask{rid(1), chat, AskWhat::kAccept, {}});
  world.pass(Ms(500));
  ASSERT_TRUE(anns.last<from_node::Decided>());
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_EQ(primary.metric("decisions_total"), 1);
  EXPECT_EQ(redundant.metric("decisions_total") + redundant.metric("decisions_autonomous_total"),
            0);
  EXPECT_THAT(decisions(veras), SizeIs(1));
}

TEST_F(TwoDeciders, ATransferAtTheOtherDeploymentIsDecidedByTheActiveOne) {
  anns.say(from_client::Ask{rid(1), chat, AskWhat::kAccept, {}});
  world.pass(Ms(500));
  Client bobs = bob.link(redundant);
  world.pass(Ms(500));
  anns.say(from_client::Ask{rid(2), chat, AskWhat::kTransfer, {}, bob.writer.author()});
  world.pass(Ms(500));
  ASSERT_EQ(anns.last<from_node::Decided>()->rid, rid(2));
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_EQ(anns.last<from_node::Decided>()->why, std::nullopt);
  EXPECT_EQ(bobs.last<from_node::Chat>()->operator_id, bob.writer.author());
  EXPECT_EQ(primary.metric("decisions_total"), 2);
}

TEST_F(TwoDeciders, WhoeverAsksHearsThatTheAskIsAlive) {
  world.blackhole = true;
  anns.say(from_client::Ask{rid(1), chat, AskWhat::kAccept, {}});
  world.settle();
  EXPECT_EQ(anns.count<from_node::Pending>(), 1u);
}

TEST_F(TwoDeciders, ASilentDeciderIsReplacedAfterFiveSeconds) {
  world.blackhole = true;
  anns.say(from_client::Ask{rid(1), chat, AskWhat::kAccept, {}});
  world.pass(Ms(4'000));
  EXPECT_EQ(anns.count<from_node::Decided>(), 0u);
  world.pass(Ms(1'500));
  ASSERT_TRUE(anns.last<from_node::Decided>());
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  ASSERT_THAT(decisions(veras), SizeIs(1));
  EXPECT_TRUE(decisions(veras)[0].autonomous);
}

TEST_F(TwoDeciders, ALoneSurvivorServesAtOnceWhenThePeerIsKnownToBeGone) {
  world.cut();
  world.pass(Ms(6'000));
  anns.say(from_client::Ask{rid(1), chat, AskWhat::kAccept, {}});
  world.settle();
  ASSERT_TRUE(anns.last<from_node::Decided>());
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
}

TEST_F(TwoDeciders, WhenBothDecidedTheOrdinaryDecisionStandsAndBothOperatorsSeeIt) {
  Client bobs = bob.link(primary);
  both_accept(bobs);
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  EXPECT_EQ(bobs.last<from_node::Chat>()->operator_id, bob.writer.author());
  EXPECT_EQ(anns.last<from_node::Chat>()->operator_id, bob.writer.author());
  EXPECT_FALSE(anns.last<from_node::Chat>()->gone);
  veras.send(vera.writer.message(chat, "who of you?"));
  world.pass(Ms(500));
  EXPECT_THAT(anns.texts(), ElementsAre("who of you?"));
  EXPECT_THAT(bobs.texts(), ElementsAre("who of you?"));
}

TEST_F(TwoDeciders, ADecisionAfterAConflictReplacesBothSides) {
  Client bobs = bob.link(primary);
  both_accept(bobs);
  const auto by_ann = anns.last<from_node::Decided>()->digest;
  const auto by_bob = bobs.last<from_node::Decided>()->digest;
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  bobs.say(from_client::Ask{rid(3), chat, AskWhat::kRelease, {}});
  world.pass(Ms(500));
  EXPECT_THAT(decisions(veras).back().replaces, ::testing::UnorderedElementsAre(*by_ann, *by_bob));
  EXPECT_EQ(bobs.last<from_node::Chat>()->state, protocol::ChatState::kQueued);
}

TEST_F(TwoDeciders, AVerdictMovesTheDecision) {
  const RequestId posted = primary.request("POST", "/v1/verdict", encode(world.verdict(2)));
  world.pass(Ms(500));
  EXPECT_EQ(primary.reply(posted).status, 200);
  anns.say(from_client::Ask{rid(1), chat, AskWhat::kAccept, {}});
  world.settle();
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_EQ(redundant.metric("decisions_total"), 1);
  EXPECT_EQ(decisions(veras)[0].epoch, protocol::Epoch(2));
}

TEST_F(TwoDeciders, AVisitorsCloseReachesTheDecider) {
  veras.say(from_client::Ask{rid(1), chat, AskWhat::kClose, {}});
  world.pass(Ms(500));
  ASSERT_TRUE(veras.last<from_node::Decided>());
  EXPECT_TRUE(veras.last<from_node::Decided>()->ok);
  EXPECT_EQ(primary.metric("decisions_total"), 1);
}

TEST_F(TwoDeciders, SyntheticChatsAreDecidedWhereTheyAreMade) {
  Client visitor(world, redundant, "");
  visitor.say(visitor.probe_hello(false));
  Client probe(world, redundant, "");
  probe.say(probe.probe_hello(true));
  world.settle();
  Writer asks(SiteId(std::string(protocol::kProbeSite)), Author("v:probe"), world.clock,
              world.random);
  const auto opening = asks.open();
  visitor.send(opening);
  world.settle();
  probe.say(from_client::Ask{rid(1), opening->head.chat, AskWhat::kAccept, {}});
  world.settle();
  ASSERT_TRUE(probe.last<from_node::Decided>());
  EXPECT_TRUE(probe.last<from_node::Decided>()->ok);
  EXPECT_EQ(primary.metric("decisions_total"), 0);
}

}  // namespace
}  // namespace holdfast::node
