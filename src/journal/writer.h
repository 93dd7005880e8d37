// The two threads that a process runs over one journal: one appends, one reads.
//
//   core --Append--> JournalWriter --one transaction, one sync--> journal --results--> core
//   core --Read----> JournalReader --after the appends submitted before it--> answer
//
// Shells own both, make the writer first and end it last, and outlive nothing that a callback
// touches. Callbacks run on the thread that did the work and must be short: they post to the core's
// mailbox.
//
// Shutdown has two phases: stop() refuses new work and returns at once; finish() (and the
// destructor) carries out what was accepted and joins. A failing journal answers every batch with
// its error; nothing accepted goes unanswered.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "journal/journal.h"

namespace holdfast::journal {

// Counts appends in the order of their submission, so that a reader can wait for those before it.
using Ticket = Strong<struct TicketTag, std::uint64_t>;

class JournalWriter {
 public:
  using Done = std::move_only_function<void(Result<Arrival>)>;
  struct Limits {
    std::size_t batches_max = 10'000;  // waiting; one more is refused
    std::size_t group_max = 1'000;     // batches in one transaction
  };

  // `journal` must outlive the writer; nobody else appends through it.
  explicit JournalWriter(Journal& journal) : JournalWriter(journal, Limits()) {}
  JournalWriter(Journal& journal, Limits limits);
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // Whatever has accumulated while the disk was busy is committed as one group. False when the
  // queue is full or stopped: `done` is not called then. Any thread.
  [[nodiscard]] bool submit(std::vector<protocol::Entry> entries, std::optional<LeaseClaim> lease,
                            Done done);

  void stop();
  void finish();

  // The ticket of the newest submitted append.
  Ticket submitted() const;
  // Waits until that append was answered.
  void wait_for(Ticket ticket) const;

  struct Counters {
    std::uint64_t groups = 0, batches = 0, entries = 0, refused = 0, failed = 0;
    std::size_t waiting = 0;
  };
  Counters counters() const;
  // Called after each group, on the writer's thread. Set before the first submit.
  void on_committed(std::function<void()> callback) { committed_ = std::move(callback); }

 private:
  struct Job {
    std::vector<protocol::Entry> entries;
    std::optional<LeaseClaim> lease;
    Done done;
  };

  void run();
  void commit(std::vector<Job> jobs);

  Journal& journal_;
  const Limits limits_;
  std::function<void()> committed_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  mutable std::condition_variable answered_;
  // Guarded by mutex_:
  std::deque<Job> jobs_;
  bool stopped_ = false;
  Ticket submitted_;
  Ticket done_;
  Counters counters_;

  std::thread thread_;  // last: the thread uses all of the above
};

class JournalReader {
 public:
  // Called on the reader's thread with the journal.
  using Work = std::move_only_function<void(Journal&)>;
  struct Limits {
    std::size_t waiting_max = 100'000;
    Ms idle_pause =
        Ms(5);  // between two pieces of maintenance, and at least so long after the last read
    Ms idle_patience = Ms(60'000);  // maintenance that had nothing to do looks again after this
    unsigned busy_max = 64;         // reads in a row without a piece of maintenance
  };

  // Both must outlive the reader.
  JournalReader(Journal& journal, JournalWriter& writer)
      : JournalReader(journal, writer, Limits()) {}
  JournalReader(Journal& journal, JournalWriter& writer, Limits limits);
  ~JournalReader();
  JournalReader(const JournalReader&) = delete;
  JournalReader& operator=(const JournalReader&) = delete;

  // Carried out in order, each after the appends that were submitted before it. False when full or
  // stopped: `work` is not called then. Any thread.
  [[nodiscard]] bool submit(Work work);

  // There may be maintenance to do: an append was committed. Any thread.
  void nudge();

  void stop();
  void finish();

  std::size_t waiting() const;

 private:
  struct Job {
    Work work;
    Ticket after;
  };

  void run();
  std::optional<Job> next();
  // True when there is more to do at once.
  bool maintain();

  Journal& journal_;
  JournalWriter& writer_;
  const Limits limits_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  // Guarded by mutex_:
  std::deque<Job> jobs_;
  bool stopped_ = false;
  bool maintenance_due_ = true;

  std::thread thread_;
};

}  // namespace holdfast::journal
