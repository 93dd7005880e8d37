// Many producers, one consumer, and a bound: the mailbox between the shells and a core.
//
// When full: push() refuses and gives the item back; the producer decides what that means for its
// kind of item (drop a signal, close a slow consumer, refuse a new chat).
// Shutdown has two phases: close() stops input; the consumer goes on popping until pop_batch()
// returns an empty batch, so nothing accepted is lost.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/clock.h"

namespace holdfast {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) { CHECK(capacity > 0); }

  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  // False when full or closed; `item` is then untouched. Any thread, never blocks for long.
  [[nodiscard]] bool push(T&& item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }

  [[nodiscard]] bool push(const T& item) { return push(T(item)); }

  // Waits for the first item, then takes up to `count_max`, in the order of their push. An empty
  // batch means closed and drained. Consumer only.
  std::vector<T> pop_batch(std::size_t count_max) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closed_ || !items_.empty(); });
    return take(count_max);
  }

  // As pop_batch(), but gives up after `patience`: then an empty batch only means "nothing yet";
  // ask drained(). Consumer only.
  std::vector<T> pop_batch_for(std::size_t count_max, Ms patience) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, patience, [this] { return closed_ || !items_.empty(); });
    return take(count_max);
  }

  // Stops input and wakes the consumer. Idempotent, any thread.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

  // Closed, and nothing left: the consumer may go.
  bool drained() const {
    const std::lock_guard lock(mutex_);
    return closed_ && items_.empty();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

  std::size_t capacity() const { return capacity_; }

 private:
  std::vector<T> take(std::size_t count_max) {
    std::vector<T> batch;
    batch.reserve(std::min(count_max, items_.size()));
    while (batch.size() < count_max && !items_.empty()) {
      batch.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return batch;
  }

  const std::size_t capacity_;

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  // Guarded by mutex_:
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace holdfast
