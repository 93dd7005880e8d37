// A program on a machine, as far as time is concerned: it runs, stands still with its inputs piling
// up (SIGSTOP, a frozen tab, a laptop lid), or is gone. Each life has a number, so that what was
// meant for an earlier one is dropped.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "sim/clock.h"

namespace holdfast::sim {

// How often a program looks at its clock.
inline constexpr Ms kTick{100};

class Process {
 public:
  explicit Process(Scheduler& scheduler) : scheduler_(scheduler) {}

  bool alive() const { return alive_; }
  bool paused() const { return paused_; }
  std::uint64_t life() const { return life_; }

  void start() {
    ++life_;
    alive_ = true;
    paused_ = false;
    backlog_.clear();
  }
  void end() {
    ++life_;
    alive_ = false;
    backlog_.clear();
  }
  void pause() { paused_ = true; }
  void resume() {
    paused_ = false;
    while (!paused_ && !backlog_.empty()) {
      Work work = std::move(backlog_.front());
      backlog_.pop_front();
      work();
    }
  }

  // An input: now, after the pause, or never.
  template <class What>
  void take(What&& work) {
    if (!alive_) return;
    if (paused_) {
      backlog_.emplace_back(std::forward<What>(work));
    } else {
      work();
    }
  }
  // Timers ring on full multiples of `step` only, as those of a hidden tab do; 0 ends it.
  void throttle(Ms step) { step_ = step; }

  // An input of this life, later.
  template <class What>
  void after(Ms delay, What work) {
    if (step_ > Ms(0)) {
      const std::int64_t due = scheduler_.now().value() + delay.count(), step = step_.count();
      delay += Ms((step - due % step) % step);
    }
    scheduler_.after(delay, [this, life = life_, work = std::move(work)]() mutable {
      if (life == life_) take(std::move(work));
    });
  }

 private:
  Scheduler& scheduler_;
  bool alive_ = false;
  bool paused_ = false;
  std::uint64_t life_ = 0;
  Ms step_{0};
  std::deque<Work> backlog_;
};

}  // namespace holdfast::sim
