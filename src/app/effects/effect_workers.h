// Threads that post webhooks and send mail, so that nobody in the core waits for somebody else's
// server. As many as the core has attempts under way; a receiver that hangs holds one of them, for
// at most the timeout.
//
// Whatever happens, every attempt is answered once. Nothing is repeated here: the core knows when.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "app/effects/effects_config.h"
#include "base/bounded_queue.h"
#include "node/node.h"

namespace holdfast::app {

class EffectWorkers {
 public:
  using Answer = std::function<void(node::Input)>;

  // `config` and `clock` must outlive it.
  EffectWorkers(const EffectsConfig& config, Clock& clock, const std::string& build);
  ~EffectWorkers();  // what is under way is broken off

  // Answered once with Performed, on a worker's thread; at once when too much is under way. Any
  // thread.
  void perform(node::Perform effect, Answer answer);

  // Nothing is under way. Any thread.
  bool idle() const { return under_way_.load() == 0; }

 private:
  struct Job {
    node::Perform effect;
    Answer answer;
  };
  void work();

  const EffectsConfig& config_;
  Clock& clock_;
  const std::string agent_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> under_way_ = 0;
  BoundedQueue<Job> jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace holdfast::app
