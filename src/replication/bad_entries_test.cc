// Entries that are forged, damaged, misplaced or never delivered: dropped, counted, asked for again
// once a minute at most, and everything else goes on.
#include <gtest/gtest.h>

#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "replication/test_world.h"

namespace holdfast::replication {
namespace {

using protocol::Entry;
using protocol::Seq;
namespace from_peer = protocol::from_peer;

// Lets `change` alter every answer on its way to the redundant deployment.
template <class Change>
void alter_entries(World& world, Change change) {
  world.on_frame = [&world, change](Site& to, std::string& text) {
    if (&to != &world.redundant) return;
    auto frame = protocol::parse_peer_frame(text);
    if (!frame) return;
    if (auto* entries = std::get_if<from_peer::Entries>(&*frame)) {
      for (auto& run : entries->runs) {
        for (std::size_t i = 0; i < run.e.size(); ++i) change(Seq(run.a.value() + i), run.e[i]);
      }
      text = from_peer::encode(*entries);
    }
  };
}

TEST(PeerEntries, ForgedEntryIsDroppedAndCounted) {
  World world;
  world.primary.commit_many(10);
  int pulls_of_it = 0;
  alter_entries(world, [&](Seq seq, protocol::PeerEntry& entry) {
    if (seq != Seq(4)) return;
    ++pulls_of_it;
    entry.head.replace(entry.head.find("\"kind\":\"message\""), 16, "\"kind\":\"massage\"");
  });
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.metric("peer_forged_entries_total"), 1);
  EXPECT_EQ(world.redundant.journalled.size(), 9u) << "the others came";
  EXPECT_FALSE(world.redundant.holdings()[world.primary.origin].contains(Seq(4)));
  EXPECT_TRUE(world.redundant.link->alive());

  world.pass(Ms(59'000));
  EXPECT_EQ(pulls_of_it, 1) << "at most once a minute";
  world.pass(Ms(2'000));
  EXPECT_EQ(pulls_of_it, 2);
  world.on_frame = nullptr;
  world.pass(Ms(61'000));
  expect_equal(world);
}

TEST(PeerEntries, AlteredBodyIsDroppedAndTheRestOfItsRunKept) {
  World world;
  world.primary.commit_many(10);
  const auto pulls = [&] { return world.redundant.metric("peer_pulls_sent_total"); };
  alter_entries(world, [](Seq seq, protocol::PeerEntry& entry) {
    if (seq == Seq(4)) entry.body->back() = ' ';
  });
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.metric("peer_bad_entries_total"), 1);
  EXPECT_EQ(world.redundant.journalled.size(), 9u);
  EXPECT_EQ(pulls(), 1) << "the MAC vouched for the chain, so the run went on";
  world.on_frame = nullptr;
  world.pass(Ms(61'000));
  expect_equal(world);
}

TEST(PeerEntries, AlteredAcceptanceIsDropped) {
  World world;
  world.primary.commit_many(5);
  alter_entries(world, [](Seq seq, protocol::PeerEntry& entry) {
    if (seq == Seq(2)) entry.acc.hlc = protocol::Hlc(entry.acc.hlc.value() + 1);
    if (seq == Seq(3)) entry.acc.seq = Seq(30);
    if (seq == Seq(5)) entry.acc.key = protocol::KeyId("k9");
  });
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.metric("peer_forged_entries_total"), 1);
  EXPECT_EQ(world.redundant.metric("peer_bad_entries_total"), 2);
  EXPECT_EQ(world.redundant.journalled.size(), 2u);
  EXPECT_EQ(world.redundant.metric("peer_set_aside_entries"), 3);
}

TEST(PeerEntries, EntryUnderARetiredKeyIsTaken) {
  World world;
  world.primary.commit();
  auto& keys = world.redundant.config.keys.cluster;
  keys[0].state = protocol::KeyState::kRetired;
  protocol::SecretKey fresh{.id = protocol::KeyId("k2")};
  fresh.bytes.fill(7);
  keys.push_back(fresh);
  world.redundant.start();
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.journalled.size(), 1u);
}

TEST(PeerEntries, EntryUnderACompromisedKeyIsKeptAndCounted) {
  World world;
  world.primary.commit();
  auto& keys = world.redundant.config.keys.cluster;
  keys[0].state = protocol::KeyState::kCompromised;
  protocol::SecretKey fresh{.id = protocol::KeyId("k2")};
  fresh.bytes.fill(7);
  keys.push_back(fresh);
  world.redundant.start();
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.journalled.size(), 1u) << "a hole would never close";
  EXPECT_EQ(world.redundant.metric("peer_compromised_key_entries_total"), 1);
}

TEST(PeerEntries, SwappedEntriesDoNotFitThePeersOwnReport) {
  World world;
  std::vector<Entry> given;
  for (int i = 0; i < 4; ++i) given.push_back(world.redundant.commit());
  for (const Entry& entry : given)
    world.primary.carry(entry);  // carried: the acceptance does not tell the place
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to != &world.redundant) return;
    auto frame = protocol::parse_peer_frame(text);
    auto* entries = frame ? std::get_if<from_peer::Entries>(&*frame) : nullptr;
    if (entries == nullptr || entries->runs.empty()) return;
    std::swap(entries->runs[0].e[1], entries->runs[0].e[2]);
    text = from_peer::encode(*entries);
  };
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.redundant.journalled.empty());
  EXPECT_EQ(world.redundant.metric("peer_bad_entries_total"), 4);
  world.on_frame = nullptr;
  world.pass(Ms(61'000));
  expect_equal(world);
}

TEST(PeerEntries, EntryThatCannotBeReadKeepsNoOtherAway) {
  World world;
  world.primary.commit_many(300);
  int unreadable = 0;
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to != &world.redundant) return;
    auto frame = protocol::parse_peer_frame(text);
    auto* entries = frame ? std::get_if<from_peer::Entries>(&*frame) : nullptr;
    if (entries == nullptr) return;
    for (const auto& run : entries->runs) {
      if (run.a > Seq(123) || run.a.value() + run.e.size() <= 123) continue;
      const auto at = text.rfind(R"("m":")");
      text.replace(at, 6, R"("m":"!)");  // of a form that this version does not know
      ++unreadable;
    }
  };
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.journalled.size(), 299u);
  EXPECT_FALSE(world.redundant.holdings()[world.primary.origin].contains(Seq(123)));
  EXPECT_LT(unreadable, 40);
  EXPECT_TRUE(world.redundant.link->alive());
  world.on_frame = nullptr;
  world.pass(Ms(61'000));
  expect_equal(world);
}

TEST(PeerEntries, WhatThePeerHoldsAndDoesNotDeliverIsAskedForOnceAMinute) {
  World world;
  world.primary.commit_many(10);
  // The row went bad and nobody noticed until it was read.
  const auto row =
      world.primary.journal->read_origin({world.primary.origin, Seq(6), Seq(6), false, 1})
          ->entries[0];
  ASSERT_TRUE(world.primary.journal->corrupt(row.arrival));
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.redundant.journalled.size(), 9u);
  EXPECT_EQ(world.redundant.metric("peer_undelivered_entries_total"), 1);
  world.pass(Ms(30'000));
  EXPECT_EQ(world.redundant.metric("peer_pulls_sent_total"), 1);
  world.pass(Ms(31'000));
  EXPECT_EQ(world.redundant.metric("peer_pulls_sent_total"), 2);
}

TEST(PeerEntries, WhatWasBadIsAskedForAtOnceOfANewIncarnation) {
  World world;
  world.primary.commit_many(10);
  alter_entries(world, [](Seq seq, protocol::PeerEntry& entry) {
    if (seq == Seq(4)) entry.body->back() = ' ';
  });
  world.dial(world.primary, world.redundant);
  world.settle();
  ASSERT_EQ(world.redundant.metric("peer_bad_entries_total"), 1);
  world.on_frame = nullptr;
  world.hang_up_all();
  world.dial(world.primary, world.redundant);
  world.pass(Ms(2'000));
  EXPECT_EQ(world.redundant.journalled.size(), 9u) << "the same incarnation has nothing better";

  world.hang_up_all();
  world.primary.start();
  world.dial(world.primary, world.redundant);
  world.pass(Ms(2'000));
  expect_equal(world);
}

TEST(PeerEntries, AnswerToNoPullIsIgnored) {
  World world;
  world.primary.commit_many(3);
  std::string answer;
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to == &world.redundant && text.find(R"("entries")") != std::string::npos) answer = text;
  };
  const ConnectionId wire = world.dial(world.primary, world.redundant);
  world.settle();
  ASSERT_FALSE(answer.empty());
  world.redundant.carry_out(
      world.redundant.link->frame(wire, answer, world.clock.now()));  // doubled
  world.settle();
  EXPECT_EQ(world.redundant.journalled.size(), 3u);
  EXPECT_EQ(world.redundant.metric("peer_stray_answers_total"), 1);
  expect_equal(world);
}

TEST(PeerEntries, RunOutsideItsPullIsRefused) {
  World world;
  world.primary.commit_many(3);
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to != &world.redundant) return;
    auto frame = protocol::parse_peer_frame(text);
    auto* entries = frame ? std::get_if<from_peer::Entries>(&*frame) : nullptr;
    if (entries == nullptr || entries->runs.empty()) return;
    entries->runs[0].a = Seq(9'007'199'254'740'991);
    text = from_peer::encode(*entries);
  };
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.redundant.journalled.empty());
  EXPECT_EQ(world.redundant.metric("peer_bad_frames_total"), 1);
}

TEST(PeerEntries, RunThatBeginsBeforeItsPullIsRefused) {
  World world;
  world.primary.commit_many(3);
  world.dial(world.primary, world.redundant);
  world.settle();
  ASSERT_EQ(world.redundant.journalled.size(), 3u);
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to != &world.redundant) return;
    auto frame = protocol::parse_peer_frame(text);
    auto* entries = frame ? std::get_if<from_peer::Entries>(&*frame) : nullptr;
    if (entries == nullptr || entries->runs.empty()) return;
    entries->runs[0].a = Seq(entries->runs[0].a.value() - 1);
    text = from_peer::encode(*entries);
  };
  world.primary.commit();
  world.settle();
  EXPECT_EQ(world.redundant.journalled.size(), 3u);
  EXPECT_EQ(world.redundant.metric("peer_bad_frames_total"), 1);
}

TEST(PeerEntries, PullOfNothingIsRefused) {
  World world;
  const ConnectionId wire = world.dial(world.primary, world.redundant);
  world.settle();
  from_peer::Pull pull;
  pull.n = 1;
  pull.o = world.primary.origin;
  pull.a = Seq(7);
  pull.b = Seq(6);
  pull.max = 1000;
  const Actions actions =
      world.primary.link->frame(wire, from_peer::encode(pull), world.clock.now());
  EXPECT_TRUE(actions.reading.empty());
  ASSERT_EQ(actions.closing.size(), 1u);
  EXPECT_TRUE(actions.closing[0].why.starts_with("bad_frame: "));
}

TEST(PeerEntries, PeerThatAsksForEverythingAtOnceIsClosed) {
  World world;
  world.primary.commit();
  const ConnectionId wire = world.dial(world.primary, world.redundant);
  world.settle();
  from_peer::Pull pull;
  pull.o = world.primary.origin;
  pull.a = pull.b = Seq(1);
  pull.max = 1u << 30;
  std::size_t reads = 0, closed = 0;
  for (std::uint64_t n = 1; n <= 100; ++n) {
    pull.n = n;
    const Actions actions =
        world.primary.link->frame(wire, from_peer::encode(pull), world.clock.now());
    reads += actions.reading.size();
    for (const auto& reading : actions.reading) EXPECT_LE(reading.range.bytes_max, 2u << 20);
    closed += actions.closing.size();
  }
  EXPECT_EQ(reads, 64u);
  EXPECT_EQ(closed, 1u);
}

TEST(PeerEntries, UnansweredPullIsMadeAgain) {
  World world;
  world.primary.commit_many(3);
  bool lose = true;
  world.dial(world.primary, world.redundant);
  world.on_frame = [&](Site& to, std::string& text) {
    if (&to == &world.primary && lose && text.find(R"("pull")") != std::string::npos)
      text = R"({"t":"lost"})";
  };
  world.settle();
  lose = false;
  world.pass(Ms(11'000));
  EXPECT_TRUE(world.redundant.journalled.empty());
  world.pass(Ms(2'000));
  expect_equal(world);
}

TEST(PeerEntries, LongEntriesStayUnderTheFrameLimit) {
  World world;
  std::size_t longest = 0;
  world.on_frame = [&](Site&, std::string& text) { longest = std::max(longest, text.size()); };
  world.primary.commit_many(3'000);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_LE(longest, 300u << 10);
}

}  // namespace
}  // namespace holdfast::replication
