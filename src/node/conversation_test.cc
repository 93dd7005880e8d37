// A conversation at one deployment: who is told what, and when.
#include "base/json.h"
#include "node/cached_chat.h"
#include "node/delivery.h"
#include "node/test_fixture.h"
#include "protocol/hashes.h"
#include "protocol/token.h"

namespace holdfast::node {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(OneNode, IsReadyOnceItHasReadItsJournal) {
  EXPECT_TRUE(host.node().ready()) << host.node().not_ready_reason();
}

TEST_F(OneNode, AMessageIsAcceptedOnlyWhenItIsDurable) {
  Client link = vera.link(host);
  Client anns = ann.link(host);
  const auto chat = open_chat(link);
  host.hold_disk(true);
  const auto hello = vera.writer.message(chat, "hello");
  link.send(hello);
  world.settle();
  EXPECT_FALSE(link.accepted(hello->digest));
  EXPECT_THAT(anns.texts(), IsEmpty());
  host.hold_disk(false);
  world.settle();
  EXPECT_TRUE(link.accepted(hello->digest));
  EXPECT_THAT(anns.texts(), ElementsAre("hello"));
}

TEST_F(OneNode, ANewChatIsShownToEveryOperator) {
  Client anns = ann.link(host);
  Client bobs = bob.link(host);
  Client veras = vera.link(host);
  const auto chat = open_chat(veras);
  for (Client* console : {&anns, &bobs}) {
    ASSERT_TRUE(console->last<from_node::Chat>());
    EXPECT_EQ(console->last<from_node::Chat>()->chat, chat);
    EXPECT_EQ(console->last<from_node::Chat>()->state, protocol::ChatState::kQueued);
    EXPECT_EQ(console->count<from_node::Event>(), 1u);
  }
}

TEST_F(OneNode, AcceptingAChatTakesItFromTheOthers) {
  Client anns = ann.link(host);
  Client bobs = bob.link(host);
  Client veras = vera.link(host);
  const auto chat = open_chat(veras);
  anns.say(from_client::Ask{"01HZZZZZZZZZZZZZZZZZZZZZZ1", chat, protocol::AskWhat::kAccept, {}});
  world.settle();
  ASSERT_TRUE(anns.last<from_node::Decided>());
  EXPECT_TRUE(anns.last<from_node::Decided>()->ok);
  EXPECT_EQ(bobs.last<from_node::Chat>()->operator_id, ann.writer.author());
  EXPECT_TRUE(bobs.last<from_node::Chat>()->gone);
  bobs.forget();

  veras.send(vera.writer.message(chat, "only for ann"));
  world.settle();
  EXPECT_THAT(anns.texts(), ElementsAre("only for ann"));
  EXPECT_THAT(bobs.texts(), IsEmpty());
}

TEST_F(OneNode, ASecondSendIsAnsweredWithTheAcceptanceThatThereIs) {
  Client link = vera.link(host);
  const auto opening = vera.writer.open();
  link.send(opening);
  world.settle();
  const auto first = *link.accepted(opening->digest);
  link.forget();
  link.send(opening);
  world.settle();
  EXPECT_EQ(link.accepted(opening->digest), first);
  EXPECT_EQ(host.metric("events_accepted_total"), 1);
  EXPECT_EQ(
      disk(Deployment::kPrimary).read_chat({SiteId(testing::kSite), opening->head.chat})->size(),
      1u);
}

TEST_F(OneNode, ASecondSendWhileTheFirstIsOnItsWayMakesOneEntryAndTwoAnswers) {
  Client one = vera.link(host);
  Client two = vera.link(host);
  const auto opening = vera.writer.open();
  const auto chat = open_chat(one);
  const auto hello = vera.writer.message(chat, "hello");
  host.hold_disk(true);
  one.send(hello);
  two.send(hello, {}, true);
  host.hold_disk(false);
  world.settle();
  EXPECT_TRUE(one.accepted(hello->digest));
  EXPECT_EQ(two.accepted(hello->digest), one.accepted(hello->digest));
  EXPECT_EQ(disk(Deployment::kPrimary).read_chat({SiteId(testing::kSite), chat})->size(), 2u);
}

TEST_F(OneNode, TheSendersOtherTabsSeeTheMessageAndTheSenderDoesNotSeeItTwice) {
  Client tab = vera.link(host);
  Client other_tab = vera.link(host);
  const auto chat = open_chat(tab);
  other_tab.forget();
  tab.send(vera.writer.message(chat, "hello"));
  world.settle();
  EXPECT_THAT(other_tab.texts(), ElementsAre("hello"));
  EXPECT_THAT(tab.texts(), IsEmpty());
}

TEST_F(OneNode, AMessageRightAfterTheOpeningEventNeedsNoAnswerInBetween) {
  Client link = vera.link(host);
  const auto opening = vera.writer.open();
  const auto hello = vera.writer.message(opening->head.chat, "hello", {opening->digest});
  link.send(opening);
  link.send(hello);
  world.settle();
  EXPECT_TRUE(link.accepted(opening->digest));
  EXPECT_TRUE(link.accepted(hello->digest));
}

TEST_F(OneNode, NotesNeverReachTheVisitor) {
  Client veras = vera.link(host);
  Client anns = ann.link(host);
  Client bobs = bob.link(host);
  const auto chat = open_chat(veras);
  anns.send(ann.writer.note(chat, "she sounds angry"));
  world.pass(Ms(5'200));
  EXPECT_THAT(bobs.texts(), ElementsAre("she sounds angry"));
  EXPECT_THAT(veras.texts(), IsEmpty());
  veras.say(from_client::Have{chat, {}, false});
  world.settle();
  EXPECT_THAT(veras.texts(), IsEmpty());
  Client again = vera.link(host, {{chat, {}}});
  again.say(from_client::Have{chat, {}, false});
  world.settle();
  EXPECT_THAT(again.texts(), IsEmpty());
}

TEST_F(OneNode, TypingReachesTheOtherPartyOnlyAndIsNeverStored) {
  Client veras = vera.link(host);
  Client anns = ann.link(host);
  const auto chat = open_chat(veras);
  host.trace.clear();
  veras.say(from_client::Signal{chat, "typing", true});
  world.settle();
  ASSERT_TRUE(anns.last<from_node::Signal>());
  EXPECT_EQ(anns.last<from_node::Signal>()->from, vera.writer.author());
  EXPECT_FALSE(veras.last<from_node::Signal>());
  EXPECT_THAT(host.trace, ElementsAre("send"));
}

TEST_F(OneNode, SignalsOfAStrangerOrInAFloodAreDropped) {
  Client veras = vera.link(host);
  Client anns = ann.link(host);
  const auto chat = open_chat(veras);
  Visitor mallory(world, "mallory");
  Client evil = mallory.link(host);
  evil.say(from_client::Signal{chat, "typing", true});
  EXPECT_FALSE(anns.last<from_node::Signal>());
  for (int i = 0; i < 100; ++i) veras.say(from_client::Signal{chat, "typing", true});
  EXPECT_LE(anns.count<from_node::Signal>(), 30u);
  EXPECT_FALSE(veras.closed());
}

TEST_F(OneNode, ReportsAreSummedAndNobodysWordMovesThemFar) {
  Client link = vera.link(host);
  link.say(from_client::Report{1, 2, 3, world.clock.now().wall, {}});
  link.say(from_client::Report{1'000'000, 0, 0, world.clock.now().wall, {}});
  EXPECT_EQ(host.metric("client_late_acks_total"), 2);
  EXPECT_EQ(host.metric("client_failed_connects_total"), 3);
  EXPECT_LE(host.metric("client_hedges_won_total"), 1'001);
}

TEST_F(OneNode, ChatsOfAnotherSiteAreOutOfReach) {
  Client veras = vera.link(host);
  const auto chat = open_chat(veras);
  // An operator of another site: the settings know it, the keys are the same.
  Writer admin(SiteId("other"), Author("a:init"), world.clock, world.random);
  for (const auto& write : {admin.set("site:other", "name", "\"Other\""),
                            admin.set("operator:eve", "active", "true")}) {
    const std::string body =
        "{\"events\":[{\"head\":" + json::serialize(json::Value(write->head_bytes)) +
        ",\"body\":" + json::serialize(json::Value(*write->body_bytes)) + "}]}";
    host.admin("POST", "/v1/admin/append", body);
  }
  world.settle();
  const protocol::Token token{SiteId("other"),
                              Author("o:eve"),
                              "01HZZZZZZZZZZZZZZZZZZZZZZ1",
                              world.clock.now().wall,
                              world.clock.now().wall + Ms(60'000),
                              {}};
  Client eve(world, host, testing::kConsoleOrigin);
  auto hello = eve.operator_hello(protocol::make_token(world.keys.session, token));
  hello.site = SiteId("other");
  hello.chats = {{chat, {}}};
  eve.say(hello);
  world.settle();
  ASSERT_TRUE(eve.last<from_node::Welcome>());
  EXPECT_THAT(eve.last<from_node::Welcome>()->chats, IsEmpty());
  eve.say(from_client::Have{chat, {}, false});
  Writer evil(SiteId("other"), Author("o:eve"), world.clock, world.random);
  const auto message = evil.message(chat, "hi");
  eve.send(message);
  world.settle();
  EXPECT_EQ(eve.refused(message->digest)->code, Code::kUnknownChat);
  EXPECT_THAT(eve.texts(), IsEmpty());
  EXPECT_THAT(veras.texts(), IsEmpty());
}

TEST(Delivery, AnEventsFrameIsWhatTheGeneratedEncoderWouldMake) {
  World world([] { return std::make_unique<journal::MemoryJournal>(); });
  Visitor vera(world, "vera");
  const auto opening = vera.writer.open("V\"e\\r\xc3\xa9\n");
  const Origin origin("primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZ1");
  Crowd crowd;
  CachedChat chat({SiteId(testing::kSite), opening->head.chat}, crowd, index_salt(Origin()));
  const auto first =
      protocol::accept(world.keys.cluster, opening->digest, origin, Seq(1), protocol::Hlc(5));
  const auto second =
      protocol::accept(world.keys.cluster, opening->digest, origin, Seq(2), protocol::Hlc(6));
  chat.hold({origin, Seq(1), {}, opening, first, {}}, Arrival(1));
  chat.hold({origin, Seq(2), {}, opening, second, {}}, Arrival(2));
  for (const bool safe : {false, true}) {
    if (safe) chat.mark_safe(0, std::nullopt);
    const from_node::Event expected{opening->head.chat, opening->head_bytes, opening->body_bytes,
                                    chat.event(0).acceptances, safe};
    EXPECT_EQ(*Delivery::event_frame(chat, 0), encode(expected));
  }
}

}  // namespace
}  // namespace holdfast::node
