// A Loop on a thread of its own, for tests that speak to it from outside.
#pragma once

#include <future>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "net/loop.h"

namespace holdfast::net {

class LoopThread {
 public:
  explicit LoopThread(Ms sweep_every = Ms{20}) : loop_(clock_, sweep_every) {
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~LoopThread() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
  }

  // Runs `work` on the loop's thread and waits for its result.
  template <class Work>
  auto call(Work work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto result = task.get_future();
    loop_.post([task = std::move(task)]() mutable { task(); });
    return result.get();
  }

  Loop& loop() { return loop_; }

 private:
  SystemClock clock_;
  Loop loop_;
  std::thread thread_;
};

}  // namespace holdfast::net
