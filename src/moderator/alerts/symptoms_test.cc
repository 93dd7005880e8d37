#include "moderator/alerts/symptoms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::alerts {
namespace {

using moderator::Signal;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const WallMs kNow{1'700'000'000'000};

struct Symptoms : ::testing::Test {
  moderator::Status status = well();
  OwnState own;

  static moderator::Status well() {
    moderator::Status status{};
    status.active = protocol::Deployment::kPrimary;
    status.epoch = protocol::Epoch(1);
    for (moderator::DeploymentStatus* side : {&status.primary, &status.redundant}) {
      side->looked = side->healthy = side->usable = side->answers = true;
      side->signals = {Signal::kGood, Signal::kGood, Signal::kGood, Signal::kGood};
      side->state.ready = true;
      side->state.version = "1";
    }
    return status;
  }
  std::vector<Symptom> all() const { return symptoms_of(status, own, {}, kNow); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Symptom& symptom : all()) names.push_back(symptom.name);
    return names;
  }
};

TEST_F(Symptoms, ThereAreNoneWhileAllIsWell) {
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Symptoms, AStandbyThatFailsIsOne) {
  status.redundant.signals.chat = Signal::kBad;
  EXPECT_THAT(names(), ElementsAre("redundant.down"));
  EXPECT_THAT(all()[0].text, HasSubstr("It is the standby"));
}

TEST_F(Symptoms, WhatIsInMaintenanceMayBeDown) {
  status.redundant.healthy = false;
  status.redundant.state.ready = false;
  status.maintenance =
      moderator::MaintenanceStatus{{protocol::Deployment::kRedundant, "a", kNow, {}, false},
                                   moderator::MaintenanceStep::kSafe,
                                   ""};
  EXPECT_THAT(names(), IsEmpty());
  status.maintenance->order.deployment = protocol::Deployment::kPrimary;
  EXPECT_THAT(names(), ElementsAre("redundant.down", "redundant.refuses"));
}

TEST_F(Symptoms, BothDownIsSaidAsWell) {
  status.primary.healthy = status.redundant.healthy = false;
  EXPECT_THAT(names(), ElementsAre("primary.down", "redundant.down", "chat.down"));
}

TEST_F(Symptoms, LagClockAndVersionsHaveTheirThresholds) {
  status.primary.state.behind = 999;
  own.clocks_off = {Ms(-999), std::nullopt};
  EXPECT_THAT(names(), IsEmpty());
  status.primary.state.behind = 1'000;
  own.clocks_off = {Ms(-1'000), Ms(5'500)};
  status.redundant.state.version = "2";
  EXPECT_THAT(names(),
              ElementsAre("primary.lag", "primary.clock", "redundant.clock", "versions.differ"));
  EXPECT_EQ(all()[0].patience, Ms(60'000));
  EXPECT_EQ(all()[3].patience, Ms(86'400'000));
  EXPECT_THAT(all()[2].text, HasSubstr("5.5 s apart"));
}

TEST_F(Symptoms, WhatIsNotHeardIsNotJudged) {
  status.primary.answers = false;
  status.primary.state.behind = 100'000;
  status.primary.state.version = "9";
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Symptoms, ACertificateIsOneFromTwoWeeksBeforeItsEnd) {
  constexpr Ms kDay{86'400'000};
  status.primary.state.certificate_expires = kNow + 14 * kDay;
  EXPECT_THAT(names(), IsEmpty());
  status.primary.state.certificate_expires = kNow + 14 * kDay - Ms(1);
  own.certificate_expires = kNow;
  EXPECT_THAT(names(), ElementsAre("primary.certificate", "moderator.certificate"));
  EXPECT_EQ(all()[0].text, "The certificate of Primary expires in 13 days.");
  EXPECT_EQ(all()[1].text, "The certificate of the Moderator has expired.");
}

TEST_F(Symptoms, ALostMessageIsOneAndSoIsOneThatNobodySaid) {
  own.messages_lost = 2;
  own.messages_unsaid = 1;
  EXPECT_THAT(names(), ElementsAre("messages.lost", "messages.unsaid"));
  EXPECT_THAT(all()[0].text, HasSubstr("2 trial messages"));
}

TEST_F(Symptoms, TheModeratorsOwnDiskIsLookedAt) {
  own.store_failing = true;
  own.record_failing = "no space";
  EXPECT_THAT(names(), ElementsAre("moderator.store", "moderator.record"));
}

}  // namespace
}  // namespace holdfast::alerts
