#include "replication/arrivals.h"

#include <algorithm>

namespace holdfast::replication {

using protocol::AddResult;
using protocol::Gap;
using protocol::Interval;
using protocol::IntervalSet;
using protocol::Origin;
using protocol::Seq;

namespace {

std::uint64_t overlap(Gap a, Gap b) {
  const std::uint64_t first = std::max(a.first, b.first).value();
  const std::uint64_t last = std::min(a.last, b.last).value();
  return first > last ? 0 : last - first + 1;
}

}  // namespace

AddResult Arrivals::add(const Origin& origin, const Interval& run, const IntervalSet& ours,
                        std::size_t bytes, MonoMs now) {
  const auto [found, fresh] = origins_.try_emplace(origin);
  OneOrigin& one = found->second;
  if (fresh) one.soon = ours;
  const AddResult result = one.soon.add(run);
  if (result == AddResult::kAdded) {
    const Gap range{run.first, run.last};
    one.waiting.add(range);
    one.batches.push_back({range, run.last.value() - run.first.value() + 1, bytes, now});
    bytes_ += bytes;
  } else if (one.batches.empty()) {
    origins_.erase(found);
  }
  return result;
}

void Arrivals::held(const Origin& origin, Gap range) {
  const auto found = origins_.find(origin);
  if (found == origins_.end()) return;
  OneOrigin& one = found->second;
  one.waiting.remove(range);
  for (Batch& batch : one.batches) {
    batch.left -= std::min(batch.left, overlap(batch.range, range));
    if (batch.left == 0) bytes_ -= batch.bytes;
  }
  std::erase_if(one.batches, [](const Batch& batch) { return batch.left == 0; });
  if (one.batches.empty()) origins_.erase(found);
}

void Arrivals::expire(MonoMs before) {
  for (auto it = origins_.begin(); it != origins_.end();) {
    const bool late = std::ranges::any_of(
        it->second.batches, [before](const Batch& batch) { return batch.since < before; });
    if (late) {
      for (const Batch& batch : it->second.batches) bytes_ -= batch.bytes;
      it = origins_.erase(it);
    } else {
      ++it;
    }
  }
}

void Arrivals::clear() {
  origins_.clear();
  bytes_ = 0;
}

bool Arrivals::contains(const Origin& origin, Seq seq) const {
  const SeqRanges* waiting = of(origin);
  return waiting != nullptr && waiting->contains(seq);
}

const SeqRanges* Arrivals::of(const Origin& origin) const {
  const auto found = origins_.find(origin);
  return found == origins_.end() ? nullptr : &found->second.waiting;
}

}  // namespace holdfast::replication
