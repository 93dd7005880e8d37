// Where the peer's chain of an origin and ours are known to be the same chain, and where they are
// known to differ.
//
// The peer reports intervals with a hash at each edge. A chain hash commits to everything before
// it, so one edge that agrees proves the whole interval up to there; one that differs proves a
// fork. An edge often lies inside an interval of ours, whose hash there we do not have in memory:
// that becomes a question to our own journal. Example: we hold 1..100 of X and the peer
// reports 1..80 with h=ab…; only our h[80] can tell whether its 80 entries are ours.
//
// Rejected: trusting the numbers and checking hashes only where intervals join. A journal that was
// rolled back and went on would then be told `safe` for entries that nobody else has (design §9,
// Active Directory's USN rollback).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "protocol/event.h"
#include "protocol/intervals.h"
#include "replication/hash_tail.h"

namespace holdfast::replication {

// What is h[seq] of `origin` in our journal?
struct EdgeQuestion {
  protocol::Origin origin;
  protocol::Seq seq;
};

class Agreement {
 public:
  // `own` is this incarnation: the only origin of which nobody can know more than we do.
  explicit Agreement(protocol::Origin own);

  // An entry became durable here; of our own deployment's origins the newest hashes are kept.
  void held(const protocol::Origin& origin, protocol::Seq seq, const protocol::ChainHash& h);
  // The peer sent entries up to `seq` that join ours with this hash: up to there it is one chain.
  void joined(const protocol::Origin& origin, protocol::Seq seq, const protocol::ChainHash& h);
  // Compares every edge that the peer reports of `origin`. Call when either side's set of it
  // changed. True when something new was learned.
  bool look(const protocol::Origin& origin, const protocol::IntervalSet& ours,
            const protocol::IntervalSet& theirs);
  // This run of the peer's does not fit what stands beside it here. That is remembered for as long
  // as it is so: a set grows elsewhere, too.
  void contradict(const protocol::Origin& origin, const protocol::Interval& run);

  // What only the journal can tell; at most `max`. Each is answered once, nullopt when the entry is
  // not there.
  std::vector<EdgeQuestion> take_questions(std::size_t max);
  // True when something new was learned. A failed read is forgotten and asked again at the next
  // look.
  bool answer(const EdgeQuestion& question, const std::optional<protocol::ChainHash>& ours);
  void forget(const EdgeQuestion& question);

  // The peer holds entry `seq`, and it is the same as ours: both have it in one interval with a
  // point that agrees at or after it. (A point beyond a hole of ours proves nothing about what
  // stands before the hole.)
  bool confirmed(const protocol::Origin& origin, protocol::Seq seq,
                 const protocol::IntervalSet& ours, const protocol::IntervalSet& theirs) const;
  // The smallest number at which the chains are known to differ.
  std::optional<protocol::Seq> contradiction(const protocol::Origin& origin) const;
  // The highest number up to which they are known to be one, below `seq`; 0 when nothing is known.
  protocol::Seq common_below(const protocol::Origin& origin, protocol::Seq seq) const;

  // Our own set was replaced: everything has to be looked at again.
  void clear();

 private:
  enum class State {
    kAsked,
    kAskedBeyond,
    kAgrees,
    kDiffers
  };  // beyond: above everything we hold of our own
  struct Point {
    protocol::ChainHash theirs;
    State state;
  };
  using Points = std::map<protocol::Seq, Point>;
  struct View {
    Points points;
    std::optional<protocol::Interval> join_failed;  // the lowest that contradict() reported
    std::optional<protocol::Seq> differs;  // the smallest of that and of the points that differ
    HashTail tail;
  };

  // Nothing where the two cannot be compared.
  std::optional<Point> judge(const protocol::Origin& origin, const View& view,
                             const protocol::IntervalSet& ours, protocol::Seq seq,
                             const protocol::ChainHash& theirs);
  static void weigh(View& view);
  bool keeps_tail(const protocol::Origin& origin) const;

  protocol::Origin own_;
  std::map<protocol::Origin, View> views_;
  std::vector<EdgeQuestion> questions_;
};

// The hash that `set` itself knows at `seq`, which is one of its edges.
std::optional<protocol::ChainHash> edge_hash(const protocol::IntervalSet& set, protocol::Seq seq);

}  // namespace holdfast::replication
