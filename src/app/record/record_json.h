// The record as it is published: GET /v1/record, and what the moderator hands to the deployments so
// that each of them can show it when the moderator is away. docs/record.md. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/config/record_config.h"
#include "base/clock.h"
#include "base/json.h"
#include "moderator/record/summary.h"

namespace holdfast::app {

// The shorter of the two spans that figures are given for.
inline constexpr std::uint32_t kMonthDays = 30;

struct PublishedRecord {
  WallMs at;  // when the moderator said it
  RecordConfig config;
  record::Summary summary;
};

// Of the last `days` days, today included.
record::Sums sums_of_days(const PublishedRecord& published, std::uint32_t days, WallMs now);
record::ErrorBudget budget_of_days(const PublishedRecord& published, std::uint32_t days,
                                   const record::Sums& sums);
// Messages that the warm link carried in time, for each thousand minutes that a client was
// connected; 0 while nobody was.
double hedge_rate(const record::Sums& sums);
// Shares of what was observed, cut after two decimals: "99.98 %". "none" of nothing.
std::string share_text(std::int64_t part, std::int64_t whole);

// The same, less what would make it longer than a deployment takes at once: at most the last 90
// days and 50 incidents.
std::string hand_over_text(PublishedRecord published);

json::Object record_json(const PublishedRecord& published);
Result<PublishedRecord> read_record_json(std::string_view text);

}  // namespace holdfast::app
