// What was handed to the journal and is not known to be durable yet.
//
// A turn's entries leave as one Append at its end. Until its Committed nothing of it is shown to
// anybody; but it is known here, so that a second send, another give-back or a second digest for
// one id is recognised while the first is still on its way.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "node/turn.h"

namespace holdfast::node {

class Batches {
 public:
  struct Batch {
    std::vector<Entry> entries;
    std::vector<std::function<void()>> then;
    MonoMs handed_in{};
  };

  // Looks at each entry before it joins those of the same turn, and may take its body away.
  using Look = std::function<void(Entry&, std::vector<Entry>& same_turn)>;

  explicit Batches(Turn& turn) : turn_(turn) {}

  void look_with(Look look) { look_ = std::move(look); }
  void add(Entry entry);
  // The turn's batch counts only while this lease is held.
  void fence(const journal::LeaseClaim& lease) { lease_ = lease; }
  // Runs after this turn's entries are durable; at once, at the end of the turn, when there are
  // none.
  void then(std::function<void()> what) { open_.then.push_back(std::move(what)); }
  // Ends the turn: the Append, when there is something to append. Returns what may run already.
  std::vector<std::function<void()>> flush();

  // The batch that became durable; empty for one that is not ours.
  std::optional<Batch> committed(BatchId id);

  // An entry with this event, or this acceptance, is on its way.
  bool carries(const Digest& digest) const { return events_.contains(digest); }
  bool carries(const Mac& mac) const { return macs_.contains(mac); }
  // `session` wants to hear when it is durable. Only while carries(digest).
  void wait(const Digest& digest, SessionId session);
  // Who waited for this event; asked when its first entry is durable.
  std::vector<SessionId> take_waiters(const Digest& digest);

  std::size_t entries_in_flight() const { return macs_.size(); }
  // How long the newest durable batch took, or the oldest one on its way waits so far: the longer.
  Ms journal_takes() const;
  bool idle() const { return in_flight_.empty() && open_.entries.empty(); }

 private:
  struct OnItsWay {
    std::size_t entries = 0;
    std::vector<SessionId> waiters;
  };

  Turn& turn_;
  Look look_;
  Batch open_;
  std::optional<journal::LeaseClaim> lease_;
  std::map<BatchId, Batch> in_flight_;
  Ms last_took_{0};
  std::map<Digest, OnItsWay> events_;
  std::multiset<Mac> macs_;
};

}  // namespace holdfast::node
