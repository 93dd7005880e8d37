// Invariant 8, reading: what comes over a link is for the eyes behind it. Nothing for fewer eyes
// than the client's own, nothing of another site, and to a visitor nothing of another one's chat.
#pragma once

#include <map>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Audiences final : public Checker {
 public:
  using Checker::Checker;
  void composed(const Composed& made) override;
  void arrived(const Arrived& event) override;

 private:
  static constexpr const char* kRule = "8 audiences";

  std::map<ChatId, Author> visitors_;
};

}  // namespace holdfast::sim
