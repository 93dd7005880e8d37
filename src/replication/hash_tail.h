// The chain hashes of the newest entries of one origin, kept until the peer has confirmed them: so
// that the answer "I hold your entries up to 812, and its hash is this" is checked from memory,
// once for each commit, and not by a read of the journal. Bounded: what a long outage pushes out is
// read from the journal when it is asked for.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "protocol/ids.h"

namespace holdfast::replication {

class HashTail {
 public:
  explicit HashTail(std::size_t size_max = 65'536) : size_max_(size_max) {}

  // A jump forward begins anew; a number at or below the newest is no news.
  void add(protocol::Seq seq, const protocol::ChainHash& h);
  std::optional<protocol::ChainHash> at(protocol::Seq seq) const;
  // Forgets what stands before `seq`, not `seq` itself: it is the peer's answer until its next one.
  void confirm(protocol::Seq seq);
  void clear() { hashes_.clear(); }
  std::size_t size() const { return hashes_.size(); }

 private:
  std::size_t size_max_;
  std::uint64_t first_ = 0;
  std::deque<protocol::ChainHash> hashes_;  // of first_, first_ + 1, ...
};

}  // namespace holdfast::replication
