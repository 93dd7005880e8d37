// From the opened link to the welcome, and how long a link lives.
#include "base/json.h"
#include "node/test_fixture.h"
#include "protocol/base64url32.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(OneNode, TheChallengeComesAtOnce) {
  Client link(world, host, testing::kShopOrigin);
  EXPECT_EQ(link.count<from_node::Challenge>(), 1u);
  EXPECT_EQ(link.challenge().deployment, Deployment::kPrimary);
  Client other(world, host, testing::kShopOrigin);
  EXPECT_NE(link.challenge().nonce, other.challenge().nonce);
}

TEST_F(OneNode, TheWelcomeSaysWhoAndWhere) {
  Client link = vera.link(host);
  const auto welcome = *link.last<from_node::Welcome>();
  EXPECT_EQ(welcome.author, vera.writer.author());
  EXPECT_EQ(welcome.deployment, Deployment::kPrimary);
  EXPECT_THAT(welcome.peers, ElementsAre("wss://redundant.example"));
  EXPECT_THAT(welcome.moderators, ElementsAre("https://moderator.example"));
  EXPECT_FALSE(welcome.operators.has_value());
  EXPECT_FALSE(welcome.peer.has_value());
}

TEST_F(OneNode, AConsolesWelcomeHasOperatorsAndPeer) {
  Client link = ann.link(host);
  const auto welcome = *link.last<from_node::Welcome>();
  ASSERT_TRUE(welcome.operators);
  ASSERT_THAT(*welcome.operators, SizeIs(2));
  EXPECT_TRUE((*welcome.operators)[0].online);
  EXPECT_FALSE((*welcome.operators)[1].online);
  ASSERT_TRUE(welcome.peer);
  EXPECT_FALSE(welcome.peer->up);
}

TEST_F(OneNode, TheWelcomeAnswersEveryOutboxEntryThatIsHere) {
  Client first = vera.link(host);
  const auto opening = vera.writer.open();
  const auto unknown = vera.writer.open();
  first.send(opening);
  world.settle();
  Client second = vera.link(host, {{opening->head.chat, {}}}, {opening->digest, unknown->digest});
  const auto welcome = *second.last<from_node::Welcome>();
  ASSERT_THAT(welcome.outbox, SizeIs(1));
  EXPECT_EQ(welcome.outbox[0].digest, opening->digest);
  EXPECT_THAT(welcome.outbox[0].acc, ElementsAre(*first.accepted(opening->digest)));
}

TEST_F(OneNode, TheWelcomeListsTheVisitorsChatsAndNobodyElses) {
  Client first = vera.link(host);
  const auto chat = open_chat(first);
  Client again = vera.link(host);
  ASSERT_THAT(again.last<from_node::Welcome>()->chats, SizeIs(1));
  EXPECT_EQ(again.last<from_node::Welcome>()->chats[0].chat, chat);

  Visitor mallory(world, "mallory");
  Client evil = mallory.link(host, {{chat, {}}});
  EXPECT_THAT(evil.last<from_node::Welcome>()->chats, SizeIs(0));
}

TEST_F(OneNode, ChatsOfAHelloAreReadBeforeTheWelcome) {
  Client first = vera.link(host);
  const auto chat = open_chat(first);
  host.stop();
  host.start();
  world.pass(Ms(1'500));
  Client link(world, host, testing::kShopOrigin);
  auto hello = link.visitor_hello(vera.secret);
  hello.chats = {{chat, {}}};
  link.say(hello);
  world.settle();
  ASSERT_TRUE(link.last<from_node::Welcome>());
  EXPECT_THAT(link.last<from_node::Welcome>()->chats, SizeIs(1));
}

TEST_F(OneNode, FramesSentRightAfterTheHelloWaitForTheWelcome) {
  const auto opening = vera.writer.open();
  Client link(world, host, testing::kShopOrigin);
  auto hello = link.visitor_hello(vera.secret);
  hello.chats = {{opening->head.chat, {}}};
  link.say(hello);
  link.send(opening);
  EXPECT_FALSE(link.last<from_node::Welcome>());
  world.settle();
  EXPECT_TRUE(link.last<from_node::Welcome>());
  EXPECT_TRUE(link.accepted(opening->digest));
}

TEST_F(OneNode, ALinkThatIsNeverAnsweredWithHelloIsClosed) {
  world.pass(Ms(90'000));
  Client link(world, host, testing::kShopOrigin);
  world.pass(Ms(9'000));
  EXPECT_FALSE(link.closed()) << "it has time, however long the node has been there";
  world.pass(Ms(2'500));
  EXPECT_EQ(link.closed(), Code::kSilent);
}

TEST_F(OneNode, ASilentSessionIsClosedAndOneThatBeatsStays) {
  Client silent = vera.link(host);
  Client alive = ann.link(host);
  for (int i = 0; i < 65; ++i) {
    world.pass(Ms(1'000));
    alive.say(from_client::Beat{});
  }
  EXPECT_EQ(silent.closed(), Code::kSilent);
  EXPECT_FALSE(alive.closed());
}

TEST_F(OneNode, HeartbeatsCarryTheDigestsOfTheLinksOpenChats) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  world.pass(Ms(5'100));
  ASSERT_TRUE(link.last<from_node::Beat>());
  ASSERT_THAT(link.last<from_node::Beat>()->chats, SizeIs(1));
  EXPECT_EQ(link.last<from_node::Beat>()->chats[0].chat, chat);
  const auto before = link.last<from_node::Beat>()->chats[0].digest;
  link.send(vera.writer.message(chat, "more"));
  world.pass(Ms(5'100));
  EXPECT_NE(link.last<from_node::Beat>()->chats[0].digest, before);
}

TEST_F(OneNode, VisitorAndOperatorHaveDigestsOfWhatEachMaySee) {
  Client veras = vera.link(host);
  Client anns = ann.link(host);
  const auto chat = open_chat(veras);
  world.pass(Ms(5'100));
  EXPECT_EQ(veras.last<from_node::Beat>()->chats[0].digest,
            anns.last<from_node::Beat>()->chats[0].digest);
  anns.send(ann.writer.note(chat, "psst"));
  world.pass(Ms(5'100));
  EXPECT_NE(veras.last<from_node::Beat>()->chats[0].digest,
            anns.last<from_node::Beat>()->chats[0].digest);
}

TEST_F(OneNode, ATokenThatRunsOutEndsTheSession) {
  Client link = ann.link(host);
  world.jump(Ms(12 * 3'600'000));
  link.say(from_client::Beat{});
  world.pass(Ms(1'100));
  EXPECT_EQ(link.closed(), Code::kExpiredToken);
}

TEST_F(OneNode, AnOperatorWhoIsDismissedIsClosedWhereverTheyAre) {
  Client anns = ann.link(host);
  Client bobs = bob.link(host);
  Writer admin = world.administrator();
  const auto write = admin.set("operator:ann", "active", "false", {}, true);
  const json::Object body{{"events", json::Array{json::Object{{"head", write->head_bytes},
                                                              {"body", *write->body_bytes}}}}};
  const RequestId request = host.admin("POST", "/v1/admin/append", json::serialize(body));
  world.settle();
  EXPECT_EQ(host.reply(request).status, 200) << host.reply(request).body;
  EXPECT_EQ(anns.closed(), Code::kRevoked);
  EXPECT_FALSE(bobs.closed());
}

TEST_F(NodeTest, ANodeThatIsFullRefusesNewLinksAndKeepsTheOthers) {
  Host& host = world.add(Deployment::kPrimary);
  host.config().sessions_max = 2;
  world.install_settings(Deployment::kPrimary);
  world.start_all();
  world.pass(Ms(1'500));
  Visitor vera(world, "vera");
  Client one = vera.link(host);
  Client two = vera.link(host);
  Client three(world, host, testing::kShopOrigin);
  EXPECT_EQ(three.closed(), Code::kOverloaded);
  EXPECT_FALSE(one.closed());
  two.leave();
  Client four = vera.link(host);
  EXPECT_FALSE(four.closed());
}

TEST_F(NodeTest, TooManyNewChatsAreToldWhenToComeBack) {
  Host& host = world.add(Deployment::kPrimary);
  host.config().new_chats_per_minute = 3;
  world.install_settings(Deployment::kPrimary);
  world.start_all();
  world.pass(Ms(1'500));
  Visitor vera(world, "vera");
  Client link = vera.link(host);
  for (int i = 0; i < 5; ++i) link.send(vera.writer.open());
  world.settle();
  EXPECT_EQ(link.count<from_node::Accepted>(), 3u);
  ASSERT_TRUE(link.last<from_node::Refused>());
  EXPECT_EQ(link.last<from_node::Refused>()->code, Code::kOverloaded);
  EXPECT_GT(link.last<from_node::Refused>()->retry_ms.value_or(0), 0u);
}

TEST_F(OneNode, ADrainedNodeFinishesWhatIsUnderWayAndSendsEverybodyAway) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  const auto last = vera.writer.message(chat, "last words");
  host.hold_disk(true);
  link.send(last);
  host.input(Drain{});
  const auto late = vera.writer.message(chat, "too late");
  link.send(late);
  EXPECT_EQ(link.refused(late->digest)->code, Code::kGoingAway);
  EXPECT_FALSE(link.closed());
  host.hold_disk(false);
  world.settle();
  world.pass(Ms(100));
  EXPECT_TRUE(link.accepted(last->digest));
  EXPECT_EQ(link.closed(), Code::kGoingAway);
  Client fresh(world, host, testing::kShopOrigin);
  EXPECT_EQ(fresh.closed(), Code::kGoingAway);
}

TEST_F(OneNode, TheModeratorsChatGoesTheWholeWayAndNobodyElseSeesIt) {
  Client anns = ann.link(host);
  Client visitor(world, host, "");
  visitor.say(visitor.probe_hello(false));
  Client probe_operator(world, host, "");
  probe_operator.say(probe_operator.probe_hello(true));
  world.settle();
  ASSERT_TRUE(visitor.last<from_node::Welcome>());
  ASSERT_TRUE(probe_operator.last<from_node::Welcome>());

  const SiteId site{std::string(protocol::kProbeSite)};
  Writer asks(site, Author("v:probe"), world.clock, world.random);
  Writer answers(site, Author("o:probe"), world.clock, world.random);
  const auto opening = asks.open();
  visitor.send(opening);
  const auto question = asks.message(opening->head.chat, "ping");
  visitor.send(question);
  world.settle();
  probe_operator.say(from_client::Ask{
      "01HZZZZZZZZZZZZZZZZZZZZZZ9", opening->head.chat, protocol::AskWhat::kAccept, {}});
  world.settle();
  ASSERT_TRUE(probe_operator.last<from_node::Decided>());
  EXPECT_TRUE(probe_operator.last<from_node::Decided>()->ok);
  probe_operator.send(answers.message(opening->head.chat, "pong"));
  world.settle();
  EXPECT_THAT(probe_operator.texts(), ElementsAre("ping"));
  EXPECT_THAT(visitor.texts(), ElementsAre("pong"));
  EXPECT_EQ(anns.count<from_node::Event>(), 0u);
  EXPECT_EQ(anns.count<from_node::Chat>(), 0u);
  const RequestId chats = host.admin("GET", "/v1/admin/chats");
  EXPECT_EQ(host.reply(chats).body, "{\"chats\":[]}");
}

TEST_F(OneNode, ASyntheticChatThatItsProberLeftBehindIsClosedWithinTheHour) {
  Client visitor(world, host, "");
  visitor.say(visitor.probe_hello(false));
  world.settle();
  Writer asks(SiteId(std::string(protocol::kProbeSite)), Author("v:probe"), world.clock,
              world.random);
  visitor.send(asks.open());
  world.settle();
  visitor.leave();
  world.jump(Ms(3'590'000));
  world.pass(Ms(5'500));
  EXPECT_EQ(host.metric("chats_in_memory"), 1);
  world.pass(Ms(10'000));
  EXPECT_EQ(host.metric("decisions_total"), 1);
  world.pass(Ms(70'000));
  EXPECT_EQ(host.metric("chats_in_memory"), 0);
}

}  // namespace
}  // namespace holdfast::node
