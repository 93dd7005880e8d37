// Invariant 6. At most one claim for each (key, epoch, term) of a deployment; ids follow from their
// cause alone; and what was called for has arrived, at least once, when all is over.
#pragma once

#include <map>
#include <set>
#include <string>

#include "protocol/names.h"
#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Effects final : public Checker {
 public:
  using Checker::Checker;
  void effect_received(const std::string& id) override { ++received_[id]; }
  void destroyed(Deployment deployment, const std::set<Digest>&) override {
    struck_.insert(protocol::author_of(deployment));
  }
  void at_end(const Ending& ending) override;

 private:
  static constexpr const char* kRule = "6 effects";

  void check_claims(const Ending& ending);
  void check_arrivals(const Ending& ending);

  std::set<protocol::Author> struck_;             // by a disaster that took entries
  std::map<std::string, std::int64_t> received_;  // by id
};

}  // namespace holdfast::sim
