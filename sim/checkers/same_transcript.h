// Invariant 3, first half. Equal sets render equal transcripts, byte for byte, whoever holds them
// and in whatever order they came.
#pragma once

#include <map>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class SameTranscript final : public Checker {
 public:
  using Checker::Checker;
  void view_changed(const View& view) override;
  void at_end(const Ending& ending) override;

 private:
  void compare(const Hash32& set, const Hash32& transcript, const std::string& who,
               const ChatId& chat);

  std::map<Hash32, std::pair<Hash32, std::string>>
      known_;  // set -> transcript, and who showed it first
};

}  // namespace holdfast::sim
