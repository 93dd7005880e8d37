// Who may be the peer, which connection carries the link, and when it is dead.
#include <gtest/gtest.h>

#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "replication/test_world.h"

namespace holdfast::replication {
namespace {

using protocol::Deployment;
namespace from_peer = protocol::from_peer;

bool both_alive(World& world) {
  return world.primary.link->alive() && world.redundant.link->alive();
}

TEST(PeerConnection, EitherSideMayDial) {
  for (const bool primary_dials : {true, false}) {
    World world;
    world.primary.commit();
    world.redundant.commit();
    primary_dials ? world.dial(world.primary, world.redundant)
                  : world.dial(world.redundant, world.primary);
    world.settle();
    EXPECT_TRUE(both_alive(world));
    expect_equal(world);
  }
}

TEST(PeerConnection, BothDialOnePairStays) {
  for (int order = 0; order < 2; ++order) {
    World world;
    world.primary.commit_many(20);
    const ConnectionId first = order == 0 ? world.dial(world.primary, world.redundant)
                                          : world.dial(world.redundant, world.primary);
    const ConnectionId second = order == 0 ? world.dial(world.redundant, world.primary)
                                           : world.dial(world.primary, world.redundant);
    world.settle();
    EXPECT_TRUE(both_alive(world));
    ASSERT_EQ(world.wires.size(), 1u);
    EXPECT_EQ(world.wires.begin()->first, order == 0 ? first : second)
        << "the one that Primary dialled";
    expect_equal(world);
  }
}

TEST(PeerConnection, OfTwoDialledByOneSideTheNewerStays) {
  World world;
  world.dial(world.primary, world.redundant);
  world.settle();
  const ConnectionId newer = world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(both_alive(world));
  ASSERT_EQ(world.wires.size(), 1u);
  EXPECT_EQ(world.wires.begin()->first, newer);
  world.primary.commit();
  world.settle();
  expect_equal(world);
}

TEST(PeerConnection, SecondNodeOfThePeerDoesNotPushOutTheFirst) {
  World world;
  world.dial(world.redundant, world.primary);
  world.settle();
  Site second(world, Deployment::kRedundant, "n2");
  second.start();
  world.dial(second, world.primary);
  world.settle();
  EXPECT_TRUE(both_alive(world));
  EXPECT_FALSE(second.link->alive());
  EXPECT_EQ(world.wires.size(), 1u);
}

TEST(PeerConnection, WrongPeerKeyIsClosed) {
  World world;
  world.redundant.config.keys.peer.bytes.fill(9);
  world.redundant.start();
  world.primary.commit();
  world.dial(world.redundant, world.primary);
  world.settle();
  EXPECT_FALSE(world.primary.link->alive());
  EXPECT_FALSE(world.redundant.link->alive());
  ASSERT_FALSE(world.primary.closed_why.empty() && world.redundant.closed_why.empty());
  EXPECT_GE(world.primary.metric("peer_bad_proofs_total") +
                world.redundant.metric("peer_bad_proofs_total"),
            1);
  EXPECT_EQ(world.frames_seen["holds"], 0) << "nothing is told to a stranger";
  EXPECT_TRUE(world.redundant.journalled.empty());
}

TEST(PeerConnection, OwnDeploymentAsPeerIsRefused) {
  World world;
  Site twin(world, Deployment::kPrimary, "n2");
  twin.start();
  world.dial(twin, world.primary);
  world.settle();
  EXPECT_FALSE(world.primary.link->alive());
  EXPECT_FALSE(twin.link->alive());
  EXPECT_TRUE(world.wires.empty());
  ASSERT_FALSE(world.primary.closed_why.empty());
  EXPECT_TRUE(world.primary.closed_why[0].starts_with("bad_proof: "))
      << world.primary.closed_why[0];
}

TEST(PeerConnection, NoCommonVersionIsRefused) {
  World world;
  world.redundant.config.version_min = 2;
  world.redundant.config.version_max = 3;
  world.redundant.start();
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_FALSE(world.primary.link->alive());
  ASSERT_FALSE(world.primary.closed_why.empty());
  EXPECT_TRUE(world.primary.closed_why[0].starts_with("version_unsupported: "))
      << world.primary.closed_why[0];
}

TEST(PeerConnection, OverlappingVersionsAgree) {
  World world;
  world.redundant.config.version_max = 2;
  world.redundant.start();
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(both_alive(world));
}

// What one side of a connection said, played again to the other on a new connection.
TEST(PeerConnection, ReplayedProofIsClosed) {
  World world;
  std::vector<std::string> recorded;
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to == &world.primary) recorded.push_back(text);
  };
  world.dial(world.redundant, world.primary);
  world.settle();
  ASSERT_TRUE(both_alive(world));
  world.hang_up_all();
  world.on_frame = nullptr;
  world.primary.carry_out(world.primary.link->opened(ConnectionId(99), false, world.clock.now()));
  for (const auto& text : recorded) {
    world.primary.carry_out(world.primary.link->frame(ConnectionId(99), text, world.clock.now()));
  }
  EXPECT_FALSE(world.primary.link->alive());
  EXPECT_EQ(world.primary.metric("peer_bad_proofs_total"), 1);
}

// Somebody without the key dials both deployments and carries their proofs across.
TEST(PeerConnection, RelayBetweenTwoAcceptingSidesIsClosed) {
  World world;
  std::vector<std::string> from_primary, from_redundant;
  const auto collect = [](Actions actions, std::vector<std::string>& out) {
    for (auto& one : actions.outgoing) out.push_back(one.text);
    return actions.closing.size();
  };
  const Now now = world.clock.now();
  const ConnectionId id(77);
  collect(world.primary.link->opened(id, false, now), from_primary);
  collect(world.redundant.link->opened(id, false, now), from_redundant);
  std::size_t closed = 0;
  for (int turn = 0; turn < 4; ++turn) {
    const auto to_redundant = std::exchange(from_primary, {});
    const auto to_primary = std::exchange(from_redundant, {});
    for (const auto& text : to_redundant)
      closed += collect(world.redundant.link->frame(id, text, now), from_redundant);
    for (const auto& text : to_primary)
      closed += collect(world.primary.link->frame(id, text, now), from_primary);
  }
  EXPECT_FALSE(world.primary.link->alive());
  EXPECT_FALSE(world.redundant.link->alive());
  EXPECT_GE(closed, 1u);
}

TEST(PeerConnection, FramesBeforeTheProofAreRefused) {
  World world;
  world.primary.carry_out(world.primary.link->opened(ConnectionId(5), false, world.clock.now()));
  from_peer::Pull pull;
  pull.n = 1;
  pull.o = world.primary.origin;
  pull.a = pull.b = protocol::Seq(1);
  pull.max = 1000;
  const Actions actions =
      world.primary.link->frame(ConnectionId(5), from_peer::encode(pull), world.clock.now());
  EXPECT_TRUE(actions.reading.empty());
  ASSERT_EQ(actions.closing.size(), 1u);
  EXPECT_TRUE(actions.closing[0].why.starts_with("out_of_step: ")) << actions.closing[0].why;
}

TEST(PeerConnection, StrangerThatProvesNothingIsClosedInTime) {
  World world;
  world.primary.carry_out(world.primary.link->opened(ConnectionId(5), false, world.clock.now()));
  world.pass(Ms(3'000));
  ASSERT_EQ(world.primary.closed_why.size(), 1u);
  EXPECT_TRUE(world.primary.closed_why[0].starts_with("silent: "));
}

TEST(PeerConnection, StrangersCannotPileUp) {
  World world;
  for (std::uint64_t i = 100; i < 200; ++i) {
    world.primary.carry_out(world.primary.link->opened(ConnectionId(i), false, world.clock.now()));
  }
  EXPECT_EQ(world.primary.closed_why.size(), 84u);
  world.dial(world.redundant, world.primary);
  world.settle();
  EXPECT_TRUE(both_alive(world));
}

TEST(PeerConnection, BeatsKeepAnIdleLinkAlive) {
  World world;
  world.dial(world.primary, world.redundant);
  world.settle();
  world.pass(Ms(60'000));
  EXPECT_TRUE(both_alive(world));
  EXPECT_EQ(world.primary.metric("peer_connections_opened_total"), 1);
  EXPECT_LE(world.frames_seen["beat"], 2 * 60) << "one a second from each";
}

TEST(PeerConnection, SilenceOfThreeSecondsIsADeadLink) {
  World world;
  world.dial(world.primary, world.redundant);
  world.settle();
  world.primary.peer_changed = false;
  world.pass_silently(Ms(2'900));
  EXPECT_TRUE(world.primary.link->alive());
  world.pass_silently(Ms(100));
  EXPECT_FALSE(world.primary.link->alive());
  EXPECT_TRUE(world.primary.peer_changed);
}

TEST(PeerConnection, OneWayFailureIsNoticedAndTheOtherDialsAgain) {
  World world;
  world.dial(world.primary, world.redundant);
  world.settle();
  world.wires.begin()->second.mute_to_accepter = true;  // primary hears, redundant does not
  world.pass(Ms(4'000));
  EXPECT_FALSE(world.primary.link->alive());
  EXPECT_FALSE(world.redundant.link->alive());
  world.primary.commit();
  world.dial(world.redundant, world.primary);
  world.settle();
  expect_equal(world);
}

TEST(PeerConnection, WhatThePeerHoldsIsRememberedWhileItIsAway) {
  World world;
  world.dial(world.primary, world.redundant);
  const auto entry = world.primary.commit();
  world.settle();
  world.hang_up_all();
  EXPECT_TRUE(world.primary.link->peer_holds(entry.origin, entry.seq));
}

TEST(PeerConnection, ClockOffsetIsThePeersClockMinusOurs) {
  World world;
  world.redundant.wall_off_ms = 45'000;
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.primary.link->clock_offset_ms(), 45'000);
  EXPECT_EQ(world.redundant.link->clock_offset_ms(), -45'000);
  world.redundant.wall_off_ms = 0;
  world.pass(Ms(10'000));
  EXPECT_EQ(world.primary.link->clock_offset_ms(), 0);
  world.hang_up_all();
  EXPECT_EQ(world.primary.link->clock_offset_ms(), std::nullopt);
}

TEST(PeerConnection, ControlFramesPassAsTheyAre) {
  World world;
  const std::string ask =
      R"({"t":"pending","rid":"01J00000000000000000000000","why":"queued","later":1})";
  Actions actions;
  EXPECT_FALSE(world.primary.link->send_control(ask, actions));
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.primary.link->send_control(ask, actions));
  world.primary.carry_out(std::move(actions));
  world.settle();
  ASSERT_EQ(world.redundant.control.size(), 1u);
  EXPECT_EQ(world.redundant.control[0].type, "pending");
  EXPECT_EQ(world.redundant.control[0].text, ask);
}

TEST(PeerConnection, VerdictGoesOutWithHolds) {
  World world;
  const std::string verdict =
      R"({"p":"{\"epoch\":3}","k":"m1","s":")" + std::string(86, 'A') + R"("})";
  world.primary.link->set_verdict(verdict);
  world.dial(world.primary, world.redundant);
  world.settle();
  ASSERT_EQ(world.redundant.control.size(), 1u);
  EXPECT_EQ(world.redundant.control[0].type, "verdict");
  EXPECT_NE(world.redundant.control[0].text.find(R"(\"epoch\":3)"), std::string::npos);
}

TEST(PeerConnection, FramesOfALaterVersionCostNothing) {
  World world;
  const ConnectionId wire = world.dial(world.primary, world.redundant);
  world.settle();
  world.redundant.carry_out(
      world.redundant.link->frame(wire, R"({"t":"hologram","x":[1,2]})", world.clock.now()));
  EXPECT_TRUE(both_alive(world));
  EXPECT_EQ(world.redundant.metric("peer_unknown_frames_total"), 1);
}

TEST(PeerConnection, BrokenFrameBeginsAgainWithAFullList) {
  for (const char* broken : {"", "{", "[]", R"({"t":"holds","full":false})",
                             R"({"t":"peer_hello"})", R"({"t":"pull","n":1})", "\xff"}) {
    World world;
    const ConnectionId wire = world.dial(world.primary, world.redundant);
    world.settle();
    world.redundant.carry_out(world.redundant.link->frame(wire, broken, world.clock.now()));
    EXPECT_FALSE(world.redundant.link->alive()) << broken;
    EXPECT_EQ(world.redundant.metric("peer_bad_frames_total"), 1) << broken;
    world.primary.commit();
    world.dial(world.primary, world.redundant);
    world.settle();
    expect_equal(world);
  }
}

TEST(PeerConnection, HandshakeTwiceIsOutOfStep) {
  World world;
  std::string proof;
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to == &world.primary && text.find("peer_proof") != std::string::npos) proof = text;
  };
  const ConnectionId wire = world.dial(world.primary, world.redundant);
  world.settle();
  world.primary.carry_out(world.primary.link->frame(wire, proof, world.clock.now()));
  EXPECT_FALSE(world.primary.link->alive());
  EXPECT_TRUE(world.primary.closed_why.back().starts_with("out_of_step: "));
}

}  // namespace
}  // namespace holdfast::replication
