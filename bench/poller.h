// The bench's own thread of sockets: epoll, alarms to the microsecond, and chores at the end of a
// batch of events. The clients of the bench use none of src/net but its frame codec, so that what
// is measured and what measures share as little as they can.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "bench/moment.h"

namespace holdfast::bench {

class Poller;

// Hears of a descriptor's readiness (EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP). May hear of an earlier
// descriptor of its own once more: dial anew from an alarm, never from here.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_ready(std::uint32_t events) = 0;
};

// Something to do once when the current batch of events is over, however often it was asked for.
class Chore {
 public:
  explicit Chore(Poller& poller) : poller_(poller) {}
  virtual ~Chore();
  Chore(const Chore&) = delete;
  Chore& operator=(const Chore&) = delete;

 protected:
  void do_soon();

 private:
  friend class Poller;
  virtual void do_chore() = 0;
  Poller& poller_;
  bool queued_ = false;
};

// Rings once at its moment; setting it again moves it.
class Alarm {
 public:
  Alarm(Poller& poller, std::function<void()> ring) : poller_(poller), ring_(std::move(ring)) {}
  ~Alarm() { clear(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  void at(Moment when);  // kNever: not at all
  void clear() { at(kNever); }

 private:
  friend class Poller;
  Poller& poller_;
  std::function<void()> ring_;
  Moment when_ = kNever;
};

// One thread: whoever calls run_until().
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Level-triggered.
  void add(int descriptor, std::uint32_t events, Watcher* watcher);
  void change(int descriptor, std::uint32_t events, Watcher* watcher);
  void remove(int descriptor);

  // False when `deadline` came before `done` (looked at after each batch) was true.
  bool run_until(const std::function<bool()>& done, Moment deadline);
  void run_for(Span span);

  // Where every socket reads into: good until the callback returns.
  std::span<char> read_buffer() { return read_buffer_; }

 private:
  friend class Chore;
  friend class Alarm;
  void ring_alarms();
  void do_chores();
  void wait(Moment until);

  int epoll_;
  std::set<std::pair<Moment, Alarm*>> alarms_;
  std::vector<Chore*> chores_;
  std::vector<char> read_buffer_;
};

}  // namespace holdfast::bench
