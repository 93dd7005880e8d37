// Two nodes over one journal: neither knows less than the other for long, and one of them decides.
#include <fmt/format.h>

#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

using protocol::AskWhat;
using ::testing::ElementsAre;

class TwoNodes : public NodeTest {
 protected:
  TwoNodes()
      : one(world.add(Deployment::kPrimary, "n1")),
        two(world.add(Deployment::kPrimary, "n2")),
        vera(world, "vera"),
        ann(world, "ann"),
        bob(world, "bob") {
    world.install_settings(Deployment::kPrimary);
    world.start_all();
    world.pass(Ms(1'500));
  }
  protocol::ChatId open_chat(Client& link) {
    const auto opening = vera.writer.open();
    link.send(opening);
    world.settle();
    return opening->head.chat;
  }
  Host& one;
  Host& two;
  Visitor vera;
  Agent ann, bob;
};

TEST_F(TwoNodes, AMessageAtOneNodeIsShownAtTheOther) {
  Client veras = vera.link(one);
  Client anns = ann.link(two);
  const auto chat = open_chat(veras);
  anns.send(ann.writer.message(chat, "hello"));
  world.settle();
  EXPECT_THAT(veras.texts(), ElementsAre("hello"));
}

TEST_F(TwoNodes, ALostDoorbellCostsASecond) {
  Client veras = vera.link(one);
  Client anns = ann.link(two);
  world.bus_silent = true;
  open_chat(veras);
  EXPECT_EQ(anns.count<from_node::Event>(), 0u);
  world.pass(Ms(1'100));
  EXPECT_EQ(anns.count<from_node::Event>(), 1u);
}

TEST_F(TwoNodes, EachIsItsOwnOrigin) {
  Client at_one = vera.link(one);
  Client at_two = vera.link(two);
  const auto chat = open_chat(at_one);
  const auto message = vera.writer.message(chat, "from the other");
  at_two.send(message);
  world.settle();
  EXPECT_EQ(at_two.accepted(message->digest)->origin, two.node().origin());
  EXPECT_EQ(at_two.accepted(message->digest)->seq, Seq(1));
}

TEST_F(TwoNodes, OnlyTheLeaseHolderDecides) {
  EXPECT_EQ(one.metric("decides") + two.metric("decides"), 1);
  Host& other = one.metric("decides") == 1 ? two : one;
  Client veras = vera.link(other);
  Client anns = ann.link(other);
  const auto chat = open_chat(veras);
  anns.say(from_client::Ask{"01HZZZZZZZZZZZZZZZZZZZZZZ1", chat, AskWhat::kAccept, {}});
  world.settle();
  ASSERT_TRUE(anns.last<from_node::Decided>());
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_EQ(other.metric("decisions_total"), 0);
}

TEST_F(TwoNodes, ATransferReachesTheLeaseHolderAndBothConsoles) {
  Host& other = one.metric("decides") == 1 ? two : one;
  Host& holder = &other == &one ? two : one;
  Client veras = vera.link(other);
  Client anns = ann.link(other);
  Client bobs = bob.link(holder);
  world.pass(Ms(6'000));  // who is here crosses the bus
  const auto chat = open_chat(veras);
  anns.say(from_client::Ask{"01HZZZZZZZZZZZZZZZZZZZZZZ1", chat, AskWhat::kAccept, {}});
  world.settle();
  anns.say(from_client::Ask{
      "01HZZZZZZZZZZZZZZZZZZZZZZ2", chat, AskWhat::kTransfer, {}, bob.writer.author()});
  world.settle();
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_TRUE(anns.last<from_node::Chat>()->gone);
  EXPECT_EQ(bobs.last<from_node::Chat>()->operator_id, bob.writer.author());
  EXPECT_EQ(other.metric("decisions_total"), 0);
}

TEST_F(TwoNodes, TheOtherNodeTakesTheLeaseWhenItsHolderDies) {
  Host& holder = one.metric("decides") == 1 ? one : two;
  Host& other = &holder == &one ? two : one;
  Client veras = vera.link(other);
  Client anns = ann.link(other);
  const auto chat = open_chat(veras);
  const protocol::Term before = lease_term(Deployment::kPrimary);
  holder.stop();
  world.pass(Ms(12'000));
  EXPECT_EQ(other.metric("decides"), 1);
  EXPECT_GT(lease_term(Deployment::kPrimary), before);
  anns.say(from_client::Ask{"01HZZZZZZZZZZZZZZZZZZZZZZ1", chat, AskWhat::kAccept, {}});
  world.settle();
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_THAT(anns.last<from_node::Event>()->body.value_or(""),
              ::testing::HasSubstr(fmt::format("\"term\":{}", lease_term(Deployment::kPrimary))));
}

TEST_F(TwoNodes, ADrainedNodeHandsTheLeaseOver) {
  Host& holder = one.metric("decides") == 1 ? one : two;
  Host& other = &holder == &one ? two : one;
  holder.input(Drain{});
  world.settle();
  world.pass(Ms(1'200));
  EXPECT_EQ(other.metric("decides"), 1);
}

TEST_F(TwoNodes, ANodeThatReachesThePeerGetsTheLeaseFromOneThatDoesNot) {
  Host& holder = one.metric("decides") == 1 ? one : two;
  Host& other = &holder == &one ? two : one;
  Host& peer = world.add(Deployment::kRedundant);
  peer.start();
  world.connect(other, peer);
  world.pass(Ms(8'000));
  EXPECT_EQ(other.metric("decides"), 1);
  EXPECT_EQ(holder.metric("decides"), 0);
  Visitor otto(world, "otto");
  Client link = otto.link(peer);
  const auto opening = otto.writer.open();
  link.send(opening);
  world.pass(Ms(1'000));
  EXPECT_EQ(
      disk(Deployment::kPrimary).read_chat({SiteId(testing::kSite), opening->head.chat})->size(),
      1u);
}

TEST_F(TwoNodes, ANodeThatBeginsHearsTheVerdictFromItsNeighbour) {
  one.request("POST", "/v1/verdict", encode(world.verdict(2)));
  world.settle();
  two.stop();
  two.start();
  world.pass(Ms(3'000));
  EXPECT_EQ(two.metric("epoch"), 2);
}

TEST_F(TwoNodes, TypingAndPresenceCrossTheBus) {
  Client veras = vera.link(one);
  const auto chat = open_chat(veras);
  Client anns = ann.link(two);
  world.pass(Ms(500));
  EXPECT_TRUE(veras.last<from_node::Presence>()->available);
  anns.say(from_client::Signal{chat, "typing", true});
  world.settle();
  ASSERT_TRUE(veras.last<from_node::Signal>());
  EXPECT_EQ(veras.last<from_node::Signal>()->from, ann.writer.author());
  two.stop();
  world.pass(Ms(16'000));
  EXPECT_FALSE(veras.last<from_node::Presence>()->available);
}

TEST_F(TwoNodes, AVerdictReachesBoth) {
  one.request("POST", "/v1/verdict", encode(world.verdict(2)));
  world.settle();
  EXPECT_EQ(two.metric("epoch"), 2);
}

TEST_F(TwoNodes, NonsenseOnTheBusIsCountedAndCostsNothing) {
  for (const auto& [topic, payload] :
       std::vector<std::pair<std::string, std::string>>{{"journal", "soon"},
                                                        {"verdict", "{}"},
                                                        {"presence", "nobody"},
                                                        {"presence", "primary/n2/x\n{}"},
                                                        {"signal", "shop\n{}"},
                                                        {"ask", "x\n{\"t\":\"beat\",\"time\":1}"},
                                                        {"weather", "rain"}}) {
    one.input(BusMessage{topic, payload});
  }
  EXPECT_EQ(one.metric("bus_messages_bad_total"), 7);
  EXPECT_TRUE(one.node().ready());
}

TEST_F(TwoNodes, AnIdThatBothTookTwiceIsShownTwiceAndAuditedOnce) {
  Client at_one = vera.link(one);
  const auto chat = open_chat(at_one);
  Client at_two = vera.link(two);
  const auto [yes, no] = vera.writer.two_under_one_id(chat);
  one.hold_disk(true);
  two.hold_disk(true);
  at_one.send(yes);
  at_two.send(no);
  one.hold_disk(false);
  two.hold_disk(false);
  world.pass(Ms(1'500));
  EXPECT_TRUE(at_one.accepted(yes->digest));
  EXPECT_TRUE(at_two.accepted(no->digest));
  EXPECT_EQ(one.metric("audits_total") + two.metric("audits_total"), 1);
}

TEST_F(TwoNodes, AnIdConflictThatTheHolderDidNotLiveToSeeIsAuditedByTheNext) {
  Host& holder = one.metric("decides") == 1 ? one : two;
  Host& other = &holder == &one ? two : one;
  Client there = vera.link(holder);
  const auto chat = open_chat(there);
  Client here = vera.link(other);
  const auto [yes, no] = vera.writer.two_under_one_id(chat);
  world.bus_silent = true;
  there.send(yes);
  world.settle();
  holder.stop();
  here.send(no);
  world.pass(Ms(2'000));
  EXPECT_TRUE(here.accepted(no->digest));
  EXPECT_EQ(other.metric("id_conflicts_total"), 1);
  EXPECT_EQ(other.metric("audits_total"), 0);
  world.pass(Ms(15'000));
  EXPECT_EQ(other.metric("decides"), 1);
  EXPECT_EQ(other.metric("audits_total"), 1);
}

}  // namespace
}  // namespace holdfast::node
