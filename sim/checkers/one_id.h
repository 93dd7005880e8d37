// Invariant 8, writing: what was accepted cannot be rewritten by its author. A node refuses a
// second event under an id that it holds. Two that two deployments took while they were cut off
// both stay, and the conflict is on record.
#pragma once

#include <set>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class OneId final : public Checker {
 public:
  using Checker::Checker;
  void destroyed(Deployment deployment, const std::set<Digest>&) override {
    struck_.insert(deployment);
  }
  void at_end(const Ending& ending) override;

 private:
  static constexpr const char* kRule = "8 one id";
  using Group = std::vector<const protocol::Event*>;  // of one (site, chat, author, id)

  void check(const Group& group, const FinalJournal& journal);
  bool on_record(const Group& group, const FinalJournal& journal) const;

  std::set<Deployment> struck_;
};

}  // namespace holdfast::sim
