// Simulated time: one queue of what happens next, and the clocks of machines, which are never quite
// right.
//
// A run is a single thread that takes the earliest thing from the queue and does it. Two things due
// in the same millisecond happen in the order in which they were asked for, so a seed always tells
// the same story.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/clock.h"

namespace holdfast::sim {

using SimMs = Instant<struct SimLine>;  // true time, which nobody in the simulation can read
using Work = std::move_only_function<void()>;

class Scheduler {
 public:
  SimMs now() const { return now_; }
  void at(SimMs when, Work work);
  void after(Ms delay, Work work) { at(now_ + delay, std::move(work)); }

  // Does everything that is due until `end`, then stands at `end`. Stops early when asked to.
  void run_until(SimMs end);
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  std::uint64_t steps() const { return steps_; }

 private:
  struct Due {
    SimMs when;
    std::uint64_t number;
    Work work;
  };
  static bool later(const Due& a, const Due& b);

  SimMs now_{0};
  std::uint64_t next_number_ = 0;
  std::uint64_t steps_ = 0;
  bool stopped_ = false;
  std::vector<Due> queue_;  // a heap, earliest first
};

// What one machine believes. Its wall clock may stand off by any amount and be set; its monotonic
// clock only runs a little fast or slow.
class MachineClock {
 public:
  MachineClock(const Scheduler& scheduler, double drift_ppm)
      : scheduler_(scheduler), drift_ppm_(drift_ppm) {}

  Now now() const;
  void step(Ms by) { offset_ += by; }
  void correct() { offset_ = Ms(0); }  // NTP reached it again; the drift of its crystal stays
  Ms offset() const { return offset_; }

 private:
  const Scheduler& scheduler_;
  double drift_ppm_;
  Ms offset_{0};
};

// The wall clock that is right, where simulated time began.
inline constexpr WallMs kWallStart{1'780'000'000'000};
inline WallMs true_wall(SimMs now) {
  return WallMs(kWallStart.value() + now.value());
}

}  // namespace holdfast::sim
