// What is kept of the record for good (90 days of it): sums for each day, and the incidents. It is
// also the state of the fold: the lines that follow are folded into it, and nothing else is needed.
//
// As JSON it is GET /v1/record, the file that the moderator keeps, and what it hands to the
// deployments for their own status pages. docs/record.md.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "moderator/record/availability.h"
#include "moderator/record/line.h"

namespace holdfast::record {

inline constexpr Ms kDayLength{86'400'000};
// A day of UTC, counted from 1970.
using DayNumber = std::int64_t;
constexpr DayNumber day_of(WallMs at) {
  return at.value() / kDayLength.count();
}
constexpr WallMs begin_of(DayNumber day) {
  return WallMs(day * kDayLength.count());
}

inline constexpr Ms kWindow{300'000};

struct SideDay {
  Times times;
  std::uint64_t probes_worked = 0;
  std::uint64_t probes_failed = 0;
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;
  std::uint64_t behind_max = 0;

  bool operator==(const SideDay&) const = default;
};

struct Day {
  Times service;  // up while at least one deployment is
  std::array<SideDay, 2> sides;
  // Windows of five minutes that were observed, and which of them (0..287) had a moment in which
  // neither deployment carried a chat.
  std::uint32_t windows = 0;
  std::optional<std::uint32_t> last_window;  // that was counted
  std::set<std::uint32_t> dark_windows;
  // Time, multiplied by the clients that were connected: in all, and while neither carried a chat.
  Ms client_time{0};
  Ms client_time_dark{0};
  std::uint32_t failovers = 0;
  std::uint32_t failbacks = 0;
  std::uint32_t moves_by_people = 0;  // switches and maintenance
  std::uint32_t needless_failovers = 0;
  Promises promises;

  bool operator==(const Day&) const = default;
};

enum class Kind { kDeployment, kService, kSwitch, kMaintenance, kUnseen, kFrozen };

struct Incident {
  Kind kind;
  WallMs from;
  std::optional<WallMs> until = std::nullopt;           // empty: it goes on. A switch has no length
  std::optional<Deployment> deployment = std::nullopt;  // that failed, is maintained, became active
  std::string why = {};  // signals, a verdict's reason, who ordered it

  // Of kDeployment alone.
  bool was_active = false;
  bool planned = false;
  std::optional<Ms> took_over = std::nullopt;  // from the failure to the verdict
  Ms dark{0};                                  // of it, neither deployment carried a chat
  bool needless = false;  // a failover that was answered by a chat that worked at once
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;

  bool operator==(const Incident&) const = default;
};

struct Summary {
  std::optional<WallMs> began;     // the first line ever folded
  std::optional<WallMs> observed;  // the last: what comes after it is added from here
  std::array<Condition, 2> now{Condition::kUnknown, Condition::kUnknown};
  std::optional<Deployment> maintained;
  Epoch epoch{0};  // 0: none yet
  std::uint64_t clients = 0;
  std::map<DayNumber, Day> days;
  std::vector<Incident> incidents;  // in the order of their lines

  bool operator==(const Summary&) const = default;
};

// Of the days that begin with `first`.
struct Sums {
  Times service;
  std::array<SideDay, 2> sides;
  std::uint64_t windows = 0;
  std::uint64_t dark_windows = 0;
  Ms client_time{0};
  Ms client_time_dark{0};
  std::uint32_t failovers = 0;
  std::uint32_t failbacks = 0;
  std::uint32_t moves_by_people = 0;
  std::uint32_t needless_failovers = 0;
  Promises promises;
  std::optional<Ms> recovery_max;  // the slowest failover: from the failure to the verdict
};
Sums sums_since(const Summary& summary, DayNumber first);

// Forgets days and incidents that ended before `first`, and the oldest incidents of more than
// 1,000.
void forget_before(Summary& summary, DayNumber first);

json::Object object_of(const Summary& summary);
Result<Summary> read_summary(const json::Object& object);

}  // namespace holdfast::record
