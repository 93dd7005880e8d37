// Entries that came from the peer and are on their way to our disk: verified, handed to the
// journal, not durable yet.
//
// They must not be pulled a second time, they must fit each other as well as what is held (two
// pulls may bring neighbouring runs), and they fill the window until they are durable, so that a
// slow disk slows the peer down instead of filling our memory.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "base/clock.h"
#include "protocol/event.h"
#include "protocol/intervals.h"
#include "replication/seq_ranges.h"

namespace holdfast::replication {

class Arrivals {
 public:
  // `bytes` is what the run weighs in the window. kFork, kAlreadyHeld: not taken.
  protocol::AddResult add(const protocol::Origin& origin, const protocol::Interval& run,
                          const protocol::IntervalSet& ours, std::size_t bytes, MonoMs now);
  // These became durable, here or through another node.
  void held(const protocol::Origin& origin, protocol::Gap range);
  // What the journal was given before `before` and never answered for is forgotten, and may be
  // pulled again.
  void expire(MonoMs before);
  void clear();

  bool contains(const protocol::Origin& origin, protocol::Seq seq) const;
  // Null when nothing of `origin` is on its way.
  const SeqRanges* of(const protocol::Origin& origin) const;
  std::size_t bytes() const { return bytes_; }

 private:
  struct Batch {
    protocol::Gap range;
    std::uint64_t left;
    std::size_t bytes;
    MonoMs since;
  };
  struct OneOrigin {
    protocol::IntervalSet soon;  // ours, and what is on its way
    SeqRanges waiting;
    std::deque<Batch> batches;
  };

  std::map<protocol::Origin, OneOrigin> origins_;
  std::size_t bytes_ = 0;
};

}  // namespace holdfast::replication
