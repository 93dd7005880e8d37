#include "moderator/alerts/alert_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::alerts {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

struct AlertBookTest : ::testing::Test {
  ManualClock clock;
  AlertBook book{Ms(3'600'000)};
  std::vector<Symptom> wrong;

  // Looks each second, for so long.
  std::vector<Alert> run(std::int64_t seconds) {
    std::vector<Alert> all;
    for (std::int64_t i = 0; i < seconds; ++i) {
      clock.advance(Ms(1'000));
      for (Alert& alert : book.see(wrong, clock.now())) all.push_back(std::move(alert));
    }
    return all;
  }
};

TEST_F(AlertBookTest, ATroubleIsToldOnceRemindedOfAndEnded) {
  wrong = {{"primary.down", "Primary is down."}};
  const auto raised = run(1'800);
  ASSERT_THAT(raised, SizeIs(1));
  EXPECT_EQ(raised[0].stage, Stage::kRaised);
  EXPECT_EQ(raised[0].count, 1u);
  EXPECT_EQ(book.open(), 1u);

  const auto reminded = run(2 * 3'600 - 1'800);
  ASSERT_THAT(reminded, SizeIs(1)) << "at most once an hour";
  EXPECT_EQ(reminded[0].stage, Stage::kReminded);
  EXPECT_EQ(reminded[0].id, raised[0].id);
  EXPECT_EQ(reminded[0].count, 2u);

  wrong.clear();
  const auto resolved = run(120);
  ASSERT_THAT(resolved, SizeIs(1));
  EXPECT_EQ(resolved[0].stage, Stage::kResolved);
  EXPECT_EQ(resolved[0].id, raised[0].id);
  EXPECT_EQ(resolved[0].since, raised[0].since);
  EXPECT_EQ(book.open(), 0u);
}

TEST_F(AlertBookTest, WhatComesAndGoesIsOneTrouble) {
  std::vector<Alert> all;
  for (int i = 0; i < 20; ++i) {
    wrong = {{"primary.down", "x"}};
    for (auto& alert : run(5)) all.push_back(alert);
    wrong.clear();
    for (auto& alert : run(30)) all.push_back(alert);
  }
  EXPECT_THAT(all, SizeIs(1));
}

TEST_F(AlertBookTest, NobodyIsToldOfWhatPassesBeforeItsPatienceIsOver) {
  wrong = {{"primary.lag", "x", Ms(60'000)}};
  EXPECT_THAT(run(60), IsEmpty());
  wrong.clear();
  EXPECT_THAT(run(120), IsEmpty());
  wrong = {{"primary.lag", "x", Ms(60'000)}};
  EXPECT_THAT(run(61), SizeIs(1));
}

TEST_F(AlertBookTest, TheNextTroubleOfThatNameIsAnotherOne) {
  wrong = {{"primary.down", "x"}};
  const std::string first = run(1)[0].id;
  wrong.clear();
  run(120);
  wrong = {{"primary.down", "x"}};
  EXPECT_NE(run(1)[0].id, first);
}

TEST_F(AlertBookTest, ASwitchIsToldByItself) {
  moderator::Status status{};
  EXPECT_FALSE(book.see_verdict(status, clock.now())) << "no verdict yet";
  status.epoch = protocol::Epoch(1);
  EXPECT_FALSE(book.see_verdict(status, clock.now())) << "where it was is no news";
  status.epoch = protocol::Epoch(2);
  status.active = protocol::Deployment::kRedundant;
  status.why = "failover: primary is unhealthy (chat, peer)";
  const auto alert = book.see_verdict(status, clock.now());
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->id, "switch-2");
  EXPECT_EQ(alert->text, "Redundant is active now (failover: primary is unhealthy (chat, peer)).");
  EXPECT_FALSE(book.see_verdict(status, clock.now()));
}

}  // namespace
}  // namespace holdfast::alerts
