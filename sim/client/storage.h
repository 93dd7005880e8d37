// What a browser keeps for a page: survives a reload, unless it is lost. Writes become durable a
// moment after they were made.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/frames.gen.h"
#include "sim/client/held.h"
#include "sim/clock.h"

namespace holdfast::sim {

struct StoredEvent {
  Held held;
  bool own = false;  // belongs to the outbox until it is safe or refused
};

class Storage {
 public:
  explicit Storage(Scheduler& scheduler) : scheduler_(scheduler) {}

  struct Changes {
    std::map<Digest, StoredEvent> puts;
    std::set<Digest> removes;
    std::optional<protocol::SignedVerdict> verdict;
    bool empty() const { return puts.empty() && removes.empty() && !verdict; }
  };
  void write(Changes changes);
  // The tab went away in the middle: of the writes that were on their way the first `survive` were
  // made.
  void tab_ended(std::size_t survive);
  void lose_everything();

  std::size_t on_their_way() const { return pending_.size(); }
  const std::map<Digest, StoredEvent>& events() const { return events_; }
  const std::optional<protocol::SignedVerdict>& verdict() const { return verdict_; }
  // Events that were ever durable here since the storage was last lost.
  const std::set<Digest>& ever_kept() const { return ever_kept_; }

 private:
  void apply(Changes changes);

  Scheduler& scheduler_;
  std::deque<Changes> pending_;
  std::uint64_t generation_ = 0;
  std::map<Digest, StoredEvent> events_;
  std::optional<protocol::SignedVerdict> verdict_;
  std::set<Digest> ever_kept_;
};

}  // namespace holdfast::sim
