#include "journal/held.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "protocol/hashes.h"

namespace holdfast::journal {
namespace {

using protocol::AddResult;
using protocol::ChainHash;
using protocol::Interval;
using protocol::IntervalSet;
using protocol::Origin;
using protocol::Seq;

constexpr ChainHash kUntold{};
constexpr std::uint64_t kSeqMax =
    9'007'199'254'740'991;  // docs/protocol.md: integers are at most 2^53-1

// The hash after `seq`, where that is the last of an interval.
std::optional<ChainHash> hash_at_end(const IntervalSet& set, Seq seq) {
  const auto& intervals = set.intervals();
  const auto it = std::lower_bound(intervals.begin(), intervals.end(), seq,
                                   [](const Interval& i, Seq s) { return i.last < s; });
  if (it == intervals.end() || it->last != seq) return std::nullopt;
  return it->after;
}

Seq before(Seq seq) {
  return Seq(seq.value() - 1);
}

}  // namespace

Result<std::vector<Held::Planned>> Held::stage(std::span<const protocol::Entry> batch, Arrival next,
                                               const LookUp& look_up) {
  std::vector<Planned> plan;
  plan.reserve(batch.size());
  std::vector<Undo> undo;
  auto staged = stage_all(batch, next, look_up, plan, undo);
  if (staged) return plan;

  for (Undo& touched : undo) {
    Part& part = touched.part->second;
    part.held = std::move(touched.held);
    part.run.reset();
    part.runs.resize(touched.runs);
    for (const Seq seq : touched.staged) part.staged.erase(seq);
  }
  return std::unexpected(std::move(staged).error());
}

Result<void> Held::stage_all(std::span<const protocol::Entry> batch, Arrival next,
                             const LookUp& look_up, std::vector<Planned>& plan,
                             std::vector<Undo>& undo) {
  std::size_t at = 0;
  for (const protocol::Entry& entry : batch) {
    if (undo.empty() || undo[at].part->first != entry.origin) at = touch(entry.origin, undo);
    HF_TRY(planned, stage_one(undo[at].part->second, entry, next, look_up));
    if (planned.is_new) {
      undo[at].staged.push_back(entry.seq);
      next = Arrival(next.value() + 1);
    }
    plan.push_back(planned);
  }
  for (Undo& touched : undo) HF_CHECKED(close_run(touched.part->second, touched.part->first));
  return {};
}

// The index in `undo` of the origin's part.
std::size_t Held::touch(const Origin& origin, std::vector<Undo>& undo) {
  for (std::size_t i = 0; i < undo.size(); ++i) {
    if (undo[i].part->first == origin) return i;
  }
  auto part = staged_.find(origin);
  if (part == staged_.end()) {
    part = staged_.emplace(origin, Part{}).first;
    if (const auto held = holdings_.find(origin); held != holdings_.end())
      part->second.held = held->second;
  }
  undo.push_back(
      {.part = part, .held = part->second.held, .runs = part->second.runs.size(), .staged = {}});
  return undo.size() - 1;
}

Result<Held::Planned> Held::stage_one(Part& part, const protocol::Entry& entry, Arrival next,
                                      const LookUp& look_up) {
  const Seq seq = entry.seq;
  if (seq.value() == 0 || seq.value() > kSeqMax)
    return fail(ErrorCode::kInvalid, "entry {} of {}: no such number", seq, entry.origin);

  const bool in_run = part.run && part.run->first <= seq && seq <= part.run->last;
  if (in_run || part.held.contains(seq)) {
    const auto staged = part.staged.find(seq);
    Known known;
    if (staged != part.staged.end()) {
      known = staged->second;
    } else {
      HF_TRY(found, look_up(entry.origin, seq));
      known = found;
    }
    if (known.h != entry.h) {
      return fail(ErrorCode::kConflict, "entry {} of {} is held with another chain hash", seq,
                  entry.origin);
    }
    return Planned{.is_new = false, .arrival = known.arrival, .before = entry.before};
  }

  std::optional<ChainHash> predecessor;
  if (part.run && part.run->last == before(seq)) {
    predecessor = part.run->after;
  } else if (seq.value() == 1) {
    predecessor = protocol::chain_start(entry.origin);
  } else {
    predecessor = hash_at_end(part.held, before(seq));
  }
  if (entry.before != kUntold && predecessor && *predecessor != entry.before) {
    return fail(ErrorCode::kConflict, "entry {} of {} does not follow what is held before it", seq,
                entry.origin);
  }
  if (entry.before == kUntold && !predecessor) {
    return fail(ErrorCode::kInvalid, "entry {} of {}: the hash before it is neither told nor held",
                seq, entry.origin);
  }
  const Planned planned{
      .is_new = true, .arrival = next, .before = predecessor.value_or(entry.before)};

  if (part.run && part.run->last == before(seq)) {
    part.run->last = seq;
    part.run->after = entry.h;
  } else {
    HF_CHECKED(close_run(part, entry.origin));
    part.run = Interval{.first = seq, .last = seq, .before = planned.before, .after = entry.h};
  }
  part.staged.emplace_hint(part.staged.end(), seq, Known{.h = entry.h, .arrival = next});
  return planned;
}

Result<void> Held::close_run(Part& part, const Origin& origin) {
  if (!part.run) return {};
  const Interval run = *std::exchange(part.run, std::nullopt);
  if (part.held.add(run) != AddResult::kAdded) {
    return fail(ErrorCode::kConflict, "entries {} to {} of {} do not fit what is held beside them",
                run.first, run.last, origin);
  }
  part.runs.push_back(run);
  return {};
}

void Held::commit() {
  for (const auto& [origin, part] : staged_) {
    for (const Interval& run : part.runs) CHECK(holdings_[origin].add(run) != AddResult::kFork);
  }
  staged_.clear();
}

void Held::discard() {
  staged_.clear();
}

AddResult Held::add(const Origin& origin, const Interval& run) {
  return holdings_[origin].add(run);
}

void Held::forget(const Origin& origin, Seq seq, ChainHash before, ChainHash h) {
  const auto held = holdings_.find(origin);
  if (held == holdings_.end() || !held->second.contains(seq)) return;
  held->second.subtract(seq, seq, before, h);
  if (held->second.intervals().empty()) holdings_.erase(held);
}

void Held::cut(const Origin& origin, Seq last, ChainHash h) {
  const auto held = holdings_.find(origin);
  if (held == holdings_.end()) return;
  const Seq highest = held->second.highest();
  if (highest > last) held->second.subtract(Seq(last.value() + 1), highest, h, ChainHash{});
  if (held->second.intervals().empty()) holdings_.erase(held);
}

void Held::replace_all(protocol::Holdings holdings) {
  holdings_ = std::move(holdings);
}

}  // namespace holdfast::journal
