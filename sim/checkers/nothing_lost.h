// Invariant 1. No accepted event is lost while the accepting journal survives or one browser that
// holds it is there with its storage; no safe event is lost unless both journals are destroyed.
//
// "Destroyed" is exact: the simulator tells which events a restore took from which journal. A crash
// takes nothing that was accepted.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NothingLost final : public Checker {
 public:
  using Checker::Checker;

  void told_accepted(const std::string&, const Digest& digest, Deployment by) override {
    accepted_[digest] |= bit(by);
  }
  void told_safe(const std::string&, const Digest& digest) override { safe_.insert(digest); }
  void view_changed(const View& view) override;
  void destroyed(Deployment deployment, const std::set<Digest>& digests) override {
    for (const Digest& digest : digests) destroyed_[digest] |= bit(deployment);
  }
  void at_end(const Ending& ending) override;

 private:
  static constexpr const char* kRule = "1 nothing lost";

  void check_disasters(const Ending& ending);
  void check_tabs(const Ending& ending);

  std::unordered_map<Digest, unsigned> accepted_;  // by whom, as somebody was told or saw
  std::set<Digest> safe_;
  std::map<Digest, unsigned> destroyed_;
};

}  // namespace holdfast::sim
