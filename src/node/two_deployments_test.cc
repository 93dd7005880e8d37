// What one deployment takes reaches the other, is safe then, and is shown once.
#include "base/json.h"
#include "chat/chat.h"
#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(TwoDeployments, AnEmptyNodeIsReadyWhenItHasPulledTheSettings) {
  EXPECT_TRUE(redundant.node().ready()) << redundant.node().not_ready_reason();
  EXPECT_EQ(redundant.metric("peer_behind_entries"), 0);
}

TEST_F(NodeTest, AnEmptyNodeWithoutAPeerIsNotReadyAndSaysWhy) {
  Host& host = world.add(Deployment::kRedundant);
  world.start_all();
  world.pass(Ms(60'000));
  EXPECT_FALSE(host.node().ready());
  const RequestId asked = host.request("GET", "/readyz");
  EXPECT_EQ(host.reply(asked).status, 503);
  EXPECT_THAT(host.reply(asked).body, ::testing::HasSubstr("no settings"));
  Client link(world, host, testing::kShopOrigin);
  link.say(link.visitor_hello(std::string(43, 'A')));
  EXPECT_EQ(link.closed(), Code::kNotReady);
}

TEST_F(TwoDeployments, AMessageIsSafeWhenThePeerHoldsIt) {
  Client link = vera.link(primary);
  const auto opening = vera.writer.open();
  link.send(opening);
  world.pass(Ms(500));
  ASSERT_TRUE(link.last<from_node::Safe>());
  EXPECT_EQ(link.last<from_node::Safe>()->digest, opening->digest);
  EXPECT_EQ(link.last<from_node::Safe>()->o, primary.node().origin());
}

TEST_F(TwoDeployments, NothingIsSafeWhileThePeerIsAwayAndEverythingAfterwards) {
  Client link = vera.link(primary);
  world.cut();
  const auto opening = vera.writer.open();
  link.send(opening);
  world.pass(Ms(5'000));
  EXPECT_TRUE(link.accepted(opening->digest));
  EXPECT_FALSE(link.last<from_node::Safe>());
  world.connect(primary, redundant);
  world.pass(Ms(2'000));
  EXPECT_TRUE(link.last<from_node::Safe>());
}

TEST_F(TwoDeployments, AReconnectHearsWhatBecameSafeMeanwhile) {
  Client link = vera.link(primary);
  const auto opening = vera.writer.open();
  link.send(opening);
  world.settle();
  link.leave();
  world.pass(Ms(500));
  Client back = vera.link(primary, {}, {opening->digest});
  ASSERT_THAT(back.last<from_node::Welcome>()->outbox, SizeIs(1));
  EXPECT_TRUE(back.last<from_node::Welcome>()->outbox[0].safe);
}

TEST_F(TwoDeployments, BothLinksDeliverAndTheOtherSideSendsAgainIsAnsweredWithoutASecondEvent) {
  Client main_link = vera.link(primary);
  Client warm_link = vera.link(redundant);
  Client anns = ann.link(redundant);
  const auto opening = vera.writer.open();
  main_link.send(opening);
  world.pass(Ms(500));
  EXPECT_EQ(warm_link.count<from_node::Event>(), 1u);
  EXPECT_EQ(anns.count<from_node::Event>(), 1u);
  warm_link.send(opening, {}, true);
  world.settle();
  ASSERT_TRUE(warm_link.accepted(opening->digest));
  EXPECT_EQ(warm_link.accepted(opening->digest), main_link.accepted(opening->digest));
  EXPECT_TRUE(warm_link.last<from_node::Safe>());
  EXPECT_EQ(redundant.metric("events_accepted_total"), 0);
}

TEST_F(TwoDeployments, AHedgedMessageIsOneEventWithTwoAcceptances) {
  Client main_link = vera.link(primary);
  Client warm_link = vera.link(redundant);
  Client anns = ann.link(redundant);
  const auto opening = vera.writer.open();
  world.blackhole = true;
  main_link.send(opening);
  warm_link.send(opening, {}, true);
  world.settle();
  world.blackhole = false;
  world.cut();
  world.connect(primary, redundant);
  world.pass(Ms(2'000));
  EXPECT_NE(main_link.accepted(opening->digest), warm_link.accepted(opening->digest));
  EXPECT_EQ(anns.count<from_node::Event>(), 1u);
  world.pass(Ms(5'000));
  const auto at_primary = main_link.last<from_node::Beat>()->chats;
  const auto at_redundant = warm_link.last<from_node::Beat>()->chats;
  EXPECT_EQ(at_primary, at_redundant);
  Client fresh = vera.link(primary);
  fresh.say(from_client::Have{opening->head.chat, {}, false});
  world.settle();
  EXPECT_THAT(fresh.last<from_node::Event>()->acc, SizeIs(2));
}

TEST_F(TwoDeployments, WhatBothTookWhileCutOffConvergesToOneTranscript) {
  Client veras = vera.link(primary);
  Client anns = ann.link(redundant);
  const auto opening = vera.writer.open();
  veras.send(opening);
  world.pass(Ms(500));
  world.cut();
  for (int i = 0; i < 5; ++i) {
    veras.send(vera.writer.message(opening->head.chat, "v" + std::to_string(i)));
    anns.send(ann.writer.message(opening->head.chat, "a" + std::to_string(i)));
    world.pass(Ms(300));
  }
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  const std::string target = "/v1/admin/chats?site=shop&chat=" + opening->head.chat.value();
  const RequestId here = primary.admin("GET", target);
  const RequestId there = redundant.admin("GET", target);
  EXPECT_EQ(primary.reply(here).body, redundant.reply(there).body);
  EXPECT_THAT(anns.texts(), ElementsAre("v0", "v1", "v2", "v3", "v4"));
}

TEST_F(TwoDeployments, GiveBackWaitsForThePeerThatIsSending) {
  Client veras = vera.link(primary);
  const auto opening = vera.writer.open();
  world.blackhole = true;
  veras.send(opening);
  world.settle();
  // Redundant knows that there is more to come: its peer said so.
  world.blackhole = false;
  const auto acceptance = *veras.accepted(opening->digest);
  Client warm = vera.link(redundant);
  redundant.hold_disk(false);
  warm.say(from_client::Have{opening->head.chat, {{opening->digest, {acceptance.mac}}}, false});
  world.settle();
  EXPECT_EQ(warm.count<from_node::Want>() + warm.count<from_node::Wait>(), 1u);
  world.pass(Ms(4'000));
  EXPECT_EQ(redundant.metric("give_back_wanted"), 0);
}

TEST_F(TwoDeployments, OperatorsAreKnownAtBothDeployments) {
  Client veras = vera.link(primary);
  EXPECT_FALSE(veras.last<from_node::Welcome>()->available);
  Client anns = ann.link(redundant);
  world.pass(Ms(500));
  ASSERT_TRUE(veras.last<from_node::Presence>());
  EXPECT_TRUE(veras.last<from_node::Presence>()->available);
  anns.say(from_client::Status{protocol::Presence::kAway});
  world.pass(Ms(500));
  EXPECT_FALSE(veras.last<from_node::Presence>()->available);
  anns.say(from_client::Status{protocol::Presence::kOnline});
  world.pass(Ms(500));
  world.cut();
  world.pass(Ms(500));
  EXPECT_FALSE(veras.last<from_node::Presence>()->available);
}

// Whoever comes is told how it is, and only of changes from then on.
TEST_F(TwoDeployments, AVisitorHearsThatAnOperatorHasGoneWhomOnlyThePeerSaw) {
  Client anns = ann.link(redundant);
  world.pass(Ms(500));
  Client veras = vera.link(primary);
  ASSERT_TRUE(veras.last<from_node::Welcome>()->available);
  anns.leave();
  world.pass(Ms(500));
  ASSERT_TRUE(veras.last<from_node::Presence>());
  EXPECT_FALSE(veras.last<from_node::Presence>()->available);
}

TEST_F(TwoDeployments, AVisitorWhoComesWhileAnOperatorsLinkIsReplacedHearsThatTheyAreBack) {
  Client veras = vera.link(primary);
  Client anns = ann.link(primary);
  world.pass(Ms(500));
  anns.leave();
  Visitor carl(world, "carl");
  Client carls = carl.link(primary);
  ASSERT_FALSE(carls.last<from_node::Welcome>()->available);
  const Client again = ann.link(primary);  // before anybody was told
  EXPECT_TRUE(again.last<from_node::Welcome>()->available);
  world.pass(Ms(500));
  ASSERT_TRUE(carls.last<from_node::Presence>());
  EXPECT_TRUE(carls.last<from_node::Presence>()->available);
  EXPECT_TRUE(veras.last<from_node::Presence>()->available);
}

TEST_F(TwoDeployments, ConsolesAreToldAboutThePeer) {
  Client anns = ann.link(primary);
  EXPECT_TRUE(anns.last<from_node::Welcome>()->peer->up);
  world.cut();
  world.pass(Ms(1'500));
  ASSERT_TRUE(anns.last<from_node::Peer>());
  EXPECT_FALSE(anns.last<from_node::Peer>()->up);
}

TEST_F(TwoDeployments, SettingsReachTheOtherDeployment) {
  Writer admin = world.administrator();
  const auto write = admin.set("operator:cleo", "active", "true");
  const json::Object body{{"events", json::Array{json::Object{{"head", write->head_bytes},
                                                              {"body", *write->body_bytes}}}}};
  primary.admin("POST", "/v1/admin/append", json::serialize(body));
  world.pass(Ms(500));
  Agent cleo(world, "cleo");
  Client link = cleo.link(redundant);
  EXPECT_FALSE(link.closed());
}

TEST_F(TwoDeployments, ANewIncarnationAtEveryStartAndNothingIsLost) {
  Client link = vera.link(primary);
  const auto opening = vera.writer.open();
  link.send(opening);
  world.settle();
  const auto before = primary.node().origin();
  primary.stop();
  primary.start();
  world.connect(primary, redundant);
  world.pass(Ms(2'000));
  EXPECT_NE(primary.node().origin(), before);
  Client back = vera.link(primary, {}, {opening->digest});
  ASSERT_THAT(back.last<from_node::Welcome>()->outbox, SizeIs(1));
  const auto next = vera.writer.message(opening->head.chat, "still here");
  back.send(next);
  world.settle();
  ASSERT_TRUE(back.accepted(next->digest));
  EXPECT_EQ(back.accepted(next->digest)->origin, primary.node().origin());
  EXPECT_EQ(back.accepted(next->digest)->seq, protocol::Seq(1));
}

TEST_F(TwoDeployments, ARestoredDeploymentEntersItsBranchAgainUnderANewOrigin) {
  Client link = vera.link(primary);
  const auto opening = vera.writer.open();
  link.send(opening);
  world.pass(Ms(500));
  const auto backup = disk(Deployment::kPrimary).clone();
  const auto lost = vera.writer.message(opening->head.chat, "after the backup");
  link.send(lost);
  world.pass(Ms(500));
  primary.stop();
  disk(Deployment::kPrimary).restore(*backup);
  primary.start();
  world.connect(primary, redundant);
  world.pass(Ms(15'000));
  // The peer gave back what the backup did not have.
  Client back = vera.link(primary, {{opening->head.chat, {}}});
  back.say(from_client::Have{opening->head.chat, {}, false});
  world.settle();
  EXPECT_THAT(back.texts(), ElementsAre("after the backup"));
}

// A machine that was set back to an old snapshot, memory and disk: the same incarnation lives its
// life a second time.
TEST_F(NodeTest, AnOriginThatLivesTwiceIsFrozenAndItsBranchEnteredAgainUnderANewOne) {
  Host& primary = world.add(Deployment::kPrimary);
  Host& redundant = world.add(Deployment::kRedundant);
  world.install_settings(Deployment::kPrimary);
  const auto snapshot = disk(Deployment::kPrimary).clone();
  const WallMs then = world.clock.now().wall;
  world.start_all();
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  const auto origin = primary.node().origin();
  Visitor vera(world, "vera");
  Client link = vera.link(primary);
  const auto opening = vera.writer.open();
  link.send(opening);
  link.send(vera.writer.message(opening->head.chat, "first life"));
  world.pass(Ms(500));

  primary.stop();
  disk(Deployment::kPrimary).restore(*snapshot);
  world.clock.set_wall(then);
  primary.start_like_before();
  ASSERT_EQ(primary.node().origin(), origin);
  world.pass(Ms(1'500));
  Client again = vera.link(primary);
  const auto other = vera.writer.open();
  again.send(other);
  const auto second = vera.writer.message(other->head.chat, "second life");
  again.send(second);
  world.settle();
  EXPECT_TRUE(again.accepted(second->digest));
  world.connect(primary, redundant);
  world.pass(Ms(20'000));
  EXPECT_NE(primary.node().origin(), origin);
  ASSERT_THAT(primary.restarts, SizeIs(1));
  world.connect(primary, redundant);
  world.pass(Ms(20'000));
  for (const Deployment deployment : {Deployment::kPrimary, Deployment::kRedundant}) {
    EXPECT_EQ(disk(deployment).read_chat({SiteId(testing::kSite), opening->head.chat})->size(), 2u);
    EXPECT_EQ(disk(deployment).read_chat({SiteId(testing::kSite), other->head.chat})->size(), 2u);
  }
}

}  // namespace
}  // namespace holdfast::node
