// Invariant 4, first half. The highest epoch wins and nothing else ever does: neither a client nor
// a node goes back to a lower one.
#pragma once

#include <map>
#include <unordered_set>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Epochs final : public Checker {
 public:
  using Checker::Checker;
  void verdict_told(const std::string& who, const std::string& connection, Epoch epoch) override;
  void active_changed(const std::string& who, Epoch before, Epoch now) override;
  void view_changed(const View& view) override;

 private:
  static constexpr const char* kRule = "4 epochs";

  std::map<std::string, Epoch> told_;  // by client and connection: one incarnation of one node
  std::unordered_set<Digest> sound_;   // decisions
};

}  // namespace holdfast::sim
