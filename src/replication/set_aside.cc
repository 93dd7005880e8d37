#include "replication/set_aside.h"

namespace holdfast::replication {

using protocol::Gap;
using protocol::Origin;
using protocol::Seq;

void SetAside::add(const Origin& origin, Gap range, MonoMs until) {
  ranges_[origin].add(range);
  by_time_.emplace(until, std::pair(origin, range));
}

void SetAside::remove(const Origin& origin, Gap range) {
  const auto found = ranges_.find(origin);
  if (found == ranges_.end()) return;
  found->second.remove(range);
  if (found->second.empty()) ranges_.erase(found);
}

bool SetAside::expire(MonoMs now) {
  bool any = false;
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    const auto [origin, range] = by_time_.begin()->second;
    by_time_.erase(by_time_.begin());
    remove(origin, range);
    any = true;
  }
  return any;
}

void SetAside::clear() {
  ranges_.clear();
  by_time_.clear();
}

const SeqRanges* SetAside::of(const Origin& origin) const {
  const auto found = ranges_.find(origin);
  return found == ranges_.end() ? nullptr : &found->second;
}

bool SetAside::contains(const Origin& origin, Seq seq) const {
  const SeqRanges* ranges = of(origin);
  return ranges != nullptr && ranges->contains(seq);
}

std::uint64_t SetAside::count() const {
  std::uint64_t count = 0;
  for (const auto& [origin, ranges] : ranges_) count += ranges.count();
  return count;
}

}  // namespace holdfast::replication
