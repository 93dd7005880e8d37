// Invariant 3, first half. Equal sets render equal transcripts, byte for byte, whoever holds them
// and in whatever order they came.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class SameTranscript final : public Checker {
 public:
  using Checker::Checker;
  void view_changed(const View& view) override;
  void at_end(const Ending& ending) override;

 private:
  void compare(const Hash32& set, std::uint64_t transcript, const std::string& who,
               const ChatId& chat);

  // Set -> transcript, and who showed it first.
  std::unordered_map<Hash32, std::pair<std::uint64_t, std::string>> known_;
};

}  // namespace holdfast::sim
