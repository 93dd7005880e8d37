// The peer link when nothing lies: two deployments exchange what the other lacks.
#include <gtest/gtest.h>

#include "protocol/hashes.h"
#include "replication/test_world.h"

namespace holdfast::replication {
namespace {

using protocol::Entry;
using protocol::Seq;

TEST(PeerLink, CatchesUpAfterOutage) {
  World world;
  world.primary.commit_many(3);
  world.redundant.commit_many(2000);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.primary.journalled.size(), 2000u);
  EXPECT_EQ(world.redundant.journalled.size(), 3u);
}

TEST(PeerLink, NewEntryGoesOverAtOnce) {
  World world;
  world.dial(world.primary, world.redundant);
  world.settle();
  const Entry entry = world.primary.commit();
  EXPECT_FALSE(world.primary.link->peer_holds(entry.origin, entry.seq));
  world.settle();
  expect_equal(world);
  EXPECT_TRUE(world.primary.link->peer_holds(entry.origin, entry.seq));
  EXPECT_TRUE(world.redundant.link->peer_holds(entry.origin, entry.seq));
}

TEST(PeerLink, WhatANeighbourPulledIsAgreedAtOnce) {
  World world;
  Site& site = world.redundant;
  site.pulling = false;  // another node of this journal does
  site.start();
  world.dial(world.primary, site);
  world.settle();
  const Entry entry = world.primary.commit();
  world.settle();
  ASSERT_TRUE(site.journal->append(std::vector{entry}, std::nullopt));
  site.peer_changed = false;
  site.carry_out(site.link->held({entry}, world.clock.now()));
  EXPECT_TRUE(site.peer_changed) << "nobody would look at what is safe now";
}

TEST(PeerLink, LiveChatsComeBeforeHistory) {
  World world;
  for (int i = 0; i < 1000; ++i) world.primary.commit("old");
  world.primary.commit("");  // a settings write in the middle of it
  for (int i = 0; i < 1000; ++i) world.primary.commit("old");
  world.primary.close_chat("old");
  world.primary.commit_many(3, "live");
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  const auto& order = world.redundant.journalled;
  ASSERT_EQ(order.size(), 2004u);
  EXPECT_EQ(order[0].seq, Seq(1001));
  EXPECT_EQ(order[1].seq, Seq(2002));
  EXPECT_EQ(order[3].seq, Seq(2004));
  EXPECT_EQ(world.entries_on_wire, 2004) << "nothing travelled twice";
}

TEST(PeerLink, HistoryComesNewestFirst) {
  World world;
  for (int i = 0; i < 3000; ++i) world.primary.commit("old");
  world.primary.close_chat("old");
  world.dial(world.primary, world.redundant);
  world.settle();
  const auto& order = world.redundant.journalled;
  ASSERT_EQ(order.size(), 3000u);
  EXPECT_GT(order.front().seq, Seq(2400));
  EXPECT_LT(order.back().seq, Seq(600));
}

TEST(PeerLink, NewMessageOvertakesHistory) {
  World world;
  world.primary.commit_many(12'000, "old");
  world.primary.close_chat("old");
  world.dial(world.primary, world.redundant);
  while (world.redundant.journalled.size() < 1'000) ASSERT_TRUE(world.step());
  const Entry entry = world.primary.commit("live");
  while (!world.primary.link->peer_holds(entry.origin, entry.seq)) ASSERT_TRUE(world.step());
  EXPECT_LT(world.redundant.journalled.size(), 8'000u);
  world.settle();
  expect_equal(world);
}

TEST(PeerLink, BehindCountsBothWays) {
  World world;
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.primary.link->behind(), 0u);
  world.hang_up_all();
  world.primary.commit_many(3);
  world.redundant.commit_many(2);
  EXPECT_EQ(world.primary.link->behind(), 3u);
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.primary.link->behind(), 0u);
}

TEST(PeerLink, ResumesAfterDisconnectWithoutResending) {
  World world;
  world.primary.commit_many(4000, "old");
  world.primary.close_chat("old");
  world.primary.commit_many(10, "live");
  world.dial(world.primary, world.redundant);
  while (world.redundant.journalled.size() < 1500) ASSERT_TRUE(world.step());
  world.hang_up_all();
  world.settle();
  const auto had = world.redundant.journalled.size();
  const auto sent = world.entries_on_wire;
  EXPECT_LT(had, 4010u);
  world.dial(world.redundant, world.primary);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.entries_on_wire - sent, static_cast<std::int64_t>(4010 - had));
}

TEST(PeerLink, ReceivedAndNotYetDurableIsNotAskedForAgain) {
  World world;
  world.primary.commit_many(100);
  world.redundant.disk_stalled = true;
  world.dial(world.primary, world.redundant);
  world.settle();
  world.hang_up_all();
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.entries_on_wire, 100);
  EXPECT_FALSE(world.primary.link->peer_holds(world.primary.origin, Seq(1)))
      << "not durable, not held";
  world.redundant.disk_stalled = false;
  world.settle();
  expect_equal(world);
}

TEST(PeerLink, SlowDiskHoldsThePeerBack) {
  World world;
  world.primary.commit_many(8'000, "old");
  world.redundant.disk_stalled = true;
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_LT(world.redundant.metric("peer_arriving_bytes"), 4 << 20);
  EXPECT_LT(world.entries_on_wire, 5'000);
  world.redundant.disk_stalled = false;
  world.settle();
  expect_equal(world);
}

TEST(PeerLink, OnlyWhoeverPullsPulls) {
  World world;
  world.redundant.pulling = false;
  world.redundant.start();
  world.primary.commit_many(5);
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.redundant.journalled.empty());
  world.redundant.carry_out(world.redundant.link->set_pulling(true, world.clock.now()));
  world.settle();
  expect_equal(world);
}

TEST(PeerLink, SettingsAreCompleteOnlyWhenTheyAreDurable) {
  World world;
  world.primary.commit("");
  world.primary.commit_many(400, "old");
  world.primary.close_chat("old");
  world.redundant.disk_stalled = true;
  world.dial(world.primary, world.redundant);
  EXPECT_FALSE(world.redundant.link->settings_complete());
  world.settle();
  EXPECT_FALSE(world.redundant.link->settings_complete());
  world.redundant.disk_stalled = false;
  while (!world.redundant.link->settings_complete()) ASSERT_TRUE(world.step());
  ASSERT_FALSE(world.redundant.journal->read_settings()->empty());
  EXPECT_LT(world.redundant.journalled.size(), 401u) << "history need not be there";
}

TEST(PeerLink, SettingsAreCompleteWhenThereIsNothingToFetch) {
  World world;
  EXPECT_FALSE(world.primary.link->settings_complete());
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.primary.link->settings_complete());
  EXPECT_TRUE(world.redundant.link->settings_complete());
}

TEST(PeerLink, SettingsOfAPeerThatComesBackWithMoreAreNotCompleteBeforeTheyAreHere) {
  World world;
  const ConnectionId first = world.dial(world.primary, world.redundant);
  world.settle();
  ASSERT_TRUE(world.redundant.link->settings_complete()) << "both are empty";
  world.hang_up(first);
  world.primary.commit_many(3, "");
  world.redundant.disk_stalled = true;
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_FALSE(world.redundant.link->settings_complete());
  world.redundant.disk_stalled = false;
  world.settle();
  EXPECT_TRUE(world.redundant.link->settings_complete());
  EXPECT_EQ(world.redundant.journal->read_settings()->size(), 3u);
}

TEST(PeerLink, HoleNobodyCanFillIsEqual) {
  World world;
  world.primary.commit_many(9);
  world.primary.quarantine(world.primary.origin, Seq(5));
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.redundant.holdings()[world.primary.origin].intervals().size(), 2u);
  EXPECT_TRUE(world.primary.link->peer_holds(world.primary.origin, Seq(9)));
}

TEST(PeerLink, HoleIsFilledWhenItsEntryTurnsUp) {
  World world;
  const auto lost = world.primary.origin;
  world.primary.commit_many(9);
  const auto backup = world.primary.journal->clone();
  world.primary.quarantine(lost, Seq(5));
  world.dial(world.primary, world.redundant);
  world.settle();
  // Somebody finds the row in a backup.
  const auto row = *backup->read_origin({lost, Seq(5), Seq(5), false, 1});
  ASSERT_TRUE(world.primary.journal->append({&row.entries[0].entry, 1}, std::nullopt));
  world.primary.carry_out(world.primary.link->held({row.entries[0].entry}, world.clock.now()));
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.redundant.holdings()[lost].intervals().size(), 1u);
}

TEST(PeerLink, QuarantinedRowIsFetchedAgain) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(9);
  world.redundant.commit_many(9);
  world.settle();
  world.primary.quarantine(world.redundant.origin, Seq(4));
  world.settle();
  expect_equal(world);
  world.primary.quarantine(world.primary.origin, Seq(4));
  world.settle();
  expect_equal(world);
  EXPECT_TRUE(world.primary.rolled_back.empty());
}

TEST(PeerLink, CarriedEntryKeepsItsFirstAcceptance) {
  World world;
  const Entry entry = world.primary.commit();
  // A browser gave it back to the other deployment before the link came up.
  world.redundant.carry(entry);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.primary.events().size(), 1u);
  EXPECT_EQ(world.primary.holdings().size(), 2u);
}

TEST(PeerLink, UnknownKindsPass) {
  World world;
  const Entry entry = world.primary.commit("c1", "kind-of-a-later-version");
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.redundant.journalled.at(0).content->head_bytes, entry.content->head_bytes);
  EXPECT_EQ(world.redundant.journalled.at(0).content->body_bytes, entry.content->body_bytes);
}

TEST(PeerLink, WhatWasAcceptedBeforeThePeerStartedAnewIsPulled) {
  World world;
  world.primary.commit_many(3);
  const auto before = world.primary.origin;
  world.primary.start();
  world.primary.commit_many(2);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.redundant.holdings()[before].highest(), Seq(3));
  EXPECT_NE(world.primary.origin, before);
}

TEST(PeerLink, EarlierIncarnationsLostTailComesBackFromThePeer) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(5);
  world.settle();
  const auto backup = world.primary.journal->clone();
  const auto before = world.primary.origin;
  world.primary.commit_many(5);
  world.settle();
  world.primary.journal->restore(*backup);
  world.primary.start();
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.primary.holdings()[before].highest(), Seq(10));
  EXPECT_TRUE(world.primary.rolled_back.empty()) << "a shorter tail of an old incarnation is a gap";
}

TEST(PeerLink, WaitsForWhatThePeerIsAboutToSend) {
  World world;
  world.dial(world.primary, world.redundant);
  world.settle();
  const Entry entry = world.primary.commit();
  EXPECT_TRUE(world.redundant.link->peer_is_sending(entry.origin, entry.seq));
  EXPECT_FALSE(world.redundant.link->peer_is_sending(world.redundant.origin, Seq(7)));
  world.settle();
  EXPECT_FALSE(world.redundant.link->peer_is_sending(entry.origin, entry.seq)) << "it is here";
  world.hang_up_all();
  const Entry later = world.primary.commit();
  EXPECT_FALSE(world.redundant.link->peer_is_sending(later.origin, later.seq))
      << "nobody is sending";
}

TEST(PeerLink, LongListOfOriginsGoesOutInSeveralFrames) {
  World world;
  world.primary.adopt_origins(4000);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.redundant.holdings().size(), 4000u);
}

TEST(PeerLink, ListOfWhichMoreFollowsIsNotTheWholeList) {
  World world;
  world.primary.commit_many(2);
  bool cut = true;
  world.on_frame = [&](Site& to, std::string& text) {
    if (!cut || &to != &world.redundant) return;
    const auto end = text.rfind('}');
    if (text.find(R"("full":true)") != std::string::npos) text.replace(end, 1, R"(,"more":true})");
  };
  const ConnectionId wire = world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.metric("peer_pulls_sent_total"), 0);
  EXPECT_FALSE(world.redundant.link->settings_complete());
  EXPECT_TRUE(world.primary.link->settings_complete());
  const std::string rest = R"({"t":"holds","origins":[],"full":false,"time":1})";
  world.redundant.carry_out(world.redundant.link->frame(wire, rest, world.clock.now()));
  world.settle();
  expect_equal(world);
  EXPECT_TRUE(world.redundant.link->settings_complete());
}

TEST(PeerLink, ConfirmsFromTheJournalWhatMemoryDoesNotKnow) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(3);
  world.settle();
  world.hang_up_all();
  const auto of = world.primary.origin;
  world.primary.commit_many(3);
  world.primary
      .start();  // 1..6 of the old incarnation is one interval here; the peer will report 1..3
  world.redundant.pulling = false;
  world.redundant.start();
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.primary.link->peer_holds(of, Seq(3)));
  EXPECT_FALSE(world.primary.link->peer_holds(of, Seq(4)));
  EXPECT_GT(world.primary.metric("peer_edges_read_total"), 0);
}

}  // namespace
}  // namespace holdfast::replication
