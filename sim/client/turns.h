// The turns of a client: every callback, timer and call is one, and what looks at the whole client
// is done once at its end.
#pragma once

#include <functional>
#include <utility>

#include "sim/process.h"

namespace holdfast::sim {

class Turns {
 public:
  // `at_end` is called at the end of each.
  Turns(Process& process, std::function<void()> at_end)
      : process_(process), at_end_(std::move(at_end)) {}
  Turns(const Turns&) = delete;

  // A turn, or a part of the one that is under way.
  template <class What>
  void run(What&& work) {
    ++depth_;
    work();
    if (depth_ == 1) at_end_();
    --depth_;
  }
  // An input: a turn now, when the tab moves again, or never.
  template <class What>
  void take(What work) {
    process_.take([this, work = std::move(work)]() mutable { run(work); });
  }

 private:
  Process& process_;
  std::function<void()> at_end_;
  int depth_ = 0;
};

}  // namespace holdfast::sim
