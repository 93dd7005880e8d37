// Invariant 4, second half. A decision is superseded only by one that names it, or by the rule of
// docs/protocol.md §6 among the concurrent ones. The rule is written down here a second time, so
// that the product's fold is compared with something.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Decisions final : public Checker {
 public:
  using Checker::Checker;
  void view_changed(const View& view) override;
};

}  // namespace holdfast::sim
