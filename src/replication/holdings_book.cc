#include "replication/holdings_book.h"

#include <utility>

#include "protocol/names.h"
#include "replication/seq_ranges.h"

namespace holdfast::replication {

using protocol::AddResult;
using protocol::Gap;
using protocol::Holdings;
using protocol::Interval;
using protocol::IntervalSet;
using protocol::Origin;
using protocol::Seq;

NewestFirst::NewestFirst(const Origin& origin_) : origin(origin_) {
  if (const auto parts = protocol::parts_of(origin.value())) incarnation = parts->incarnation;
}

std::strong_ordering operator<=>(const NewestFirst& a, const NewestFirst& b) {
  if (const auto by_age = b.incarnation <=> a.incarnation; by_age != 0) return by_age;
  return a.origin <=> b.origin;
}

namespace {

const IntervalSet& find(const Holdings& holdings, const Origin& origin) {
  static const IntervalSet kNothing;
  const auto found = holdings.find(origin);
  return found == holdings.end() ? kNothing : found->second;
}

// Origins of either map, for a comparison of everything.
std::set<Origin> origins_of(const Holdings& a, const Holdings& b) {
  std::set<Origin> origins;
  for (const auto& [origin, set] : a) origins.insert(origin);
  for (const auto& [origin, set] : b) origins.insert(origin);
  return origins;
}

}  // namespace

const IntervalSet& HoldingsBook::ours(const Origin& origin) const {
  return find(ours_, origin);
}
const IntervalSet& HoldingsBook::theirs(const Origin& origin) const {
  return find(theirs_, origin);
}

void HoldingsBook::replace_ours(Holdings all) {
  const Holdings before = std::exchange(ours_, std::move(all));
  for (const Origin& origin : origins_of(before, ours_)) {
    if (find(before, origin) == ours(origin)) continue;
    changed_.insert(origin);
    compare(origin);
  }
}

AddResult HoldingsBook::add_ours(const Origin& origin, const Interval& run) {
  const AddResult result = ours_[origin].add(run);
  if (result == AddResult::kAdded) {
    changed_.insert(origin);
    compare(origin);
  }
  return result;
}

void HoldingsBook::replace_theirs(Holdings all) {
  const Holdings before = std::exchange(theirs_, std::move(all));
  for (const Origin& origin : origins_of(before, theirs_)) compare(origin);
}

void HoldingsBook::set_theirs(const Origin& origin, IntervalSet set) {
  theirs_[origin] = std::move(set);
  compare(origin);
}

std::vector<Gap> HoldingsBook::lacking(const Origin& origin) const {
  std::vector<Gap> gaps = ours(origin).missing_from(theirs(origin));
  if (origin != own_) return gaps;
  const Seq highest = ours(origin).highest();
  while (!gaps.empty() && gaps.back().first > highest) gaps.pop_back();
  return gaps;
}

void HoldingsBook::compare(const Origin& origin) {
  Difference& difference = differences_[origin];
  lacking_count_ -= difference.here;
  theirs_lacking_count_ -= difference.there;
  difference.here = count_of(lacking(origin));
  difference.there = count_of(theirs(origin).missing_from(ours(origin)));
  lacking_count_ += difference.here;
  theirs_lacking_count_ += difference.there;
  if (difference.here > 0) {
    lacking_.insert(NewestFirst(origin));
  } else {
    lacking_.erase(NewestFirst(origin));
  }
}

std::set<Origin> HoldingsBook::take_changed() {
  return std::exchange(changed_, {});
}

}  // namespace holdfast::replication
