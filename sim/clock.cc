#include "sim/clock.h"

#include <algorithm>

namespace holdfast::sim {

bool Scheduler::later(const Due& a, const Due& b) {
  return a.when != b.when ? a.when > b.when : a.number > b.number;
}

void Scheduler::at(SimMs when, Work work) {
  queue_.push_back({std::max(when, now_), next_number_++, std::move(work)});
  std::ranges::push_heap(queue_, later);
}

void Scheduler::run_until(SimMs end) {
  while (!stopped_ && !queue_.empty() && queue_.front().when <= end) {
    std::ranges::pop_heap(queue_, later);
    Due due = std::move(queue_.back());
    queue_.pop_back();
    now_ = due.when;
    ++steps_;
    due.work();
  }
  if (!stopped_) now_ = std::max(now_, end);
}

Now MachineClock::now() const {
  const double passed = static_cast<double>(scheduler_.now().value());
  const auto drifted = static_cast<std::int64_t>(passed * (1.0 + drift_ppm_ / 1'000'000.0));
  return {WallMs(kWallStart.value() + drifted) + offset_, MonoMs(1'000 + drifted)};
}

}  // namespace holdfast::sim
