// The thread of net: one epoll loop that owns every socket, and its timers.
//
// Everything in net belongs to one Loop and is used on its thread only, from inside a callback;
// post() alone may be called from anywhere. So nothing here needs a lock. Asio stays behind this
// header and descriptor.h: it drives readiness and time, while reading, writing and framing are
// plain calls of our own (docs in README.md).
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "base/clock.h"

namespace holdfast::net {

class LoopImpl;

// Looked at every now and then, for deadlines that need no precision: one timer for 20,000 links
// instead of one each.
class Swept {
 public:
  virtual ~Swept() = default;
  virtual void sweep(MonoMs now) = 0;
  // The loop is about to be destroyed, and with it every descriptor: let go of everything, tell
  // nobody.
  virtual void loop_ends() = 0;
};

class Loop {
 public:
  // `clock` must outlive the loop. Deadlines are met within `sweep_every`.
  explicit Loop(Clock& clock, Ms sweep_every = Ms{250});
  ~Loop();

  // Runs callbacks on the calling thread until stop(). May be called again afterwards.
  void run();
  // Any thread. What was posted before it still runs when run() is called again.
  void stop();
  // Runs `work` on the loop's thread, in the order of posting. Any thread.
  void post(std::move_only_function<void()> work);

  MonoMs now() const;
  Now wall_and_mono() const { return clock_.now(); }

  // Where every socket reads into: good until the callback returns, so that an idle link owns no
  // read buffer.
  std::span<char> read_buffer();

  // Swept until it dies.
  void add_swept(std::weak_ptr<Swept> swept);

  LoopImpl& impl() { return *impl_; }

 private:
  Clock& clock_;
  std::unique_ptr<LoopImpl> impl_;
};

// Calls back once, later. Cancelled by its destruction, by cancel() and by the next start(). Loop
// thread.
class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void start(Ms delay, std::function<void()> then);
  void cancel();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
