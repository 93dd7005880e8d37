#include "moderator/record/availability.h"

#include <fmt/format.h>

#include <cmath>

namespace holdfast::record {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

Ms rounded(double ms) {
  return Ms(std::llround(ms));
}

std::string days_text(std::int64_t days) {
  return fmt::format("{} day{}", days, days == 1 ? "" : "s");
}

}  // namespace

Times& Times::operator+=(const Times& more) {
  up += more.up;
  down += more.down;
  planned += more.planned;
  return *this;
}

double downtime_share(const Times& times) {
  if (times.observed() <= Ms(0)) return 0;
  return static_cast<double>(times.down.count()) / static_cast<double>(times.observed().count());
}

// In whole numbers: 99.9 % has three nines, whatever a binary fraction makes of it.
std::optional<int> nines(const Times& times) {
  if (times.down <= Ms(0)) return std::nullopt;
  int count = 0;
  for (std::int64_t part = times.observed().count() / 10; times.down.count() <= part; part /= 10) {
    ++count;
  }
  return count;
}

std::string availability_text(const Times& times) {
  if (times.observed() <= Ms(0)) return "not observed";
  if (times.down <= Ms(0)) {
    return fmt::format("no interruption seen in {}", duration_text(times.observed()));
  }
  // Below a million for every downtime that is not zero.
  const std::int64_t millionths = times.up.count() * 1'000'000 / times.observed().count();
  return fmt::format("{}.{:04} %", millionths / 10'000, millionths % 10'000);
}

Ms downtime_a_year(double downtime_share) {
  return rounded(downtime_share * static_cast<double>(kYear.count()));
}

double downtime_share_of(Ms mtbf, Ms rto) {
  const Ms cycle = mtbf + rto;
  if (cycle <= Ms(0)) return 0;
  return static_cast<double>(rto.count()) / static_cast<double>(cycle.count());
}

double pair_downtime_share(double one, double other) {
  return one * other;
}

ErrorBudget error_budget(double target, Ms window, Ms down) {
  return {rounded((1 - target) * static_cast<double>(window.count())), down};
}

std::string duration_text(Ms duration) {
  const std::int64_t ms = duration.count();
  if (ms < 10 * kSecond) return fmt::format("{}.{} s", ms / kSecond, ms % kSecond / 100);
  if (ms < kMinute) return fmt::format("{} s", ms / kSecond);
  if (ms < kHour) return fmt::format("{} min {} s", ms / kMinute, ms % kMinute / kSecond);
  if (ms < kDay) return fmt::format("{} h {} min", ms / kHour, ms % kHour / kMinute);
  const std::string days = days_text(ms / kDay);
  if (ms >= 10 * kDay) return days;
  return fmt::format("{} {} h {} min", days, ms % kDay / kHour, ms % kHour / kMinute);
}

}  // namespace holdfast::record
