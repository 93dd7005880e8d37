#include "sim/clock.h"

#include <algorithm>

namespace holdfast::sim {

void Scheduler::at(SimMs when, Work work) {
  when = std::max(when, now_);
  if (when >= now_ + Ms(kNear)) return add(far_[when], std::move(work));
  add(near_[slot_of(when)], std::move(work));
  some_near_.set(slot_of(when));
}

void Scheduler::add(List& list, Work work) {
  ItemId id = static_cast<ItemId>(items_.size());
  if (free_.empty()) {
    items_.push_back({.work = std::move(work)});
  } else {
    id = free_.back();
    free_.pop_back();
    items_[id] = {.work = std::move(work)};
  }
  (list.first == kNone ? list.first : items_[list.last].next) = id;
  list.last = id;
}

Work Scheduler::take_first(List& list) {
  const ItemId id = list.first;
  list.first = items_[id].next;
  free_.push_back(id);
  return std::move(items_[id].work);
}

std::optional<SimMs> Scheduler::next_due() const {
  const std::size_t from = slot_of(now_);
  if (some_near_.test(from)) return now_;
  std::size_t slot = some_near_._Find_next(from);
  if (slot == kNear) slot = some_near_._Find_first();  // round the wheel
  if (slot != kNear) return now_ + Ms((slot + kNear - from) % kNear);
  return far_.empty() ? std::nullopt : std::optional(far_.begin()->first);
}

// What was far and is near now was asked for before anything that will be asked for near.
void Scheduler::stand_at(SimMs now) {
  now_ = now;
  while (!far_.empty() && far_.begin()->first < now_ + Ms(kNear)) {
    const std::size_t slot = slot_of(far_.begin()->first);
    near_[slot] = far_.begin()->second;
    some_near_.set(slot);
    far_.erase(far_.begin());
  }
}

void Scheduler::run_until(SimMs end) {
  while (!stopped_) {
    const auto due = next_due();
    if (!due || *due > end) break;
    stand_at(*due);
    List& list = near_[slot_of(now_)];
    while (!stopped_ && list.first != kNone) take_first(list)();
    if (list.first == kNone) some_near_.reset(slot_of(now_));
  }
  if (!stopped_) stand_at(std::max(now_, end));
}

Now MachineClock::now() const {
  const double passed = static_cast<double>(scheduler_.now().value());
  const auto drifted = static_cast<std::int64_t>(passed * (1.0 + drift_ppm_ / 1'000'000.0));
  return {WallMs(kWallStart.value() + drifted) + offset_, MonoMs(1'000 + drifted)};
}

}  // namespace holdfast::sim
