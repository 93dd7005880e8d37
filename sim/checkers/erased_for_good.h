// Invariant 7: erased bodies never come back: not from a deployment that was down, not from a
// browser, not from a restored backup.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class ErasedForGood final : public Checker {
 public:
  using Checker::Checker;
  void at_end(const Ending& ending) override;
};

}  // namespace holdfast::sim
