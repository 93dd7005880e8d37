// The disk of a deployment: the memory journal of the product behind latency, group commit and
// failures.
//
// Each node has a JournalQueue, which keeps the order that the node asked for: a read waits for the
// appends before it. Appends that wait together share a sync. Between write and sync a power
// failure loses them; nobody has been told yet.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "journal/memory/memory_journal.h"
#include "node/node.h"
#include "sim/client/watcher.h"
#include "sim/clock.h"
#include "sim/process.h"
#include "sim/trace.h"

namespace holdfast::sim {

class Disk {
 public:
  Disk(Trace& trace, Watcher& watcher, protocol::Deployment deployment, SeededRandom random)
      : trace_(trace), watcher_(watcher), deployment_(deployment), random_(random) {}

  journal::MemoryJournal& journal() { return journal_; }
  // What nodes do with it.
  Result<journal::Arrival> write(const node::Append& append, bool and_sync);
  Result<journal::Lease> acquire_lease(const std::string& holder, WallMs now, WallMs until);
  Ms draw_sync();
  Ms draw_read();

  // Faults.
  void slow_down(Ms sync) { slow_ = sync; }
  void speed_up() { slow_ = Ms(0); }
  void fail_next(ErrorCode code) { journal_.fail_next_append(code); }
  void lose_power();  // the un-synced tail is lost, or a part of it
  std::unique_ptr<journal::MemoryJournal> backup() const { return journal_.clone(); }
  // Returns the events that are nowhere in this journal any more.
  std::set<protocol::Digest> restore(const journal::MemoryJournal& backup);
  bool corrupt_a_row();

  std::set<protocol::Digest> digests() const;
  // Its entries, by their place in a chain.
  std::set<protocol::ChainHash> chain() const;

 private:
  // Those of `before` that it does not hold any more.
  void tell_gone(const std::set<protocol::ChainHash>& before);

  Trace& trace_;
  Watcher& watcher_;
  protocol::Deployment deployment_;
  SeededRandom random_;
  journal::MemoryJournal journal_;
  // As it was told to whoever asked last; nothing when a restore may have changed it.
  std::optional<journal::Lease> lease_;
  Ms slow_{0};
};

class JournalQueue {
 public:
  using Answer =
      std::function<void(node::Input)>;  // Committed, AppendFailed, ReadDone; at a later time
  // `wall`: the clock of the machine.
  JournalQueue(Disk& disk, Process& process, std::function<WallMs()> wall, Answer answer)
      : disk_(disk), process_(process), wall_(std::move(wall)), answer_(std::move(answer)) {}

  void push(node::Append append);
  void push(node::Read read);
  // Nothing is asked, on its way, or unanswered.
  bool idle() const { return !busy_ && asks_.empty(); }
  // The database is gone, and nobody has said so: what waits goes on waiting.
  void hang();
  // The database went away under a running node: what waits fails.
  void fail_all(const std::string& why);

 private:
  using Ask = std::variant<node::Append, node::Read>;

  void work();
  void write_group();
  void read_one();
  Result<node::ReadAnswer> carry_out(const node::JournalAsk& ask);

  Disk& disk_;
  Process& process_;
  std::function<WallMs()> wall_;
  Answer answer_;
  std::deque<Ask> asks_;
  bool busy_ = false;
  std::uint64_t round_ = 0;  // raised by fail_all: what is on its way then is answered already
  std::vector<node::BatchId> writing_;
};

}  // namespace holdfast::sim
