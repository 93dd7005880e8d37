// Simulated time: one queue of what happens next, and the clocks of machines, which are never quite
// right.
//
// A run is a single thread that takes the earliest thing from the queue and does it. Two things due
// in the same millisecond happen in the order in which they were asked for, so a seed always tells
// the same story.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace holdfast::sim {

using SimMs = Instant<struct SimLine>;  // true time, which nobody in the simulation can read
using Work = std::move_only_function<void()>;

// A timing wheel: one list for each of the milliseconds that are near, and a map of the others.
class Scheduler {
 public:
  SimMs now() const { return now_; }
  void at(SimMs when, Work work);
  void after(Ms delay, Work work) { at(now_ + delay, std::move(work)); }

  // Does everything that is due until `end`, then stands at `end`. Stops early when asked to.
  void run_until(SimMs end);
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  using ItemId = std::uint32_t;
  static constexpr ItemId kNone = ~ItemId{0};
  static constexpr std::size_t kNear = 4'096;  // ms

  struct Item {
    Work work;
    ItemId next = kNone;
  };
  // Of one millisecond, in the order of asking.
  struct List {
    ItemId first = kNone, last = kNone;
  };
  static std::size_t slot_of(SimMs when) { return static_cast<std::size_t>(when.value()) % kNear; }

  void add(List& list, Work work);
  Work take_first(List& list);
  std::optional<SimMs> next_due() const;
  void stand_at(SimMs now);

  SimMs now_{0};
  bool stopped_ = false;
  std::deque<Item> items_;
  std::vector<ItemId> free_;
  std::array<List, kNear> near_;  // due from now_ on, before now_ + kNear
  std::bitset<kNear> some_near_;
  std::map<SimMs, List> far_;
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
