// What a browser keeps for a page, and shares among the page's tabs: survives a reload, unless it
// is lost. Writes become durable a moment after they were made; then the other tabs are told of
// them.
#pragma once

#include <functional>
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
  using TabId = std::size_t;
  void write(TabId tab, Changes changes);
  // The tab went away in the middle: of its writes that were on their way the first `survive` were
  // made.
  void tab_ended(TabId tab, std::size_t survive);
  void lose_everything();

  std::size_t on_their_way(TabId tab) const;
  // Called with what a tab wrote, for the others.
  void on_written(std::function<void(TabId, const Changes&)> tell) { tell_ = std::move(tell); }
  const std::map<Digest, StoredEvent>& events() const { return events_; }
  const std::optional<protocol::SignedVerdict>& verdict() const { return verdict_; }
  // Events that were ever durable here since the storage was last lost.
  const std::set<Digest>& ever_kept() const { return ever_kept_; }

 private:
  struct Pending {
    TabId tab;
    Changes changes;
  };
  void apply(Pending pending);

  Scheduler& scheduler_;
  std::function<void(TabId, const Changes&)> tell_;
  std::map<std::uint64_t, Pending> pending_;  // in the order in which they were made
  std::uint64_t writes_ = 0;
  std::map<Digest, StoredEvent> events_;
  std::optional<protocol::SignedVerdict> verdict_;
  std::set<Digest> ever_kept_;
};

}  // namespace holdfast::sim
