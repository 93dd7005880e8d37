// An origin has one writer. When it has two chains all the same, its writer was rolled back or
// cloned, and nothing that either chain holds may be lost.
#include <gtest/gtest.h>

#include "base/random.h"
#include "protocol/hashes.h"
#include "replication/fork_search.h"
#include "replication/fork_watch.h"
#include "replication/test_world.h"

namespace holdfast::replication {
namespace {

using protocol::Digest;
using protocol::Entry;
using protocol::Origin;
using protocol::Seq;

// The process runs on while its journal and its memory are those of `backup`: a snapshot of the
// machine was restored.
void roll_back(Site& site, const journal::MemoryJournal& backup, Seq last, protocol::ChainHash h) {
  site.world.hang_up_all();
  site.journal->restore(backup);
  site.last = last;
  site.h = h;
  site.link = std::make_unique<PeerLink>(site.config, site.world.random);
  site.carry_out(site.link->holdings(*site.journal->holdings(), site.world.clock.now()));
  site.carry_out(site.link->set_pulling(true, site.world.clock.now()));
}

struct Snapshot {
  std::unique_ptr<journal::MemoryJournal> journal;
  Seq last;
  protocol::ChainHash h;
};
Snapshot snapshot_of(Site& site) {
  return {site.journal->clone(), site.last, site.h};
}

TEST(PeerFork, RolledBackOriginIsFrozen) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(8);
  world.settle();
  const Snapshot snapshot = snapshot_of(world.primary);
  const Origin before = world.primary.origin;
  world.primary.commit_many(5);
  world.settle();
  roll_back(world.primary, *snapshot.journal, snapshot.last, snapshot.h);
  const Entry branch = world.primary.commit();  // 9 again, and another one

  world.dial(world.primary, world.redundant);
  world.settle();
  ASSERT_EQ(world.primary.rolled_back, std::vector{before});
  EXPECT_NE(world.primary.origin, before);
  EXPECT_TRUE(world.redundant.rolled_back.empty());
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.primary.events().size(), 14u)
      << "8 before, 5 that only the peer had, and the branch";
  EXPECT_TRUE(world.redundant.events()[branch.content->digest].contains(branch.acceptance.mac))
      << "as it was accepted";
  EXPECT_EQ(world.primary.holdings()[before].highest(), Seq(13));
}

TEST(PeerFork, RolledBackOriginThatAcceptedNothingIsFrozenToo) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(4);
  world.settle();
  const Snapshot snapshot = snapshot_of(world.primary);
  world.primary.commit_many(2);
  world.settle();
  roll_back(world.primary, *snapshot.journal, snapshot.last, snapshot.h);
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_EQ(world.primary.rolled_back.size(), 1u);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.primary.events().size(), 6u);
}

TEST(PeerFork, LongerBranchThanThePeersIsFoundByItsHash) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(50);
  world.settle();
  const Snapshot snapshot = snapshot_of(world.primary);
  world.primary.commit_many(3);
  world.settle();
  roll_back(world.primary, *snapshot.journal, snapshot.last, snapshot.h);
  world.primary.commit_many(40);  // 51..90, of which the peer holds others as 51..53
  world.dial(world.redundant, world.primary);
  world.settle();
  ASSERT_EQ(world.primary.rolled_back.size(), 1u);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.redundant.events().size(), 93u);
  EXPECT_LE(world.primary.holdings()[world.primary.origin].highest(), Seq(40))
      << "only the branch was re-entered";
}

TEST(PeerFork, CloneIsDetected) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(5);
  world.settle();
  world.hang_up_all();
  // A copy of the machine comes up beside it, and both carry on as the same origin.
  Site clone(world, protocol::Deployment::kPrimary);
  clone.start();
  clone.config.origin = world.primary.origin;
  clone.origin = world.primary.origin;
  roll_back(clone, *world.primary.journal->clone(), world.primary.last, world.primary.h);
  world.primary.commit_many(2);
  clone.commit_many(3);
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  world.hang_up_all();
  world.dial(clone, world.redundant);
  while (clone.work() || world.step()) {
  }
  EXPECT_EQ(clone.rolled_back, std::vector{world.primary.origin});
  EXPECT_NE(clone.origin, world.primary.origin);
  world.dial(clone, world.redundant);
  while (clone.work() || world.step()) {
  }
  world.hang_up_all();
  EXPECT_EQ(clone.events(), world.redundant.events());
  // The original was never in doubt.
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.primary.rolled_back.empty());
  expect_equal(world);
  EXPECT_EQ(world.primary.events().size(), 10u);
}

TEST(PeerFork, ForkOfAnEarlierIncarnationLosesNothing) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(5);
  world.settle();
  const Snapshot snapshot = snapshot_of(world.primary);
  const Origin before = world.primary.origin;
  world.primary.commit_many(5);
  world.settle();
  roll_back(world.primary, *snapshot.journal, snapshot.last, snapshot.h);
  world.primary.commit_many(7);
  world.primary.start();  // it was rolled back, accepted, and started again before it met its peer
  world.primary.commit();
  world.dial(world.primary, world.redundant);
  world.settle();
  ASSERT_EQ(world.primary.rolled_back, std::vector{before});
  world.dial(world.primary, world.redundant);
  world.settle();
  expect_equal(world);
  EXPECT_EQ(world.primary.events().size(), 18u);
  EXPECT_EQ(world.primary.metric("peer_forked_origins"), 0);
  EXPECT_EQ(world.redundant.metric("peer_forked_origins"), 0);
}

TEST(PeerFork, ThePeersForkIsItsOwnToMend) {
  World world;
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(5);
  world.settle();
  const Snapshot snapshot = snapshot_of(world.primary);
  world.primary.commit_many(2);
  world.settle();
  roll_back(world.primary, *snapshot.journal, snapshot.last, snapshot.h);
  const Entry branch = world.primary.commit();
  world.primary.config.origin =
      Origin("primary/other/01J00000000000000000000000");  // the writer never answers for it
  world.primary.start();
  world.primary.commit();
  world.primary.pulling = false;
  world.primary.carry_out(world.primary.link->set_pulling(false, world.clock.now()));
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_GE(world.redundant.metric("peer_forks_seen_total"), 1);
  EXPECT_TRUE(world.redundant.rolled_back.empty());
  EXPECT_FALSE(world.redundant.link->peer_holds(branch.origin, branch.seq))
      << "a fork fakes no `safe`";
  EXPECT_FALSE(world.primary.link->peer_holds(branch.origin, branch.seq));
  EXPECT_TRUE(world.redundant.events().contains(
      world.primary.journal->read_arrivals(journal::Arrival(0), 1 << 20)
          ->entries.back()
          .entry.content->digest))
      << "other origins go on";
}

TEST(PeerFork, BookThatLagsBehindTheJournalIsNoRollback) {
  World world;
  // Two nodes of one deployment share its journal; the second one tells the peer of an entry before
  // the first has heard that its own commit is durable.
  world.dial(world.primary, world.redundant);
  world.settle();
  Entry entry = world.primary.commit();
  world.settle();
  auto late = std::make_unique<PeerLink>(world.primary.config, world.random);
  world.hang_up_all();
  world.primary.link = std::move(late);
  world.primary.carry_out(world.primary.link->holdings({}, world.clock.now()));
  world.dial(world.primary, world.redundant);
  world.settle();
  EXPECT_TRUE(world.primary.rolled_back.empty());
  world.primary.carry_out(world.primary.link->held({entry}, world.clock.now()));
  world.settle();
  EXPECT_TRUE(world.primary.link->peer_holds(entry.origin, entry.seq));
}

// ---- the search by itself ----

protocol::ChainHash hash_of(std::uint64_t seq, bool branch) {
  return protocol::ChainHash(sha256(std::to_string(seq), std::string_view(branch ? "b" : "a")));
}

TEST(ForkSearch, FindsTheLastCommonEntryOfAnyTwoChains) {
  for (std::uint64_t common = 0; common < 40; ++common) {
    for (std::uint64_t known = 0; known <= common; known += 7) {
      for (std::uint64_t differs = common + 1; differs < 60; differs += 5) {
        ForkSearch search{Seq(known), Seq(differs)};
        int probes = 0;
        while (const auto probe = search.probe()) {
          ASSERT_LT(++probes, 10);
          search.theirs(*probe, hash_of(probe->value(), probe->value() > common));
          search.ours(*probe, hash_of(probe->value(), false));
        }
        EXPECT_EQ(search.last_common(), Seq(common));
      }
    }
  }
}

TEST(ForkSearch, HoleCountsAsDifferent) {
  ForkSearch search(Seq(0), Seq(10));
  while (const auto probe = search.probe()) {
    search.ours(*probe, hash_of(probe->value(), false));
    search.theirs(
        *probe, probe->value() >= 5 ? std::nullopt : std::optional(hash_of(probe->value(), false)));
  }
  EXPECT_EQ(search.last_common(), Seq(4));
}

const Origin kOwn("primary/n1/01J00000000000000000000002");
const Origin kEarlier("primary/n1/01J00000000000000000000001");
const Origin kNeighbour("primary/n2/01J00000000000000000000001");
const Origin kThePeers("redundant/n1/01J00000000000000000000001");

bool searches(ForkWatch& watch, const Origin& origin, bool pulling, MonoMs now) {
  watch.contradicted(origin, Seq(3), Seq(9), pulling, now);
  return !watch.take_probes(now).empty();
}

TEST(ForkWatch, AnswersForTheOriginsOfItsNode) {
  ForkWatch watch(kOwn, 3'000, 60'000);
  EXPECT_TRUE(searches(watch, kOwn, false, MonoMs(0)));
  EXPECT_TRUE(searches(watch, kEarlier, false, MonoMs(0)));
  EXPECT_FALSE(searches(watch, kThePeers, true, MonoMs(0)));
  EXPECT_FALSE(searches(watch, kThePeers, true, MonoMs(3'600'000)));
}

TEST(ForkWatch, TakesANeighboursForkWhenItHasStoodForAMinute) {
  ForkWatch watch(kOwn, 3'000, 60'000);
  EXPECT_FALSE(searches(watch, kNeighbour, true, MonoMs(0)));
  EXPECT_FALSE(searches(watch, kNeighbour, true, MonoMs(59'999)));
  EXPECT_FALSE(searches(watch, kNeighbour, false, MonoMs(60'000))) << "only whoever pulls";
  EXPECT_TRUE(searches(watch, kNeighbour, true, MonoMs(60'000)));
}

TEST(ForkWatch, NeighboursForkThatItMendedItselfIsForgotten) {
  ForkWatch watch(kOwn, 3'000, 60'000);
  EXPECT_FALSE(searches(watch, kNeighbour, true, MonoMs(0)));
  watch.agrees(kNeighbour);
  EXPECT_FALSE(searches(watch, kNeighbour, true, MonoMs(60'000)));
}

TEST(ForkWatch, SilenceEndsTheSearchWithWhatIsKnown) {
  ForkWatch watch(kOwn, 3'000, 60'000);
  ASSERT_TRUE(searches(watch, kOwn, true, MonoMs(0)));
  EXPECT_FALSE(watch.take_rollback(MonoMs(2'999)));
  const auto rollback = watch.take_rollback(MonoMs(3'000));
  ASSERT_TRUE(rollback);
  EXPECT_EQ(rollback->origin, kOwn);
  EXPECT_EQ(rollback->last_common, Seq(3));
  EXPECT_FALSE(watch.take_rollback(MonoMs(9'000))) << "once";
}

TEST(ForkWatch, LostConnectionBeginsTheSearchAgain) {
  ForkWatch watch(kOwn, 3'000, 60'000);
  ASSERT_TRUE(searches(watch, kOwn, true, MonoMs(0)));
  watch.disconnected();
  EXPECT_FALSE(watch.take_rollback(MonoMs(60'000)));
  EXPECT_TRUE(searches(watch, kOwn, true, MonoMs(60'000)));
}

}  // namespace
}  // namespace holdfast::replication
