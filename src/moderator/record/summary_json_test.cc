#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/record/fold.h"

namespace holdfast::record {
namespace {

using ::testing::HasSubstr;

Summary some_summary() {
  Summary summary;
  const WallMs at = begin_of(20'000);
  fold(summary, Began{at, "b"});
  for (const Deployment each : kDeployments) {
    fold(summary, Turned{at, each, Condition::kUp, at, ""});
  }
  fold(summary, Decided{at, Epoch(1), Cause::kOther, "start"});
  fold(summary, Maintained{at + Ms(1), Deployment::kRedundant, Step::kBegun, "a:ann"});
  fold(summary, Turned{at + Ms(9), Deployment::kRedundant, Condition::kDown, at + Ms(2), "chat"});
  fold(summary,
       Sample{at + Ms(60'000), at, {Counts{1, 2, 3, 4, 5, 6, 7}, Counts{}}, Promises{5, 1, 2}});
  fold(summary, Turned{at + Ms(60'009), Deployment::kPrimary, Condition::kDown, at + Ms(60'004),
                       "chat, peer"});
  fold(summary, Turned{at + Ms(60'020), Deployment::kRedundant, Condition::kUp, at, ""});
  fold(summary, Decided{at + Ms(60'021), Epoch(2), Cause::kFailover, "failover: x"});
  fold(summary, Froze{at + Ms(60'022), true, "a:ann"});
  return summary;
}

// As it comes out of a file.
json::Object written(const Summary& summary) {
  return json::parse_object(json::serialize(object_of(summary))).value();
}

TEST(RecordSummary, ComesBackAsItWasWritten) {
  const Summary summary = some_summary();
  const auto read = read_summary(written(summary));
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_EQ(*read, summary) << json::serialize(written(summary));
  EXPECT_EQ(*read_summary(written({})), Summary{});
}

TEST(RecordSummary, WhatIsWrongIsNamed) {
  json::Object object = written(some_summary());
  object["v"] = 2;
  EXPECT_THAT(read_summary(object).error().why, HasSubstr("v: 2"));
  object["v"] = 1;
  object["days"].as_array()[0].as_object()["dark_windows"] = json::Array{288};
  EXPECT_THAT(read_summary(object).error().why, HasSubstr("dark_windows"));
  object["days"] = json::Array{7};
  EXPECT_THAT(read_summary(object).error().why, HasSubstr("days"));
}

TEST(RecordSummary, KeepsTheNewestThousandIncidents) {
  Summary summary;
  for (int i = 0; i < 1'001; ++i) {
    summary.incidents.push_back({Kind::kSwitch, WallMs(i), WallMs(i)});
  }
  forget_before(summary, 0);
  EXPECT_EQ(summary.incidents.size(), 1'000u);
  EXPECT_EQ(summary.incidents.front().from, WallMs(1));
}

}  // namespace
}  // namespace holdfast::record
