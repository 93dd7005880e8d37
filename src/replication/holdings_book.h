// What is held here and what the peer said it holds, origin by origin, with the differences kept
// counted: which origins we lack something of, how far the two are apart, and which of ours the
// peer has not been told about yet.
//
// The origin of this incarnation is special: nobody can hold more of it than we do, so numbers
// above our own are not a gap to be filled but a sign that we were rolled back. They are the
// business of Agreement and never counted as lacking.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocol/event.h"
#include "protocol/intervals.h"

namespace holdfast::replication {

// Orders origins by the age of their incarnation, the newest first.
struct NewestFirst {
  std::string incarnation;
  protocol::Origin origin;
  explicit NewestFirst(const protocol::Origin& origin);
  friend bool operator==(const NewestFirst&, const NewestFirst&) = default;
  friend std::strong_ordering operator<=>(const NewestFirst& a, const NewestFirst& b);
};

class HoldingsBook {
 public:
  explicit HoldingsBook(protocol::Origin own) : own_(std::move(own)) {}

  void replace_ours(protocol::Holdings all);
  protocol::AddResult add_ours(const protocol::Origin& origin, const protocol::Interval& run);
  void replace_theirs(protocol::Holdings all);
  void set_theirs(const protocol::Origin& origin, protocol::IntervalSet set);

  const protocol::Holdings& ours() const { return ours_; }
  const protocol::Holdings& theirs() const { return theirs_; }
  // Empty for an origin that nobody mentioned.
  const protocol::IntervalSet& ours(const protocol::Origin& origin) const;
  const protocol::IntervalSet& theirs(const protocol::Origin& origin) const;

  // What the peer holds of `origin` and we do not, ascending.
  std::vector<protocol::Gap> lacking(const protocol::Origin& origin) const;
  // The origins of which we lack something.
  const std::set<NewestFirst>& lacking() const { return lacking_; }
  std::uint64_t lacking_count() const { return lacking_count_; }
  // Entries that are not yet in both.
  std::uint64_t behind() const { return lacking_count_ + theirs_lacking_count_; }

  // Origins of ours that changed since the last call.
  std::set<protocol::Origin> take_changed();

 private:
  struct Difference {
    std::uint64_t here = 0;   // lacking here
    std::uint64_t there = 0;  // lacking there
  };
  void compare(const protocol::Origin& origin);

  protocol::Origin own_;
  protocol::Holdings ours_;
  protocol::Holdings theirs_;
  std::map<protocol::Origin, Difference> differences_;
  std::set<NewestFirst> lacking_;
  std::uint64_t lacking_count_ = 0;
  std::uint64_t theirs_lacking_count_ = 0;
  std::set<protocol::Origin> changed_;
};

}  // namespace holdfast::replication
