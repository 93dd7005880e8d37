#include "moderator/record/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::record {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

Incident failure(Deployment deployment = Deployment::kPrimary) {
  Incident incident{Kind::kDeployment, WallMs(0), WallMs(192'000), deployment, "chat, peer"};
  incident.was_active = deployment == Deployment::kPrimary;
  if (incident.was_active) incident.took_over = Ms(900);
  return incident;
}

TEST(RecordWords, AnIncidentIsASentence) {
  EXPECT_EQ(in_words(failure(), {}),
            "3 min 12 s: Primary did not carry chats; Redundant took over after 0.9 s; no browser "
            "reported trouble.");
  Incident noticed = failure();
  noticed.hedges_won = 12;
  noticed.failed_connects = 1;
  EXPECT_THAT(in_words(noticed, {}),
              HasSubstr("; 12 messages went the other way in time, 1 attempt "
                        "to connect had to go elsewhere."));
}

TEST(RecordWords, OnlyAStandbyThatFailedAloneWasNotToBeNoticed) {
  Incident standby = failure(Deployment::kRedundant);
  EXPECT_THAT(in_words(standby, {}), EndsWith("it was not the active one: nobody could notice."));
  standby.dark = Ms(40'000);
  EXPECT_THAT(in_words(standby, {}), EndsWith("for 40 s of it neither deployment carried chats."));
  EXPECT_THAT(in_words(failure(), {}), Not(HasSubstr("nobody")));
}

TEST(RecordWords, WhatGoesOnSaysSo) {
  Incident open = failure();
  open.until.reset();
  open.took_over.reset();
  EXPECT_THAT(in_words(open, WallMs(61'000)),
              ::testing::StartsWith("1 min 1 s and still: Primary did not carry chats; Redundant "
                                    "was not made active"));
}

TEST(RecordWords, NamesNobody) {
  const Incident switched{Kind::kSwitch, WallMs(0), WallMs(0), Deployment::kRedundant,
                          "manual: ordered by a:ann"};
  EXPECT_EQ(in_words(switched, {}), "Redundant was made active by the people who run it.");
  EXPECT_EQ(
      in_words({Kind::kMaintenance, WallMs(0), WallMs(60'000), Deployment::kPrimary, "a:ann"}, {}),
      "1 min 0 s: maintenance of Primary.");
}

}  // namespace
}  // namespace holdfast::record
