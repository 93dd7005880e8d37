// A set of sequence numbers of one origin, kept as ranges. Unlike an IntervalSet it knows no
// hashes: it says which numbers are spoken for (asked for, under way to the disk, set aside), not
// what is held.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "protocol/intervals.h"

namespace holdfast::replication {

class SeqRanges {
 public:
  void add(protocol::Gap range);
  void remove(protocol::Gap range);
  bool contains(protocol::Seq seq) const;
  bool touches(protocol::Gap range) const;
  bool touches(const SeqRanges& other) const;
  bool empty() const { return last_of_.empty(); }
  std::uint64_t count() const;
  std::vector<protocol::Gap> ranges() const;  // ascending
  // The parts of `gaps` (ascending, disjoint) that are not in the set, ascending.
  std::vector<protocol::Gap> cut_from(const std::vector<protocol::Gap>& gaps) const;

 private:
  std::map<std::uint64_t, std::uint64_t> last_of_;  // first -> last; disjoint, never adjacent
};

// The number before `seq`; 0 stands for the beginning of the chain.
inline protocol::Seq previous(protocol::Seq seq) {
  return protocol::Seq(seq.value() - 1);
}

// How many numbers `gaps` hold.
std::uint64_t count_of(const std::vector<protocol::Gap>& gaps);

}  // namespace holdfast::replication
