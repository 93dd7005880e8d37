// Design §3, settings: of the writes of a register that nobody replaced, revocation beats grant,
// then the later (hlc, id). The rule is written down here a second time, over the journals; every
// node must tell the same, and who is revoked by it must be out.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class SettingsWinner final : public Checker {
 public:
  using Checker::Checker;
  void at_end(const Ending& ending) override;

 private:
  static constexpr const char* kRule = "3 settings winner";

  void check_node(const Ending& ending, const std::string& node, const std::string& told);
  void check_apprentice(const Ending& ending);
};

}  // namespace holdfast::sim
