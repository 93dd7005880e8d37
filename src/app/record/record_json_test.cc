#include "app/record/record_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/record/fold.h"

namespace holdfast::app {
namespace {

using record::Condition;
using record::Deployment;
using ::testing::HasSubstr;

// Both carried chats for an hour; then both were down for 10 s.
PublishedRecord an_hour() {
  PublishedRecord published;
  const WallMs begin = record::begin_of(20'000);
  record::Summary& summary = published.summary;
  record::fold(summary, record::Began{begin, "b"});
  for (const Deployment each : record::kDeployments) {
    record::fold(summary, record::Turned{begin, each, Condition::kUp, begin, ""});
  }
  record::fold(summary, record::Decided{begin, record::Epoch(1), record::Cause::kOther, "start"});
  for (int minute = 1; minute <= 60; ++minute) {
    const WallMs at = begin + Ms(60'000) * minute;
    record::Sample sample{at, at - Ms(60'000), {}};
    sample.sides[0].clients = 100;
    sample.sides[0].hedges_won = minute == 60 ? 59 : 0;
    sample.promises.kept = 30;
    record::fold(summary, sample);
  }
  const WallMs end = begin + Ms(3'600'000);
  for (const Deployment each : record::kDeployments) {
    record::fold(summary, record::Turned{end, each, Condition::kDown, end, "chat"});
  }
  for (const Deployment each : record::kDeployments) {
    const WallMs up = end + Ms(10'000);
    record::fold(summary, record::Turned{up, each, Condition::kUp, up, ""});
  }
  published.at = end + Ms(10'000);
  return published;
}

TEST(RecordJson, GivesTheFiguresOfAMonthAndOfAllDays) {
  const json::Object object = record_json(an_hour());
  const auto& month = object.at("figures").at(0).as_object();
  EXPECT_EQ(month.at("days"), 30);
  EXPECT_EQ(month.at("service").at("down_ms"), 10'000);
  EXPECT_EQ(month.at("service").at("observed_ms"), 3'610'000);
  EXPECT_EQ(month.at("service").at("availability"), "99.7229 %");
  EXPECT_EQ(month.at("service").at("nines"), 2);
  EXPECT_EQ(month.at("budget").at("allowed_ms"), 259'200);
  EXPECT_EQ(month.at("budget").at("left_ms"), 249'200);
  EXPECT_EQ(month.at("promises_kept"), 1'800);
  EXPECT_EQ(month.at("promises_lost"), 0);
  EXPECT_EQ(month.at("messages_unsaid"), 0);
  EXPECT_EQ(month.at("windows"), 13);
  EXPECT_EQ(month.at("windows_dark"), 1);
  EXPECT_EQ(month.at("client_ms_dark"), 1'000'000);
  EXPECT_NEAR(month.at("hedges_per_1000_client_minutes").as_double(), 59.0 / 5'916.7 * 1'000, 0.01);
  EXPECT_EQ(object.at("figures").at(1).at("days"), 90);
  EXPECT_THAT(std::string(object.at("words").at(2).as_string()),
              HasSubstr("10 s: neither deployment carried chats."));
}

TEST(RecordJson, ComesBackAsItWasHandedOver) {
  const PublishedRecord before = an_hour();
  const auto after = read_record_json(json::serialize(record_json(before)));
  ASSERT_TRUE(after) << after.error().why;
  EXPECT_EQ(after->summary, before.summary);
  EXPECT_EQ(after->at, before.at);
  EXPECT_EQ(after->config.target, before.config.target);
}

TEST(RecordJson, WhatIsHandedOverFitsIntoOneRequest) {
  PublishedRecord big = an_hour();
  big.config.days = 400;
  record::Day day = big.summary.days.begin()->second;
  day.service = {Ms(86'300'000), Ms(100'000), Ms(0)};
  for (record::SideDay& side : day.sides) {
    side = {day.service, 86'400, 1'234, 12'345, 1'234, 123, 123'456};
  }
  for (int i = 0; i < 400; ++i) big.summary.days[20'000 - i] = day;
  for (int i = 0; i < 1'000; ++i) {
    big.summary.incidents.push_back({record::Kind::kSwitch, big.at - Ms(1'000 - i), big.at,
                                     Deployment::kPrimary, std::string(100, 'x')});
  }
  const std::string text = hand_over_text(big);
  EXPECT_LT(text.size(), 65'536u);
  const auto read = read_record_json(text);
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_EQ(read->summary.days.size(), 90u);
  EXPECT_GT(read->summary.incidents.size(), 10u);
  EXPECT_EQ(read->summary.incidents.back().from, big.at - Ms(1));
}

TEST(RecordJson, WhatIsWrongIsNamed) {
  json::Object object = record_json(an_hour());
  object["target"] = 1.0;
  EXPECT_THAT(read_record_json(json::serialize(object)).error().why, HasSubstr("target"));
  object["v"] = 2;
  EXPECT_THAT(read_record_json(json::serialize(object)).error().why, HasSubstr("v: 2"));
  EXPECT_FALSE(read_record_json("[]"));
}

TEST(RecordJson, AShareIsCutAndNeverRoundedUp) {
  EXPECT_EQ(share_text(999'999, 1'000'000), "99.99 %");
  EXPECT_EQ(share_text(1, 3), "33.33 %");
  EXPECT_EQ(share_text(0, 0), "none");
}

}  // namespace
}  // namespace holdfast::app
