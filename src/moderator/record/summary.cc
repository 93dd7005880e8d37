#include "moderator/record/summary.h"

#include <algorithm>

namespace holdfast::record {
namespace {

constexpr std::size_t kIncidentsMax = 1'000;

void add(SideDay& sum, const SideDay& day) {
  sum.times += day.times;
  sum.probes_worked += day.probes_worked;
  sum.probes_failed += day.probes_failed;
  sum.hedges_won += day.hedges_won;
  sum.late_acks += day.late_acks;
  sum.failed_connects += day.failed_connects;
  sum.behind_max = std::max(sum.behind_max, day.behind_max);
}

void add(Sums& sums, const Day& day) {
  sums.service += day.service;
  for (const Deployment each : kDeployments) {
    add(sums.sides[index_of(each)], day.sides[index_of(each)]);
  }
  sums.windows += day.windows;
  sums.dark_windows += day.dark_windows.size();
  sums.client_time += day.client_time;
  sums.client_time_dark += day.client_time_dark;
  sums.failovers += day.failovers;
  sums.failbacks += day.failbacks;
  sums.moves_by_people += day.moves_by_people;
  sums.needless_failovers += day.needless_failovers;
  sums.promises += day.promises;
}

}  // namespace

Sums sums_since(const Summary& summary, DayNumber first) {
  Sums sums;
  for (auto it = summary.days.lower_bound(first); it != summary.days.end(); ++it) {
    add(sums, it->second);
  }
  for (const Incident& incident : summary.incidents) {
    if (!incident.took_over || day_of(incident.from) < first) continue;
    sums.recovery_max = std::max(sums.recovery_max.value_or(Ms(0)), *incident.took_over);
  }
  return sums;
}

void forget_before(Summary& summary, DayNumber first) {
  summary.days.erase(summary.days.begin(), summary.days.lower_bound(first));
  std::erase_if(summary.incidents, [&](const Incident& incident) {
    return incident.until && day_of(*incident.until) < first;
  });
  if (summary.incidents.size() <= kIncidentsMax) return;
  const auto surplus = static_cast<std::ptrdiff_t>(summary.incidents.size() - kIncidentsMax);
  summary.incidents.erase(summary.incidents.begin(), summary.incidents.begin() + surplus);
}

}  // namespace holdfast::record
