// What a deployment holds of an origin, with exact meaning: intervals whose chain hashes agree
// inside, at joins, and with the origin's owner. docs/protocol.md §3.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "protocol/ids.h"

namespace holdfast::protocol {

struct Interval {
  Seq first;
  Seq last;
  ChainHash before;  // h[first-1]
  ChainHash after;   // h[last]
  friend bool operator==(const Interval&, const Interval&) = default;
};

// A run [first, last] of one origin that a set lacks.
struct Gap {
  Seq first;
  Seq last;
  friend bool operator==(const Gap&, const Gap&) = default;
};

enum class AddResult { kAdded, kAlreadyHeld, kFork };

// Ascending, disjoint, maximal intervals of one origin. A value type.
class IntervalSet {
 public:
  // Adds a verified run. kFork leaves the set unchanged: numbers touch or overlap at an edge whose
  // hashes do not agree.
  AddResult add(const Interval& run);
  // Forgets [first, last] (a quarantined row). `before`/`after` give the hashes at the two cuts
  // where the set still holds neighbours.
  void subtract(Seq first, Seq last, ChainHash before, ChainHash after);
  bool contains(Seq seq) const;
  Seq highest() const;  // 0 when empty
  // What `theirs` holds and this does not, ascending.
  std::vector<Gap> missing_from(const IntervalSet& theirs) const;
  // Edges of both sets at which the hashes contradict each other: proof of a fork. The smallest
  // such seq.
  std::optional<Seq> contradiction(const IntervalSet& other) const;
  const std::vector<Interval>& intervals() const { return intervals_; }
  friend bool operator==(const IntervalSet&, const IntervalSet&) = default;

 private:
  std::vector<Interval> intervals_;
};

using Holdings = std::map<Origin, IntervalSet>;

}  // namespace holdfast::protocol
