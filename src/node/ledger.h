// This incarnation's own origin: the next number, the chain so far, the clock, the MAC.
//
// Every event that this node takes becomes an entry here: `accept` for what an author brings (a new
// acceptance, ours), `carry` for what was accepted elsewhere and given back, or re-entered after a
// rollback (the acceptance as it was). Numbers are dense and the chain is computed at once, so a
// batch that fails ends the incarnation (docs/decisions/0002).
#pragma once

#include "node/turn.h"
#include "protocol/hlc.h"

namespace holdfast::node {

class Ledger {
 public:
  explicit Ledger(Turn& turn);

  Entry accept(const ContentPtr& content);
  Entry carry(const ContentPtr& content, const Acceptance& acceptance);

  // Somebody shows a genuine acceptance by this incarnation of which it knows nothing: its machine
  // was rolled back, or its disk forgot. Its next numbers may be taken already, so it must end.
  void contradicted() { contradicted_ = true; }
  bool is_contradicted() const { return contradicted_; }

  // Somebody else's time; a clock that is too far ahead is not followed.
  void observe(const Acceptance& acceptance);

  Seq last() const { return Seq(next_ - 1); }
  // Only for the bug that is planted to be found: carries on after `last` of this origin's former
  // life.
  void resume(Seq last, const ChainHash& h);

 private:
  Entry enter(const ContentPtr& content, Acceptance acceptance);

  Turn& turn_;
  protocol::HybridClock clock_;
  std::uint64_t next_ = 1;
  ChainHash h_;
  bool contradicted_ = false;
};

}  // namespace holdfast::node
