#include "replication/verify.h"

#include <gtest/gtest.h>

#include "replication/test_world.h"

namespace holdfast::replication {
namespace {

using Kind = Difference::Kind;
using protocol::Seq;

VerifyReport report_of(Site& site, const Mark& mark) {
  ChatSummer summer(mark);
  EXPECT_TRUE(sum_journal(*site.journal, summer));
  return {.name = site.deployment == protocol::Deployment::kPrimary ? "primary" : "redundant",
          .build = "1.0",
          .config_digest = "c",
          .holdings = site.holdings(),
          .chats = summer.sums()};
}

Mark mark_now(World& world) {
  return mark_of(world.primary.holdings(), world.redundant.holdings());
}

std::vector<Difference> verify(World& world, const Mark& mark) {
  return compare(mark, report_of(world.primary, mark), report_of(world.redundant, mark));
}

World& synchronised(World& world) {
  world.dial(world.primary, world.redundant);
  world.primary.commit_many(5, "c1");
  world.redundant.commit_many(5, "c2");
  world.primary.commit("");
  world.settle();
  return world;
}

TEST(Verify, SynchronisedDeploymentsAreTheSame) {
  World world;
  const auto differences = verify(synchronised(world), mark_now(world));
  EXPECT_TRUE(differences.empty()) << differences[0].text;
}

TEST(Verify, WhatArrivesAfterTheMarkDoesNotCount) {
  World world;
  const Mark mark = mark_now(synchronised(world));
  world.primary.commit_many(3);
  EXPECT_TRUE(verify(world, mark).empty());
}

TEST(Verify, LackingEntriesAreNamedWithTheirDeploymentAndChat) {
  World world;
  synchronised(world);
  world.hang_up_all();
  world.primary.commit_many(2, "c3");
  const Mark mark = mark_now(world);
  EXPECT_FALSE(reached(world.redundant.holdings(), mark));
  const auto differences = verify(world, mark);
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_EQ(differences[0].kind, Kind::kLacking);
  EXPECT_EQ(differences[0].text,
            "redundant lacks 2 entries of " + world.primary.origin.value() + ": 7..8");
  EXPECT_EQ(differences[1].kind, Kind::kChat);
  EXPECT_TRUE(differences[1].text.ends_with(" of shop: 2 entries at primary, 0 at redundant"))
      << differences[1].text;
  EXPECT_FALSE(same(differences));
}

TEST(Verify, HoleThatBothHaveIsEqual) {
  World world;
  synchronised(world);
  world.primary.pulling = world.redundant.pulling = false;
  world.primary.start();
  world.redundant.start();
  const auto old = world.primary.journal->holdings()->begin()->first;
  world.primary.quarantine(old, Seq(3));
  ASSERT_FALSE(same(verify(world, mark_now(world))));
  world.redundant.quarantine(old, Seq(3));
  EXPECT_TRUE(verify(world, mark_now(world)).empty());
}

TEST(Verify, SameNumbersWithOtherEntriesAreAFork) {
  World world;
  synchronised(world);
  const auto backup = world.primary.journal->clone();
  const auto last = world.primary.last;
  const auto h = world.primary.h;
  world.hang_up_all();
  world.primary.commit_many(2, "c1");
  const auto branch = world.primary.journal->clone();
  world.primary.journal->restore(*backup);
  world.primary.last = last;
  world.primary.h = h;
  world.primary.link = std::make_unique<PeerLink>(world.primary.config, world.random);
  world.primary.carry_out(
      world.primary.link->holdings(world.primary.holdings(), world.clock.now()));
  world.primary.commit_many(2, "c1");
  world.redundant.journal->restore(*branch);
  const auto differences = verify(world, mark_now(world));
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_EQ(differences[0].kind, Kind::kFork);
  EXPECT_EQ(differences[1].kind, Kind::kChat);
  EXPECT_TRUE(differences[1].text.ends_with("7 entries at both, not the same"))
      << differences[1].text;
}

TEST(Verify, OtherVersionIsANoticeAndOtherConfigurationADifference) {
  World world;
  const Mark mark = mark_now(synchronised(world));
  auto a = report_of(world.primary, mark), b = report_of(world.redundant, mark);
  b.build = "1.1";
  auto differences = compare(mark, a, b);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].text, "primary runs 1.0, redundant runs 1.1");
  EXPECT_TRUE(same(differences));
  b.config_digest = "d";
  differences = compare(mark, a, b);
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_EQ(differences[1].kind, Kind::kConfig);
  EXPECT_FALSE(same(differences));
}

TEST(Verify, ManyGapsAreToldInFew) {
  World world;
  world.primary.pulling = false;
  world.primary.start();
  world.primary.commit_many(20);
  for (std::uint64_t seq = 2; seq <= 20; seq += 2)
    world.primary.quarantine(world.primary.origin, Seq(seq));
  const auto differences = verify(world, mark_now(world));
  ASSERT_FALSE(differences.empty());
  EXPECT_TRUE(differences[0].text.ends_with("1, 3, 5, 7, 9 and 5 more")) << differences[0].text;
}

}  // namespace
}  // namespace holdfast::replication
