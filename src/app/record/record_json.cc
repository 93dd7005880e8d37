#include "app/record/record_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "moderator/record/words.h"

namespace holdfast::app {
namespace {

using record::Deployment;

constexpr std::uint32_t kDaysHandedOver = 90;
constexpr std::size_t kIncidentsHandedOver = 50;
// A request to a deployment has at most 64 KiB.
constexpr std::size_t kBytesHandedOver = 60'000;

void keep_newest(std::vector<record::Incident>& incidents, std::size_t count) {
  if (incidents.size() <= count) return;
  incidents.erase(incidents.begin(), incidents.end() - static_cast<std::ptrdiff_t>(count));
}

json::Object availability_json(const record::Times& times) {
  json::Object object;
  object["observed_ms"] = times.observed().count();
  object["down_ms"] = times.down.count();
  object["planned_ms"] = times.planned.count();
  object["availability"] = record::availability_text(times);
  if (const auto nines = record::nines(times)) object["nines"] = *nines;
  object["downtime_a_year_ms"] = record::downtime_a_year(record::downtime_share(times)).count();
  return object;
}

json::Object figures_json(const PublishedRecord& published, std::uint32_t days) {
  const record::Sums sums = sums_of_days(published, days, published.at);
  const record::ErrorBudget budget = budget_of_days(published, days, sums);
  json::Object object;
  object["days"] = days;
  object["service"] = availability_json(sums.service);
  for (const Deployment each : record::kDeployments) {
    const record::SideDay& side = sums.sides[record::index_of(each)];
    json::Object figures = availability_json(side.times);
    figures["behind_max"] = side.behind_max;
    object[protocol::name_of(each)] = std::move(figures);
  }
  object["budget"] = {{"target", published.config.target},
                      {"allowed_ms", budget.allowed.count()},
                      {"spent_ms", budget.spent.count()},
                      {"left_ms", budget.left().count()}};
  object["windows"] = sums.windows;
  object["windows_dark"] = sums.dark_windows;
  object["client_ms"] = sums.client_time.count();
  object["client_ms_dark"] = sums.client_time_dark.count();
  object["failovers"] = sums.failovers;
  object["failovers_needless"] = sums.needless_failovers;
  object["failbacks"] = sums.failbacks;
  object["moves_by_people"] = sums.moves_by_people;
  if (sums.recovery_max) object["recovery_max_ms"] = sums.recovery_max->count();
  object["hedges_per_1000_client_minutes"] = hedge_rate(sums);
  object["promises_kept"] = sums.promises.kept;
  object["promises_lost"] = sums.promises.lost;
  object["messages_unsaid"] = sums.promises.unsaid;
  return object;
}

}  // namespace

record::Sums sums_of_days(const PublishedRecord& published, std::uint32_t days, WallMs now) {
  return record::sums_since(published.summary, record::day_of(now) - days + 1);
}

record::ErrorBudget budget_of_days(const PublishedRecord& published, std::uint32_t days,
                                   const record::Sums& sums) {
  return record::error_budget(published.config.target, record::kDayLength * days,
                              sums.service.down);
}

double hedge_rate(const record::Sums& sums) {
  if (sums.client_time <= Ms(0)) return 0;
  const double minutes = static_cast<double>(sums.client_time.count()) / 60'000;
  const auto hedges = sums.sides[0].hedges_won + sums.sides[1].hedges_won;
  return static_cast<double>(hedges) / minutes * 1'000;
}

std::string share_text(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "none";
  const auto hundredths = static_cast<std::int64_t>(static_cast<__int128>(part) * 10'000 / whole);
  return fmt::format("{}.{:02} %", hundredths / 100, hundredths % 100);
}

std::string hand_over_text(PublishedRecord published) {
  published.config.days = std::min(published.config.days, kDaysHandedOver);
  record::forget_before(published.summary,
                        record::day_of(published.at) - published.config.days + 1);
  std::vector<record::Incident>& incidents = published.summary.incidents;
  keep_newest(incidents, kIncidentsHandedOver);
  for (;;) {
    std::string text = json::serialize(record_json(published));
    if (text.size() <= kBytesHandedOver || incidents.empty()) return text;
    keep_newest(incidents, incidents.size() / 2);
  }
}

json::Object record_json(const PublishedRecord& published) {
  json::Object object;
  object["v"] = 1;
  object["at"] = published.at.value();
  object["target"] = published.config.target;
  object["days"] = published.config.days;
  object["figures"] = {figures_json(published, kMonthDays),
                       figures_json(published, published.config.days)};
  json::Array words;
  for (const record::Incident& incident : published.summary.incidents) {
    words.push_back(json::Value(record::in_words(incident, published.at)));
  }
  object["words"] = std::move(words);
  object["record"] = record::object_of(published.summary);
  return object;
}

Result<PublishedRecord> read_record_json(std::string_view text) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(version, json::get_int(object, "v"));
  if (version != 1) return fail(ErrorCode::kInvalid, "v: {} is not known here", version);
  HF_TRY(at, json::get_int(object, "at", {.min = 0}));
  HF_TRY(target, json::get_number(object, "target"));
  HF_TRY(days, json::get_int(object, "days", {.min = 1, .max = 3'660}));
  HF_TRY(kept, json::get_object(object, "record"));
  HF_TRY(summary, record::read_summary(*kept));
  if (!(target > 0 && target <= kTargetMax))
    return fail(ErrorCode::kInvalid, "target: not between 0 and {}", kTargetMax);
  return PublishedRecord{
      WallMs(at), {target, static_cast<std::uint32_t>(days)}, std::move(summary)};
}

}  // namespace holdfast::app
