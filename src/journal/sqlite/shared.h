// What the appending and the reading thread of one open journal both see.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "journal/held.h"
#include "journal/journal.h"

namespace holdfast::journal {

// A mutex that serves in the order of asking: a reading thread that brings a long projection up,
// chunk by chunk, must not keep an append waiting for more than the chunk at hand.
class TurnMutex {
 public:
  void lock() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = next_++;
    turn_.wait(lock, [&] { return serving_ == mine; });
  }
  void unlock() {
    {
      const std::lock_guard lock(mutex_);
      ++serving_;
    }
    turn_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable turn_;
  // Guarded by mutex_:
  std::uint64_t next_ = 0;
  std::uint64_t serving_ = 0;
};

struct Shared {
  explicit Shared(std::string path_of_file) : path(std::move(path_of_file)) {}

  const std::string path;

  // Held during every write transaction of this process, so that its two threads wait for each
  // other here and not in SQLite's busy handler, which sleeps. Taken before `mutex`.
  TurnMutex write_mutex;

  std::mutex mutex;
  // Guarded by mutex: the file as of arrival `last`. `cuts` counts what took entries away
  // (docs/journal.md): when the file's is another, `held` is loaded afresh.
  Held held;
  Arrival last;
  std::int64_t cuts = 0;
  std::set<std::pair<protocol::Origin, protocol::Seq>> quarantined;
  std::optional<std::string> failed;

  std::atomic<int> wal_pages = 0;  // after the last commit
  std::atomic<std::uint64_t> undecodable = 0;

  // No transaction is begun after this.
  void fail(std::string why) {
    const std::lock_guard lock(mutex);
    if (!failed) failed = std::move(why);
  }
  // kIo "journal failed earlier: ..." once it has.
  Result<void> alive() {
    const std::lock_guard lock(mutex);
    if (failed) return holdfast::fail(ErrorCode::kIo, "journal failed earlier: {}", *failed);
    return {};
  }
};

}  // namespace holdfast::journal
