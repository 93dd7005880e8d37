// Invariant 4, what keeps a granted ask from being overruled by an old conflict: a decision names
// every unreplaced decision that its maker knows.
//
// What a maker knew is read from its journal at the end: a decision in the past of this one that
// had arrived there before something that this one names directly. Where the order of arrivals says
// less (two nodes over one journal, a journal that was restored) nothing is claimed.
#pragma once

#include <set>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NamesAll final : public Checker {
 public:
  using Checker::Checker;
  void destroyed(Deployment deployment, const std::set<Digest>&) override {
    struck_.insert(deployment);
  }
  void at_end(const Ending& ending) override;

 private:
  void check(Deployment maker, const FinalJournal& journal);

  std::set<Deployment> struck_;
};

}  // namespace holdfast::sim
