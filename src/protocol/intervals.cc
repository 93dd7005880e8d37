#include "protocol/intervals.h"

#include <algorithm>

#include "base/check.h"

namespace holdfast::protocol {
namespace {

Seq next(Seq seq) {
  return Seq(seq.value() + 1);
}
Seq previous(Seq seq) {
  return Seq(seq.value() - 1);
}

// The chain hash that `interval` knows at `seq`: only its two edges carry one.
std::optional<ChainHash> hash_at(const Interval& interval, Seq seq) {
  if (seq == interval.last) return interval.after;
  if (seq == previous(interval.first)) return interval.before;
  return std::nullopt;
}

bool contradict(const Interval& a, const Interval& b, Seq seq) {
  const auto ours = hash_at(a, seq), theirs = hash_at(b, seq);
  return ours && theirs && *ours != *theirs;
}

}  // namespace

bool IntervalSet::contains(Seq seq) const {
  const auto after = std::ranges::upper_bound(intervals_, seq, {}, &Interval::first);
  return after != intervals_.begin() && std::prev(after)->last >= seq;
}

Seq IntervalSet::highest() const {
  return intervals_.empty() ? Seq(0) : intervals_.back().last;
}

// The neighbours of a run are the intervals that overlap it or touch it. All of them and the run
// become one.
AddResult IntervalSet::add(const Interval& run) {
  CHECK(run.first.value() >= 1 && run.first <= run.last, "an interval [{}, {}]", run.first,
        run.last);
  const auto begin = std::ranges::find_if(
      intervals_, [&](const Interval& held) { return next(held.last) >= run.first; });
  const auto end = std::find_if(begin, intervals_.end(),
                                [&](const Interval& held) { return held.first > next(run.last); });
  for (auto held = begin; held != end; ++held) {
    for (const Seq edge : {previous(run.first), run.last, previous(held->first), held->last}) {
      if (contradict(*held, run, edge)) return AddResult::kFork;
    }
  }
  Interval joined = run;
  if (begin != end) {
    const Interval& low = *begin;
    const Interval& high = *std::prev(end);
    if (low.first <= run.first && low.last >= run.last) return AddResult::kAlreadyHeld;
    if (low.first < joined.first) joined.first = low.first, joined.before = low.before;
    if (high.last > joined.last) joined.last = high.last, joined.after = high.after;
  }
  intervals_.insert(intervals_.erase(begin, end), joined);
  return AddResult::kAdded;
}

void IntervalSet::subtract(Seq first, Seq last, ChainHash before, ChainHash after) {
  if (first > last) return;
  std::vector<Interval> kept;
  for (const Interval& held : intervals_) {
    if (held.last < first || held.first > last) {
      kept.push_back(held);
      continue;
    }
    if (held.first < first) kept.push_back({held.first, previous(first), held.before, before});
    if (held.last > last) kept.push_back({next(last), held.last, after, held.after});
  }
  intervals_ = std::move(kept);
}

std::vector<Gap> IntervalSet::missing_from(const IntervalSet& theirs) const {
  std::vector<Gap> gaps;
  auto held = intervals_.begin();
  for (const Interval& wanted : theirs.intervals_) {
    Seq at = wanted.first;
    while (held != intervals_.end() && held->last < at) ++held;
    for (auto cover = held;
         at <= wanted.last && cover != intervals_.end() && cover->first <= wanted.last; ++cover) {
      if (cover->first > at) gaps.push_back({at, previous(cover->first)});
      at = next(cover->last);
    }
    if (at <= wanted.last) gaps.push_back({at, wanted.last});
  }
  return gaps;
}

std::optional<Seq> IntervalSet::contradiction(const IntervalSet& other) const {
  std::optional<Seq> smallest;
  const auto consider = [&](const Interval& a, const Interval& b) {
    for (const Seq edge : {previous(a.first), a.last}) {
      if (contradict(a, b, edge) && (!smallest || edge < *smallest)) smallest = edge;
    }
  };
  auto theirs = other.intervals_.begin();
  for (const Interval& ours : intervals_) {
    while (theirs != other.intervals_.end() && next(theirs->last) < ours.first) ++theirs;
    for (auto touch = theirs; touch != other.intervals_.end() && touch->first <= next(ours.last);
         ++touch)
      consider(ours, *touch);
  }
  return smallest;
}

}  // namespace holdfast::protocol
