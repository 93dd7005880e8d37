// The arithmetic of availability: shares of time, nines, downtime a year, pairs, budgets. Pure.
//
// The definitions are those of the field: availability = (total time - downtime) / total time; the
// number of nines is how many of its leading digits are a nine; a year has 365 days. Two things are
// stricter here. Time that nobody looked at is in neither sum, so it never counts as working. And a
// share is never rounded up: where no interruption was seen the text says that and no number, since
// a record of 90 days cannot know more than those 90 days.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace holdfast::record {

// What was observed of something that works or does not.
struct Times {
  Ms up{0};
  Ms down{0};
  Ms planned{0};  // the part of `down` that people had announced as maintenance

  Ms observed() const { return up + down; }
  Times& operator+=(const Times& more);
  bool operator==(const Times&) const = default;
};

inline constexpr Ms kYear{365LL * 86'400'000};

// The share of the observed time without service, 0..1; 0 where nothing was observed.
double downtime_share(const Times& times);
// Leading nines of the availability, "three nines" = 99.9 %. Empty where no downtime was observed:
// no finite number of nines is known then.
std::optional<int> nines(const Times& times);
// "99.9871 %", cut after four decimals and never rounded up; "no interruption seen in 12 days"
// where there was none, "not observed" where nobody looked.
std::string availability_text(const Times& times);

// What a share of downtime comes to in a year.
Ms downtime_a_year(double downtime_share);
// Of something that fails once in `mtbf` of working time and is repaired within `rto`.
double downtime_share_of(Ms mtbf, Ms rto);
// Of two that replace each other and fail independently of each other: both must be down at once.
// What they share (one person's mistake in both, one name server) is not in it.
double pair_downtime_share(double one, double other);

// How much downtime a target leaves, and how much of that is spent.
struct ErrorBudget {
  Ms allowed{0};
  Ms spent{0};
  Ms left() const { return allowed - spent; }  // below zero: overspent
};
// `target`: of availability, 0..1. `window`: the time for which the target holds.
ErrorBudget error_budget(double target, Ms window, Ms down);

// "0.9 s", "3 min 12 s", "3 days 15 h 36 min": the two or three largest units, cut.
std::string duration_text(Ms duration);

}  // namespace holdfast::record
