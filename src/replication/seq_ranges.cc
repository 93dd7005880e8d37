#include "replication/seq_ranges.h"

#include <algorithm>

namespace holdfast::replication {

using protocol::Gap;
using protocol::Seq;

void SeqRanges::add(Gap range) {
  std::uint64_t first = range.first.value();
  std::uint64_t last = range.last.value();
  if (first > last) return;
  auto next = last_of_.upper_bound(last == UINT64_MAX ? last : last + 1);
  while (next != last_of_.begin()) {
    const auto before = std::prev(next);
    if (before->second + 1 < first) break;
    first = std::min(first, before->first);
    last = std::max(last, before->second);
    next = last_of_.erase(before);
  }
  last_of_.emplace(first, last);
}

void SeqRanges::remove(Gap range) {
  const std::uint64_t first = range.first.value();
  const std::uint64_t last = range.last.value();
  if (first > last) return;
  auto next = last_of_.upper_bound(last);
  while (next != last_of_.begin()) {
    const auto hit = std::prev(next);
    if (hit->second < first) break;
    const auto [hit_first, hit_last] = *hit;
    next = last_of_.erase(hit);
    if (hit_last > last) next = last_of_.emplace(last + 1, hit_last).first;
    if (hit_first < first) next = last_of_.emplace(hit_first, first - 1).first;
  }
}

bool SeqRanges::contains(Seq seq) const {
  return touches({seq, seq});
}

bool SeqRanges::touches(Gap range) const {
  const auto next = last_of_.upper_bound(range.last.value());
  return next != last_of_.begin() && std::prev(next)->second >= range.first.value();
}

bool SeqRanges::touches(const SeqRanges& other) const {
  return std::ranges::any_of(other.last_of_, [this](const auto& range) {
    return touches({Seq(range.first), Seq(range.second)});
  });
}

std::uint64_t SeqRanges::count() const {
  std::uint64_t count = 0;
  for (const auto& [first, last] : last_of_) count += last - first + 1;
  return count;
}

std::vector<Gap> SeqRanges::ranges() const {
  std::vector<Gap> ranges;
  for (const auto& [first, last] : last_of_) ranges.push_back({Seq(first), Seq(last)});
  return ranges;
}

std::vector<Gap> SeqRanges::cut_from(const std::vector<Gap>& gaps) const {
  if (last_of_.empty()) return gaps;
  std::vector<Gap> left;
  for (const Gap& gap : gaps) {
    std::uint64_t first = gap.first.value();
    auto range = last_of_.upper_bound(first);
    if (range != last_of_.begin() && std::prev(range)->second >= first) {
      first = std::prev(range)->second + 1;
    }
    for (; range != last_of_.end() && range->first <= gap.last.value(); ++range) {
      if (first < range->first) left.push_back({Seq(first), Seq(range->first - 1)});
      first = range->second + 1;
    }
    if (first <= gap.last.value()) left.push_back({Seq(first), gap.last});
  }
  return left;
}

std::uint64_t count_of(const std::vector<Gap>& gaps) {
  std::uint64_t count = 0;
  for (const Gap& gap : gaps) count += gap.last.value() - gap.first.value() + 1;
  return count;
}

}  // namespace holdfast::replication
