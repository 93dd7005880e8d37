// The core's inbox: what sockets bring, bounded, and the answers to what the core itself asked for,
// which always fit.
//
// Everything carries the life it belongs to: after a Restart the next node must not hear of the
// sessions, batches and reads of the one before it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/bounded_queue.h"
#include "base/check.h"
#include "base/clock.h"
#include "node/node.h"

namespace holdfast::app {

using Life = Strong<struct LifeTag, std::uint64_t>;  // of a node in this process, from 1

inline constexpr Life kAnyLife{0};  // whichever node there is

struct Mail {
  Life life;
  node::Input input;
};

// Any thread puts, the core's thread takes.
class Mailbox {
 public:
  // `outside_max` bounds what sockets may put. Answers are bounded by what is under way (sessions,
  // batches, reads), far below the reserve.
  explicit Mailbox(std::size_t outside_max)
      : outside_max_(outside_max), queue_(outside_max + kReserve) {}

  // From outside: false, and the input untouched, when there is no room or the mailbox is closed.
  [[nodiscard]] bool offer(Life life, node::Input& input) {
    if (queue_.size() >= outside_max_) return false;
    Mail mail{life, std::move(input)};
    if (queue_.push(std::move(mail))) return true;
    input = std::move(mail.input);
    return false;
  }

  // An answer, or the end of something. Lost only when the mailbox is closed.
  void deliver(Life life, node::Input input) {
    const bool put = queue_.push({life, std::move(input)});
    CHECK(put || queue_.size() < outside_max_ + kReserve, "more answers than were asked for");
  }

  std::vector<Mail> take(std::size_t count_max, Ms patience) {
    return queue_.pop_batch_for(count_max, patience);
  }
  void close() { queue_.close(); }
  bool drained() const { return queue_.drained(); }
  std::size_t size() const { return queue_.size(); }

 private:
  static constexpr std::size_t kReserve = 500'000;

  const std::size_t outside_max_;
  BoundedQueue<Mail> queue_;
};

}  // namespace holdfast::app
