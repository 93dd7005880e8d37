// The highest verdict wins, whoever brings it; everything else is refused or no news.
#include "base/json.h"
#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

class Verdict : public OneNode {
 protected:
  const HttpReply& post(Host& to, const protocol::SignedVerdict& verdict) {
    const RequestId id = to.request("POST", "/v1/verdict", encode(verdict));
    world.settle();
    return to.reply(id);
  }
  std::int64_t epoch() { return host.metric("epoch"); }
};

TEST_F(Verdict, WithoutAnyTheEpochIsOne) {
  EXPECT_EQ(epoch(), 1);
  EXPECT_EQ(host.reply(host.request("GET", "/v1/verdict")).status, 404);
  EXPECT_EQ(host.metric("decides"), 1);
}

TEST_F(Verdict, ANewOneIsTakenToldAndServed) {
  Client link = vera.link(host);
  const auto verdict = world.verdict(2);
  EXPECT_EQ(post(host, verdict).body, "{\"epoch\":2}");
  EXPECT_EQ(epoch(), 2);
  ASSERT_TRUE(link.last<from_node::Verdict>());
  EXPECT_EQ(link.last<from_node::Verdict>()->verdict, verdict);
  EXPECT_EQ(vera.link(host).last<from_node::Welcome>()->verdict, verdict);
  EXPECT_EQ(host.reply(host.request("GET", "/v1/verdict")).body, encode(verdict));
  EXPECT_EQ(host.metric("decides"), 0);
}

TEST_F(Verdict, AnOlderOneIsNoNews) {
  const auto old = world.verdict(2);
  post(host, world.verdict(5));
  Client link = vera.link(host);
  EXPECT_EQ(post(host, old).body, "{\"epoch\":5}");
  EXPECT_EQ(epoch(), 5);
  EXPECT_FALSE(link.last<from_node::Verdict>());
}

TEST_F(Verdict, AnOlderOneIsNotWorthASignature) {
  post(host, world.verdict(5));
  auto forged = world.verdict(2);
  forged.k = protocol::KeyId("m9");
  EXPECT_EQ(post(host, forged).body, "{\"epoch\":5}");
  EXPECT_EQ(host.metric("verdicts_old_total"), 1);
  EXPECT_EQ(host.metric("verdicts_refused_total"), 0);
}

TEST_F(Verdict, EpochZeroIsNotAnOlderOneButNone) {
  const auto& reply = post(host, world.verdict(0));
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, ::testing::HasSubstr("epoch 0"));
  EXPECT_EQ(host.metric("verdicts_refused_total"), 1);
}

TEST_F(Verdict, AReplayedOneIsNoNews) {
  const auto verdict = world.verdict(3);
  post(host, verdict);
  Client link = vera.link(host);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(host, verdict).status, 200);
  EXPECT_FALSE(link.last<from_node::Verdict>());
}

TEST_F(Verdict, AJumpOfTheEpochIsRefused) {
  const auto& reply = post(host, world.verdict(1'000'002));
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, ::testing::HasSubstr("verdict_refused"));
  EXPECT_EQ(epoch(), 1);
  EXPECT_EQ(host.metric("verdicts_refused_total"), 1);
  EXPECT_EQ(post(host, world.verdict(1'000'001)).status, 200);
}

TEST_F(Verdict, AWrongSignatureAnUnknownKeyAndNonsenseAreRefused) {
  auto verdict = world.verdict(2);
  verdict.p.replace(verdict.p.find('2'), 1, "4");
  EXPECT_EQ(post(host, verdict).status, 400);
  verdict = world.verdict(2);
  verdict.k = protocol::KeyId("m9");
  EXPECT_EQ(post(host, verdict).status, 400);
  const RequestId nonsense = host.request("POST", "/v1/verdict", "{}");
  EXPECT_EQ(host.reply(nonsense).status, 400);
  EXPECT_EQ(epoch(), 1);
}

TEST_F(NodeTest, AVerdictOfARevokedKeyIsRefused) {
  world.keys.moderators[0].state = protocol::KeyState::kCompromised;
  Host& host = world.add(Deployment::kPrimary);
  world.start_all();
  const RequestId id = host.request("POST", "/v1/verdict", encode(world.verdict(2)));
  EXPECT_EQ(host.reply(id).status, 400);
  EXPECT_THAT(host.reply(id).body, ::testing::HasSubstr("revoked"));
}

TEST_F(TwoDeployments, AVerdictReachesThePeerAndItsClients) {
  Client link = vera.link(redundant);
  primary.request("POST", "/v1/verdict", encode(world.verdict(2)));
  world.pass(Ms(500));
  EXPECT_EQ(redundant.metric("epoch"), 2);
  EXPECT_TRUE(link.last<from_node::Verdict>());
}

TEST_F(TwoDeployments, OneThatThePeerMadeUpIsRefusedAndCounted) {
  const auto tell = [&](const protocol::SignedVerdict& verdict) {
    primary.input(
        PeerFrame{world.end_of_wire(primary), encode(protocol::from_peer::Verdict{verdict})});
  };
  auto forged = world.verdict(2);
  forged.p.replace(forged.p.find('2'), 1, "4");
  tell(forged);
  EXPECT_EQ(primary.metric("epoch"), 1);
  EXPECT_EQ(primary.metric("told_verdict_refused_total"), 1);
  tell(world.verdict(2));
  EXPECT_EQ(primary.metric("epoch"), 2);
  EXPECT_EQ(primary.metric("told_verdict_refused_total"), 1);
}

TEST_F(TwoDeployments, ADeploymentThatWasAwayLearnsTheVerdictFromItsPeer) {
  world.cut();
  redundant.request("POST", "/v1/verdict", encode(world.verdict(2)));
  world.pass(Ms(500));
  EXPECT_EQ(primary.metric("epoch"), 1);
  world.connect(primary, redundant);
  world.pass(Ms(1'000));
  EXPECT_EQ(primary.metric("epoch"), 2);
}

}  // namespace
}  // namespace holdfast::node
