#include "moderator/record/fold.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace holdfast::record {
namespace {

// Calls `then` with each piece of [from, to) that lies within one day.
void each_day(WallMs from, WallMs to, const std::function<void(DayNumber, WallMs, WallMs)>& then) {
  while (from < to) {
    const DayNumber day = day_of(from);
    const WallMs end = std::min(to, begin_of(day + 1));
    then(day, from, end);
    from = end;
  }
}

std::uint32_t window_of(WallMs at) {
  return static_cast<std::uint32_t>(at.value() % kDayLength.count() / kWindow.count());
}

// Of what was counted as working.
Ms take_back(Times& times, Ms span) {
  const Ms taken = std::min(times.up, span);
  times.up -= taken;
  times.down += taken;
  return taken;
}

class Folder {
 public:
  explicit Folder(Summary& summary) : sum_(summary) {}

  void on(const Began& line);
  void on(const Blind& line);
  void on(const Turned& line);
  void on(const Decided& line);
  void on(const Froze& line);
  void on(const Maintained& line);
  void on(const Abstained& line) { advance(line.at); }
  void on(const Sample& line);

 private:
  Condition service() const;
  Condition& condition(Deployment deployment) { return sum_.now[index_of(deployment)]; }
  bool in_maintenance(Deployment deployment) const { return sum_.maintained == deployment; }

  // Time passes, and everything stays as it is.
  void advance(WallMs to);
  void add(WallMs from, WallMs to);
  static void count(Times& times, Condition condition, bool planned, Ms span);
  static void count_windows(Day& day, WallMs from, WallMs to);
  // It had been down since `from`, as is known only now.
  void backdate(Deployment deployment, WallMs from, WallMs to);
  void backdate_service(WallMs from, WallMs to);
  void darken(WallMs from, WallMs to);
  // Nothing was observed until `at`, from where it begins anew.
  void lose_sight(WallMs at, std::string why);

  void went_down(const Turned& line, Condition before);
  void came_back(const Turned& line);
  void service_went_down(WallMs at);

  Incident* open(Kind kind, std::optional<Deployment> deployment = std::nullopt);
  void close(Kind kind, std::optional<Deployment> deployment, WallMs at);
  Incident& begin(Kind kind, WallMs from, std::optional<Deployment> deployment, std::string why);

  Summary& sum_;
};

Condition Folder::service() const {
  const auto& [primary, redundant] = sum_.now;
  if (primary == Condition::kUp || redundant == Condition::kUp) return Condition::kUp;
  if (primary == Condition::kDown && redundant == Condition::kDown) return Condition::kDown;
  return Condition::kUnknown;
}

// ---- time ----

void Folder::advance(WallMs to) {
  if (!sum_.began) sum_.began = to;
  const WallMs from = sum_.observed.value_or(to);
  if (to < from || to - from > kSilenceMax) return lose_sight(to, "no lines");
  add(from, to);
  sum_.observed = to;
}

void Folder::add(WallMs from, WallMs to) {
  const Condition all = service();
  each_day(from, to, [&](DayNumber number, WallMs begin, WallMs end) {
    Day& day = sum_.days[number];
    const Ms span = end - begin;
    count(day.service, all, false, span);
    for (const Deployment each : kDeployments) {
      count(day.sides[index_of(each)].times, condition(each), in_maintenance(each), span);
    }
    if (all == Condition::kUnknown) return;
    count_windows(day, begin, end);
    day.client_time += span * static_cast<std::int64_t>(sum_.clients);
  });
  if (all == Condition::kDown) darken(from, to);
}

void Folder::count(Times& times, Condition condition, bool planned, Ms span) {
  if (condition == Condition::kUp) times.up += span;
  if (condition != Condition::kDown) return;
  times.down += span;
  if (planned) times.planned += span;
}

void Folder::count_windows(Day& day, WallMs from, WallMs to) {
  for (std::uint32_t w = window_of(from); w <= window_of(to - Ms(1)); ++w) {
    if (day.last_window != w) ++day.windows;
    day.last_window = w;
  }
}

void Folder::darken(WallMs from, WallMs to) {
  each_day(from, to, [&](DayNumber number, WallMs begin, WallMs end) {
    Day& day = sum_.days[number];
    for (std::uint32_t w = window_of(begin); w <= window_of(end - Ms(1)); ++w) {
      day.dark_windows.insert(w);
    }
    day.client_time_dark += (end - begin) * static_cast<std::int64_t>(sum_.clients);
  });
  for (const Deployment each : kDeployments) {
    if (Incident* const incident = open(Kind::kDeployment, each)) incident->dark += to - from;
  }
}

void Folder::backdate(Deployment deployment, WallMs from, WallMs to) {
  each_day(from, to, [&](DayNumber number, WallMs begin, WallMs end) {
    Times& times = sum_.days[number].sides[index_of(deployment)].times;
    const Ms taken = take_back(times, end - begin);
    if (in_maintenance(deployment)) times.planned += taken;
  });
}

void Folder::backdate_service(WallMs from, WallMs to) {
  each_day(from, to, [&](DayNumber number, WallMs begin, WallMs end) {
    take_back(sum_.days[number].service, end - begin);
  });
  darken(from, to);
}

void Folder::lose_sight(WallMs at, std::string why) {
  const WallMs from = sum_.observed.value_or(at);
  sum_.observed = at;
  sum_.now = {Condition::kUnknown, Condition::kUnknown};
  if (at - from < kUnseenMin) return;
  begin(Kind::kUnseen, from, std::nullopt, std::move(why)).until = at;
}

// ---- lines ----

void Folder::on(const Began& line) {
  if (!sum_.began) sum_.began = line.at;
  lose_sight(line.at, "the Moderator was not running");
}

void Folder::on(const Blind& line) {
  advance(line.from);
  lose_sight(line.at, line.why);
}

void Folder::on(const Turned& line) {
  advance(line.at);
  const Condition before = std::exchange(condition(line.deployment), line.to);
  if (line.to == Condition::kDown) went_down(line, before);
  if (line.to == Condition::kUp) came_back(line);
}

void Folder::went_down(const Turned& line, Condition before) {
  const WallMs from = std::min(line.since, line.at);
  if (before == Condition::kUp) backdate(line.deployment, from, line.at);
  if (!open(Kind::kDeployment, line.deployment)) {
    Incident& incident = begin(Kind::kDeployment, from, line.deployment, line.signals);
    incident.was_active =
        sum_.epoch.value() > 0 && protocol::active_deployment(sum_.epoch) == line.deployment;
    incident.planned = in_maintenance(line.deployment);
  }
  if (service() == Condition::kDown) service_went_down(line.at);
}

void Folder::service_went_down(WallMs at) {
  if (open(Kind::kService)) return;
  WallMs from = sum_.began.value_or(at);
  for (const Deployment each : kDeployments) {
    if (const Incident* const incident = open(Kind::kDeployment, each)) {
      from = std::max(from, incident->from);
    }
  }
  backdate_service(from, at);
  begin(Kind::kService, from, std::nullopt, "");
}

void Folder::came_back(const Turned& line) {
  close(Kind::kService, std::nullopt, line.at);
  Incident* const incident = open(Kind::kDeployment, line.deployment);
  if (incident == nullptr) return;
  incident->until = line.at;
  if (!incident->took_over) return;
  const WallMs left = incident->from + *incident->took_over;
  if (line.at - left > kNeedlessWithin) return;
  incident->needless = true;
  ++sum_.days[day_of(left)].needless_failovers;
}

void Folder::on(const Decided& line) {
  advance(line.at);
  const bool first = sum_.epoch.value() == 0;
  const Deployment to = protocol::active_deployment(line.epoch);
  const bool moved = !first && protocol::active_deployment(sum_.epoch) != to;
  sum_.epoch = line.epoch;
  if (!moved) return;
  Day& day = sum_.days[day_of(line.at)];
  if (line.cause == Cause::kFailover) {
    ++day.failovers;
    if (Incident* const incident = open(Kind::kDeployment, protocol::other(to))) {
      incident->took_over = line.at - incident->from;
      return;
    }
  }
  day.failbacks += line.cause == Cause::kFailback;
  day.moves_by_people += line.cause == Cause::kManual || line.cause == Cause::kMaintenance;
  begin(Kind::kSwitch, line.at, to, line.why).until = line.at;
}

void Folder::on(const Froze& line) {
  advance(line.at);
  if (!line.on) return close(Kind::kFrozen, std::nullopt, line.at);
  if (!open(Kind::kFrozen)) begin(Kind::kFrozen, line.at, std::nullopt, line.by);
}

void Folder::on(const Maintained& line) {
  advance(line.at);
  if (line.step == Step::kEnded) {
    sum_.maintained.reset();
    return close(Kind::kMaintenance, line.deployment, line.at);
  }
  sum_.maintained = line.deployment;
  if (!open(Kind::kMaintenance, line.deployment)) {
    begin(Kind::kMaintenance, line.at, line.deployment, line.by);
  }
}

void Folder::on(const Sample& line) {
  advance(line.at);
  Day& day = sum_.days[day_of(line.at)];
  day.promises += line.promises;
  for (const Deployment each : kDeployments) {
    const Counts& counts = line.sides[index_of(each)];
    SideDay& side = day.sides[index_of(each)];
    side.probes_worked += counts.probes_worked;
    side.probes_failed += counts.probes_failed;
    side.hedges_won += counts.hedges_won;
    side.late_acks += counts.late_acks;
    side.failed_connects += counts.failed_connects;
    side.behind_max = std::max(side.behind_max, counts.behind_max);
    for (Incident& incident : sum_.incidents) {
      if (incident.kind != Kind::kDeployment || incident.deployment != each) continue;
      if (incident.until && *incident.until < line.from) continue;
      incident.hedges_won += counts.hedges_won;
      incident.late_acks += counts.late_acks;
      incident.failed_connects += counts.failed_connects;
    }
  }
  // While neither can be asked, those count who were there before.
  if (service() != Condition::kDown) {
    sum_.clients = std::max(line.sides[0].clients, line.sides[1].clients);
  }
}

// ---- incidents ----

Incident* Folder::open(Kind kind, std::optional<Deployment> deployment) {
  for (Incident& incident : sum_.incidents) {
    if (incident.kind == kind && incident.deployment == deployment && !incident.until) {
      return &incident;
    }
  }
  return nullptr;
}

void Folder::close(Kind kind, std::optional<Deployment> deployment, WallMs at) {
  if (Incident* const incident = open(kind, deployment)) incident->until = at;
}

Incident& Folder::begin(Kind kind, WallMs from, std::optional<Deployment> deployment,
                        std::string why) {
  Incident incident{.kind = kind, .from = from, .deployment = deployment, .why = std::move(why)};
  return sum_.incidents.emplace_back(std::move(incident));
}

}  // namespace

void fold(Summary& summary, const Line& line) {
  std::visit([&](const auto& it) { Folder(summary).on(it); }, line);
}

}  // namespace holdfast::record
