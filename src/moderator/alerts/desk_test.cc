#include "moderator/alerts/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::alerts {
namespace {

using protocol::Deployment;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct DeskTest : ::testing::Test {
  ManualClock clock;
  Desk desk{Ms(3'600'000)};
  std::vector<Symptom> wrong;
  moderator::Status status;

  DeskTest() {
    status.epoch = protocol::Epoch(1);
    status.active = Deployment::kPrimary;
  }
  // Looks each second, for so long; the names of what was told.
  std::vector<std::string> run(std::int64_t seconds, bool for_all) {
    std::vector<std::string> told;
    for (std::int64_t i = 0; i < seconds; ++i) {
      clock.advance(Ms(1'000));
      for (const Alert& alert : desk.look(wrong, status, for_all, clock.now()))
        told.push_back(alert.name);
    }
    return told;
  }
  void fail_over() {
    status.epoch = protocol::Epoch(2);
    status.active = Deployment::kRedundant;
    wrong = {{"primary.down", "x"}};
  }
};

TEST(SpeaksForAll, TheFirstByNameOfThoseAtWork) {
  EXPECT_TRUE(speaks_for_all("m1", {}));
  EXPECT_TRUE(speaks_for_all("m1", {"m2", "m3"}));
  EXPECT_FALSE(speaks_for_all("m2", {"m3", "m1"}));
  EXPECT_TRUE(speaks_for_all("m2", {"m3"})) << "m1 is away";
}

TEST_F(DeskTest, OneTellsOfTheDeployments) {
  run(5, true);
  fail_over();
  EXPECT_THAT(run(60, true), ElementsAre("switch", "primary.down"));
}

TEST_F(DeskTest, TheOthersTellOfThemselvesAlone) {
  run(5, false);
  fail_over();
  wrong.push_back({"moderator.record", "x"});
  EXPECT_THAT(run(600, false), ElementsAre("moderator.record"));
}

TEST_F(DeskTest, WhoTakesOverTellsWhatHoldsAndTheSwitchThatCameMeanwhile) {
  run(5, false);
  fail_over();
  EXPECT_THAT(run(8, false), IsEmpty()) << "the first one may be at work";
  EXPECT_THAT(run(60, true), ElementsAre("switch", "primary.down"));
}

TEST_F(DeskTest, AStoreThatComesAndGoesMakesNobodySpeak) {
  run(5, false);
  wrong = {{"primary.down", "x"}};
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(run(5, true), IsEmpty());
    EXPECT_THAT(run(5, false), IsEmpty());
  }
}

TEST_F(DeskTest, AnOldSwitchIsNoNewsToWhoTakesOver) {
  run(5, false);
  fail_over();
  run(120, false);
  EXPECT_THAT(run(60, true), ElementsAre("primary.down"));
}

TEST_F(DeskTest, WhoHandsOverDoesNotSayThatItIsOver) {
  run(5, true);
  fail_over();
  run(60, true);
  EXPECT_THAT(run(600, false), IsEmpty());
  EXPECT_THAT(run(15, true), ElementsAre("primary.down")) << "told again, as new";
}

}  // namespace
}  // namespace holdfast::alerts
