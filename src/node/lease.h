// The decider lease of this deployment: which of its nodes decides and pulls. Embedded, the only
// node always gets it, at most lease_ms after a predecessor was killed.
//
// The journal keeps it by the wall clock, we count by the monotonic one from the moment of asking,
// and stop a little early: a node that was suspended finds its lease over before it decides
// anything. The commit checks it once more.
#pragma once

#include <optional>

#include "node/turn.h"

namespace holdfast::node {

class Lease {
 public:
  explicit Lease(Turn& turn) : turn_(turn) {}

  // Asks for it when it is time to.
  void tick();
  // Gives it up, for whoever comes next.
  void release();
  // Gives it up to a neighbour that can do more with it, and does not ask again for a while.
  void stand_back();
  // True when `read` was ours.
  bool read_done(ReadId read, const journal::Lease& lease);

  bool held() const { return term_.has_value() && turn_.mono() < held_until_; }
  Term term() const { return *term_; }  // while held
  journal::LeaseClaim claim() const { return {turn_.origin.value(), *term_}; }

 private:
  void ask(WallMs until);

  Turn& turn_;
  std::optional<ReadId> asked_;
  MonoMs asked_at_{};
  MonoMs next_{};
  MonoMs held_until_{};
  std::optional<Term> term_;
  bool released_ = false;
  bool standing_back_ = false;
};

}  // namespace holdfast::node
