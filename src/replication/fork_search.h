// Finds the last entry that two chains of one origin have in common: bisection over single entries,
// of which each side is asked for its hash. Holes count as "differs": the answer may be too low,
// which only re-enters some entries needlessly, never too high.
#pragma once

#include <optional>

#include "protocol/ids.h"

namespace holdfast::replication {

class ForkSearch {
 public:
  // The chains are one up to `common` and not at `differs`.
  ForkSearch(protocol::Seq common, protocol::Seq differs);

  // The entry to compare next; nothing when the search is over.
  std::optional<protocol::Seq> probe() const;
  // h[probe] of either side, nullopt when it is not there. An answer to an older probe is ignored.
  void ours(protocol::Seq seq, std::optional<protocol::ChainHash> h);
  void theirs(protocol::Seq seq, std::optional<protocol::ChainHash> h);

  // Out of patience: what is known to be common by now is the answer.
  void give_up() { differs_ = protocol::Seq(common_.value() + 1); }
  bool over() const { return !probe(); }
  protocol::Seq last_common() const { return common_; }

 private:
  struct Answer {
    bool given = false;
    std::optional<protocol::ChainHash> h;
  };
  void compare();

  protocol::Seq common_;
  protocol::Seq differs_;
  bool first_ =
      true;  // most often the shorter tail is wholly common: try its end before the middle
  Answer ours_;
  Answer theirs_;
};

}  // namespace holdfast::replication
