// How a node begins and ends: what it reads, what becomes of it when its journal fails, and that no
// origin lives twice.
#include "base/check.h"
#include "base/json.h"
#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(OneNode, AJournalThatFailsEndsTheIncarnationAndNothingWasPromised) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  const auto origin = host.node().origin();
  const auto lost = vera.writer.message(chat, "on a broken disk");
  host.fail_next_append(ErrorCode::kIo);
  link.send(lost);
  host.work();
  EXPECT_EQ(link.closed(), Code::kJournalFailed);
  EXPECT_FALSE(link.accepted(lost->digest));
  ASSERT_THAT(host.restarts, SizeIs(1));
  world.pass(Ms(1'500));
  EXPECT_NE(host.node().origin(), origin);

  Client back = vera.link(host, {{chat, {}}}, {lost->digest});
  EXPECT_THAT(back.last<from_node::Welcome>()->outbox, IsEmpty());
  back.send(lost);
  world.settle();
  EXPECT_TRUE(back.accepted(lost->digest));
}

TEST_F(OneNode, AfterTheFailureNothingIsTakenAnyMore) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  host.fail_next_append(ErrorCode::kIo);
  host.hold_disk(true);
  link.send(vera.writer.message(chat, "one"));
  link.send(vera.writer.message(chat, "two"));
  host.hold_disk(false);
  host.work();
  host.trace.clear();
  host.tick();
  EXPECT_THAT(host.trace, IsEmpty());
  world.settle();
  EXPECT_EQ(disk(Deployment::kPrimary).read_chat({SiteId(testing::kSite), chat})->size(), 1u);
}

TEST_F(OneNode, ANodeThatLostTheLeaseStartsAgainInsteadOfDeciding) {
  Client veras = vera.link(host);
  const auto chat = open_chat(veras);
  Client anns = ann.link(host);
  // Somebody else takes the lease behind our back.
  const WallMs later = world.clock.now().wall + Ms(60'000);
  ASSERT_TRUE(
      world.journal(Deployment::kPrimary)
          .acquire_lease("primary/n9/01HZZZZZZZZZZZZZZZZZZZZZZ9", later, later + Ms(1'000)));
  anns.say(from_client::Ask{"01HZZZZZZZZZZZZZZZZZZZZZZ1", chat, protocol::AskWhat::kAccept, {}});
  host.work();
  EXPECT_EQ(anns.closed(), Code::kReincarnated);
  EXPECT_EQ(anns.count<from_node::Decided>(), 0u);
  ASSERT_THAT(host.restarts, SizeIs(1));
  EXPECT_THAT(host.restarts[0], ::testing::HasSubstr("fenced"));
}

TEST_F(OneNode, EveryStartIsANewOriginFromItsFirstEntry) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  const auto first = host.node().origin();
  host.stop();
  host.start();
  world.pass(Ms(1'500));
  Client back = vera.link(host);
  const auto next = vera.writer.message(chat, "again");
  back.send(next);
  world.settle();
  ASSERT_TRUE(back.accepted(next->digest));
  EXPECT_NE(back.accepted(next->digest)->origin, first);
  EXPECT_EQ(back.accepted(next->digest)->seq, Seq(1));
}

TEST_F(OneNode, OpenChatsAreBackInTheListAfterARestart) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  host.stop();
  host.start();
  world.pass(Ms(1'500));
  Client anns = ann.link(host);
  ASSERT_THAT(anns.last<from_node::Welcome>()->chats, SizeIs(1));
  EXPECT_EQ(anns.last<from_node::Welcome>()->chats[0].chat, chat);
}

TEST_F(OneNode, WhatWasNotDurableIsGoneAfterAKill) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  host.hold_disk(true);
  const auto message = vera.writer.message(chat, "too late");
  link.send(message);
  EXPECT_FALSE(link.accepted(message->digest));
  host.stop();
  host.hold_disk(false);
  host.start();
  world.pass(Ms(1'500));
  Client back = vera.link(host, {{chat, {}}}, {message->digest});
  EXPECT_THAT(back.last<from_node::Welcome>()->outbox, IsEmpty());
}

TEST_F(NodeTest, BranchesAreEnteredAgainUnderTheNewOrigin) {
  Host& host = world.add(Deployment::kPrimary);
  world.install_settings(Deployment::kPrimary);
  world.start_all();
  world.pass(Ms(1'500));
  Visitor vera(world, "vera");
  Client link = vera.link(host);
  const auto opening = vera.writer.open();
  link.send(opening);
  world.settle();
  const auto first = host.node().origin();
  const auto acceptance = *link.accepted(opening->digest);
  host.stop();
  ASSERT_TRUE(disk(Deployment::kPrimary).freeze_origin(first, Seq(0)));
  host.start();
  world.pass(Ms(1'500));
  const auto entries =
      disk(Deployment::kPrimary).read_chat({SiteId(testing::kSite), opening->head.chat}).value();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].entry.origin, host.node().origin());
  EXPECT_EQ(entries[0].entry.acceptance, acceptance);
  EXPECT_THAT(disk(Deployment::kPrimary).read_branches().value(), IsEmpty());
}

// It cannot know whether they are the first ones of all.
TEST_F(NodeTest, AnEmptyNodeThatAnAdministratorWroteToIsReadyWhenItsPeerHasNoOthers) {
  Host& host = world.add(Deployment::kPrimary);
  Host& peer = world.add(Deployment::kRedundant);
  world.start_all();
  world.pass(Ms(1'500));
  EXPECT_FALSE(host.node().ready());
  Writer admin = world.administrator();
  json::Array events;
  for (const auto& write : {admin.set("site:shop", "name", "\"Shop\""),
                            admin.set("site:shop", "origins", "[\"https://shop.example\"]")}) {
    events.push_back(json::Object{{"head", write->head_bytes}, {"body", *write->body_bytes}});
  }
  const RequestId request = host.admin(
      "POST", "/v1/admin/append", json::serialize(json::Object{{"events", std::move(events)}}));
  world.pass(Ms(60'000));
  EXPECT_EQ(host.reply(request).status, 200) << host.reply(request).body;
  EXPECT_FALSE(host.node().ready());
  world.connect(host, peer);
  world.pass(Ms(1'000));
  EXPECT_TRUE(host.node().ready()) << host.node().not_ready_reason();
  EXPECT_TRUE(peer.node().ready()) << peer.node().not_ready_reason();
  Visitor vera(world, "vera");
  EXPECT_FALSE(vera.link(host).closed());
}

TEST_F(NodeTest, AnEmptyNodeThatWasToldOneNameIsStillEmpty) {
  Host& host = world.add(Deployment::kPrimary);
  world.start_all();
  world.pass(Ms(1'500));
  const auto write = world.administrator().set("operator:ann", "name", "\"Ann\"");
  const json::Object event{{"head", write->head_bytes}, {"body", *write->body_bytes}};
  const RequestId request = host.admin(
      "POST", "/v1/admin/append", json::serialize(json::Object{{"events", json::Array{event}}}));
  world.pass(Ms(60'000));
  EXPECT_EQ(host.reply(request).status, 200) << host.reply(request).body;
  EXPECT_FALSE(host.node().ready());
}

// Primary has more settings than a frame holds; Redundant is empty and has just got a part of them,
// the site among it.
class FirstFetch : public NodeTest {
 protected:
  FirstFetch() : whole(world.add(Deployment::kPrimary)), empty(world.add(Deployment::kRedundant)) {
    Writer admin = world.administrator();
    std::vector<protocol::ContentPtr> writes{
        admin.set("site:shop", "origins", "[\"https://shop.example\"]")};
    for (int i = 0; i < 1'000; ++i)
      writes.push_back(admin.set("operator:" + std::to_string(i), "active", "false"));
    world.install(Deployment::kPrimary, Deployment::kPrimary, writes);
    world.start_all();
    world.pass(Ms(1'500));
    world.connect(whole, empty);
    while (held_by(Deployment::kRedundant) == 0) CHECK(world.step());
    CHECK(held_by(Deployment::kRedundant) < held_by(Deployment::kPrimary));
    world.cut();
  }

  std::size_t held_by(Deployment deployment) {
    return world.journal(deployment).read_settings().value().size();
  }

  Host& whole;
  Host& empty;
};

TEST_F(FirstFetch, APartIsNotEnoughHoweverLongThePeerIsSilent) {
  world.pass(Ms(60'000));
  EXPECT_FALSE(empty.node().ready());
  world.connect(whole, empty);
  world.pass(Ms(1'000));
  EXPECT_TRUE(empty.node().ready());
}

TEST_F(FirstFetch, APartIsNotEnoughAfterARestartEither) {
  empty.stop();
  empty.start();
  world.pass(Ms(60'000));
  EXPECT_FALSE(empty.node().ready());
  EXPECT_THAT(empty.node().not_ready_reason(), ::testing::HasSubstr("began empty"));
  world.connect(whole, empty);
  world.pass(Ms(1'000));
  EXPECT_TRUE(empty.node().ready());
}

TEST_F(FirstFetch, AWriteOfAnAdministratorDoesNotStandForTheRest) {
  const auto write = world.administrator().set("site:shop", "name", "\"Shop\"");
  const json::Object event{{"head", write->head_bytes}, {"body", *write->body_bytes}};
  const RequestId request = empty.admin(
      "POST", "/v1/admin/append", json::serialize(json::Object{{"events", json::Array{event}}}));
  world.pass(Ms(60'000));
  EXPECT_EQ(empty.reply(request).status, 200) << empty.reply(request).body;
  EXPECT_FALSE(empty.node().ready());
}

TEST_F(FirstFetch, OnceAllWereHereARestartGoesOnWithoutThePeer) {
  world.connect(whole, empty);
  world.pass(Ms(1'000));
  ASSERT_TRUE(empty.node().ready());
  world.cut();
  empty.stop();
  empty.start();
  world.pass(Ms(1'500));
  EXPECT_TRUE(empty.node().ready()) << empty.node().not_ready_reason();
}

// Both have lost something, and nobody has more than they have together.
TEST_F(FirstFetch, WhatIsLeftOfBothIsAllThereIs) {
  whole.stop();
  disk(Deployment::kPrimary).restore(journal::MemoryJournal());
  whole.start();
  world.pass(Ms(1'500));
  EXPECT_FALSE(whole.node().ready());
  world.connect(whole, empty);
  world.pass(Ms(3'000));
  EXPECT_TRUE(empty.node().ready()) << empty.node().not_ready_reason();
  EXPECT_TRUE(whole.node().ready()) << whole.node().not_ready_reason();
}

TEST_F(FirstFetch, ANodeOverTheSameJournalWaitsToo) {
  Host& beside = world.add(Deployment::kRedundant, "n2");
  beside.start();
  world.pass(Ms(60'000));
  EXPECT_FALSE(beside.node().ready());
  world.connect(whole, empty);
  world.pass(Ms(3'000));
  EXPECT_TRUE(beside.node().ready()) << beside.node().not_ready_reason();
}

// A damaged list hid it from the start; somebody waits in it.
TEST_F(OneNode, AChatThatTheJournalFindsOpenAfterAllIsShown) {
  Client anns = ann.link(host);
  const auto opening = vera.writer.open();
  world.install(Deployment::kPrimary, Deployment::kRedundant,
                {opening, vera.writer.message(opening->head.chat, "is anybody there?")});
  world.pass(Ms(1'000));
  EXPECT_THAT(anns.texts(), ::testing::IsEmpty());
  host.input(JournalDamaged{});
  world.pass(Ms(1'000));
  EXPECT_THAT(anns.texts(), ::testing::ElementsAre("is anybody there?"));
  EXPECT_EQ(anns.last<from_node::Chat>()->state, protocol::ChatState::kQueued);
}

// The row of a setting is damaged, and the peer, which has a copy, has lost everything: what the
// node knows is all that is left of it.
TEST_F(NodeTest, ASettingWhoseRowIsDamagedIsEnteredAgain) {
  Host& primary = world.add(Deployment::kPrimary);
  const auto shut_out = world.administrator().set("operator:eve", "active", "false");
  world.install_settings(Deployment::kPrimary);
  world.install(Deployment::kPrimary, Deployment::kRedundant, {shut_out});
  const auto row = [&]() -> std::optional<journal::Arrival> {
    const auto settings = world.journal(Deployment::kPrimary).read_settings().value();
    for (const auto& stored : settings) {
      if (stored.entry.content->digest == shut_out->digest) return stored.arrival;
    }
    return std::nullopt;
  };
  world.start_all();
  world.pass(Ms(1'500));
  ASSERT_TRUE(disk(Deployment::kPrimary).corrupt(row().value()));
  ASSERT_FALSE(row());
  primary.input(JournalDamaged{});
  world.pass(Ms(1'000));
  EXPECT_TRUE(row());
  EXPECT_EQ(primary.metric("entries_reentered_total"), 1);

  primary.input(JournalDamaged{});
  world.pass(Ms(1'000));
  EXPECT_EQ(primary.metric("entries_reentered_total"), 1) << "once";
}

// The same, of a setting that this very incarnation accepted: what it enters again carries a lower
// number of its own origin, and the peer has to take that.
TEST_F(TwoDeployments, ASettingOfThisIncarnationThatIsEnteredAgainReachesThePeer) {
  world.cut();
  administer(primary, "operator:eve", "active", "false");
  const auto last = [&](Deployment deployment) {
    return world.journal(deployment).read_settings().value().back();
  };
  const auto written = last(Deployment::kPrimary);
  ASSERT_EQ(written.entry.acceptance.origin, primary.node().origin());
  ASSERT_TRUE(disk(Deployment::kPrimary).corrupt(written.arrival));
  primary.input(JournalDamaged{});
  world.pass(Ms(1'000));
  ASSERT_EQ(primary.metric("entries_reentered_total"), 1);
  EXPECT_GT(last(Deployment::kPrimary).entry.seq, written.entry.seq);

  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  EXPECT_EQ(last(Deployment::kRedundant).entry.content->digest, written.entry.content->digest);
  EXPECT_EQ(redundant.metric("peer_forged_entries_total"), 0);
}

// Neither may wait for what the other one has lost, too.
TEST_F(NodeTest, WithTheSamePartOfTheSettingsLostInBothTheRestIsServed) {
  Host& primary = world.add(Deployment::kPrimary);
  Host& redundant = world.add(Deployment::kRedundant);
  Writer admin = world.administrator();
  world.install(Deployment::kPrimary, Deployment::kPrimary,
                {admin.set("operator:ann", "active", "true")});
  world.start_all();
  world.pass(Ms(60'000));
  EXPECT_FALSE(primary.node().ready());
  world.connect(primary, redundant);
  world.pass(Ms(2'000));
  EXPECT_TRUE(primary.node().ready()) << primary.node().not_ready_reason();
  EXPECT_TRUE(redundant.node().ready()) << redundant.node().not_ready_reason();
  Agent ann(world, "ann");
  EXPECT_FALSE(ann.link(redundant).closed());
  Visitor vera(world, "vera");
  Client turned_away(world, redundant, testing::kShopOrigin);
  turned_away.say(turned_away.visitor_hello(vera.secret));
  world.settle();
  EXPECT_EQ(turned_away.closed(), protocol::Code::kNotReady);

  administer(redundant, "site:shop", "origins", "[\"https://shop.example\"]");
  world.pass(Ms(500));
  EXPECT_FALSE(vera.link(primary).closed());
}

TEST_F(NodeTest, TwoEmptyNodesWaitForAnAdministrator) {
  Host& primary = world.add(Deployment::kPrimary);
  Host& redundant = world.add(Deployment::kRedundant);
  world.start_all();
  world.connect(primary, redundant);
  world.pass(Ms(60'000));
  EXPECT_FALSE(primary.node().ready());
  EXPECT_FALSE(redundant.node().ready());
}

TEST_F(NodeTest, ANodeThatHasSettingsGoesOnWithoutItsPeer) {
  Host& host = world.add(Deployment::kRedundant);
  world.install_settings(Deployment::kRedundant);
  world.start_all();
  world.pass(Ms(500));
  EXPECT_FALSE(host.node().ready());
  world.pass(Ms(1'000));
  EXPECT_TRUE(host.node().ready());
}

TEST_F(NodeTest, SameSeedSameInputsSameEffects) {
  const auto run = [] {
    World twin([] { return std::make_unique<journal::MemoryJournal>(); }, 7);
    Host& host = twin.add(Deployment::kPrimary);
    twin.install_settings(Deployment::kPrimary);
    twin.start_all();
    twin.pass(Ms(1'500));
    Visitor vera(twin, "vera");
    Client link = vera.link(host);
    const auto opening = vera.writer.open();
    link.send(opening);
    link.send(vera.writer.message(opening->head.chat, "hello"));
    twin.pass(Ms(6'000));
    return host.said(link.session()).frames;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace holdfast::node
