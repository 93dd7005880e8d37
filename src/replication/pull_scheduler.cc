#include "replication/pull_scheduler.h"

#include <algorithm>
#include <utility>

namespace holdfast::replication {

using protocol::Gap;
using protocol::Origin;
using protocol::Seq;

namespace {

constexpr std::uint64_t kFewEntries = 256;  // these go without a live pass
constexpr std::uint64_t kEntriesMin = 16;
constexpr std::uint64_t kEntriesMax = 4096;

}  // namespace

PullScheduler::PullScheduler(PullLimits limits, const HoldingsBook& book, const Arrivals& arrivals)
    : limits_(limits),
      book_(book),
      arrivals_(arrivals),
      allowance_(static_cast<std::int64_t>(limits.history_bytes_per_s)) {}

std::vector<Pull> PullScheduler::next(const std::set<Origin>& blocked, MonoMs now) {
  std::vector<Pull> made;
  refill(now);
  while (true) {
    std::optional<Pull> pull;
    if (window_open(true)) pull = next_live(blocked);
    if (!pull && window_open(false)) pull = next_history(blocked);
    if (!pull) return made;
    pull->n = next_n_++;
    pull->bytes_max = std::max<std::size_t>(1, limits_.window_bytes / limits_.pulls_max);
    pull->heard = now;
    pulls_.emplace(pull->n, *pull);
    made.push_back(*std::move(pull));
  }
}

bool PullScheduler::window_open(bool live) const {
  if (pulls_.size() >= limits_.pulls_max) return false;
  const std::size_t share = limits_.window_bytes / limits_.pulls_max;
  if (live) return bytes_under_way() <= limits_.window_bytes;
  if (limits_.history_bytes_per_s > 0 && allowance_ <= 0) return false;
  const auto history = std::ranges::count_if(pulls_, [](const auto& p) { return !p.second.live; });
  const std::size_t history_max = std::max<std::size_t>(1, limits_.pulls_max - 1);
  if (static_cast<std::size_t>(history) >= history_max) return false;
  return bytes_under_way() + share <= limits_.window_bytes;
}

// At most one second's worth is saved up.
void PullScheduler::refill(MonoMs now) {
  const auto rate = static_cast<std::int64_t>(limits_.history_bytes_per_s);
  const std::int64_t passed = std::min<std::int64_t>((now - refilled_).count(), 1'000);
  allowance_ = std::min(rate, allowance_ + rate * passed / 1'000);
  refilled_ = now;
}

std::size_t PullScheduler::bytes_under_way() const {
  std::size_t bytes = arrivals_.bytes();
  for (const auto& [n, pull] : pulls_)
    bytes += pull.bytes_max - std::min(pull.bytes_max, pull.bytes_got);
  return bytes;
}

std::vector<Gap> PullScheduler::wanted(const Origin& origin) const {
  std::vector<Gap> gaps = book_.lacking(origin);
  if (const SeqRanges* waiting = arrivals_.of(origin)) gaps = waiting->cut_from(gaps);
  if (const SeqRanges* aside = aside_.of(origin)) gaps = aside->cut_from(gaps);
  SeqRanges asked;
  for (const auto& [n, pull] : pulls_) {
    if (pull.origin == origin) asked.add(pull.range);
  }
  return asked.cut_from(gaps);
}

std::optional<Pull> PullScheduler::next_live(const std::set<Origin>& blocked) const {
  // A few go by next_history(), unless that has to wait: what is capped may be overdrawn for long.
  if (book_.lacking_count() <= kFewEntries && window_open(false)) return std::nullopt;
  for (const auto& [incarnation, origin] : live_due_) {
    const Seq cursor = this->cursor(origin);
    if (blocked.contains(origin)) continue;
    // One at a time for an origin: the cursor moves through it in order.
    const bool busy = std::ranges::any_of(
        pulls_, [&](const auto& p) { return p.second.live && p.second.origin == origin; });
    if (busy) continue;
    for (const Gap& gap : wanted(origin)) {
      if (gap.last <= cursor) continue;
      const Seq first = std::max(gap.first, Seq(cursor.value() + 1));
      return Pull{.origin = origin, .range = {first, gap.last}, .live = true};
    }
  }
  return std::nullopt;
}

std::optional<Pull> PullScheduler::next_history(const std::set<Origin>& blocked) const {
  for (const auto& [incarnation, origin] : book_.lacking()) {
    if (blocked.contains(origin)) continue;
    const std::vector<Gap> gaps = wanted(origin);
    if (gaps.empty()) continue;
    const Gap& newest = gaps.back();
    const std::uint64_t count = entries_in_a_pull(origin);
    const std::uint64_t size = newest.last.value() - newest.first.value() + 1;
    const Seq first = size <= count ? newest.first : Seq(newest.last.value() - count + 1);
    return Pull{.origin = origin, .range = {first, newest.last}, .live = false};
  }
  return std::nullopt;
}

std::uint64_t PullScheduler::entries_in_a_pull(const Origin& origin) const {
  const std::size_t share = limits_.window_bytes / limits_.pulls_max;
  const std::uint64_t fit =
      std::clamp<std::uint64_t>(share / entry_bytes_, kEntriesMin, kEntriesMax);
  const auto cautious = cautious_.find(origin);
  return cautious == cautious_.end() ? fit : std::min(fit, cautious->second);
}

const Pull* PullScheduler::find(std::uint64_t n) const {
  const auto found = pulls_.find(n);
  return found == pulls_.end() ? nullptr : &found->second;
}

void PullScheduler::progress(std::uint64_t n, std::size_t entries, std::size_t bytes, MonoMs now) {
  Pull& pull = pulls_.at(n);
  pull.bytes_got += bytes;
  pull.heard = now;
  if (!pull.live) allowance_ -= static_cast<std::int64_t>(bytes);
  if (entries > 0)
    entry_bytes_ = std::max<std::size_t>(64, (entry_bytes_ * 7 + bytes / entries) / 8);
}

void PullScheduler::delivered(std::uint64_t n, Gap range) {
  Pull& pull = pulls_.at(n);
  pull.answered.add(range);
  if (pull.live) advance(pull.origin, range.last);
}

void PullScheduler::bad(std::uint64_t n, Gap range, MonoMs now) {
  Pull& pull = pulls_.at(n);
  pull.answered.add(range);
  aside_.add(pull.origin, range, now + Ms(limits_.retry_bad_ms));
}

void PullScheduler::in_doubt(std::uint64_t n, Gap range) {
  pulls_.at(n).answered.add(range);
}

void PullScheduler::done(std::uint64_t n, bool more, MonoMs now) {
  const auto found = pulls_.find(n);
  const Pull pull = std::move(found->second);
  pulls_.erase(found);
  if (pull.live) {
    if (!more || pull.answered.empty()) advance(pull.origin, pull.range.last);
    return;
  }
  if (auto cautious = cautious_.find(pull.origin); cautious != cautious_.end()) {
    cautious->second *= 2;
    if (cautious->second >= kEntriesMax) cautious_.erase(cautious);
  }
  if (more && !pull.answered.empty()) return;
  for (const Gap& gap : pull.answered.cut_from({pull.range})) {
    aside_.add(pull.origin, gap, now + Ms(limits_.retry_bad_ms));
  }
}

void PullScheduler::unreadable(std::uint64_t n, MonoMs now) {
  const auto found = pulls_.find(n);
  const Pull pull = std::move(found->second);
  pulls_.erase(found);
  if (pull.live) {
    advance(pull.origin, pull.range.last);
    return;
  }
  const std::uint64_t size = pull.range.last.value() - pull.range.first.value() + 1;
  if (size == 1) {
    aside_.add(pull.origin, pull.range, now + Ms(limits_.retry_bad_ms));
  } else {
    cautious_[pull.origin] = size / 2;
  }
}

bool PullScheduler::tick(MonoMs now) {
  const MonoMs late = now - Ms(limits_.answer_ms);
  const auto before = pulls_.size();
  std::erase_if(pulls_, [late](const auto& p) { return p.second.heard < late; });
  const auto lost = before - pulls_.size();
  given_up_ += lost;
  return aside_.expire(now) || lost > 0;
}

Seq PullScheduler::cursor(const Origin& origin) const {
  const auto found = live_cursor_.find(origin);
  return found == live_cursor_.end() ? Seq(0) : found->second;
}

void PullScheduler::advance(const Origin& origin, Seq to) {
  Seq& at = live_cursor_[origin];
  at = std::max(at, to);
  changed(origin);
}

void PullScheduler::changed(const Origin& origin) {
  const std::vector<Gap> gaps = book_.lacking(origin);
  if (!gaps.empty() && gaps.back().last > cursor(origin)) {
    live_due_.insert(NewestFirst(origin));
  } else {
    live_due_.erase(NewestFirst(origin));
  }
}

bool PullScheduler::live_passed(const Origin& origin, Seq upto) const {
  if (cursor(origin) >= upto) return true;
  const bool asked = std::ranges::any_of(pulls_, [&](const auto& p) {
    return p.second.origin == origin && p.second.range.first <= upto;
  });
  if (asked) return false;
  const std::vector<Gap> gaps = wanted(origin);
  return gaps.empty() || gaps.front().first > upto;
}

}  // namespace holdfast::replication
