// Invariant 8, as far as a chat shows it: what stands under somebody's name was written by them;
// give-back cannot forge.
#pragma once

#include <unordered_set>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Authentic final : public Checker {
 public:
  using Checker::Checker;
  void composed(const Composed& made) override { made_.insert(made.content->digest); }
  void view_changed(const View& view) override;
  void at_end(const Ending& ending) override;

 private:
  static constexpr const char* kRule = "8 authentic";

  bool genuine(const protocol::Content& content) const;

  std::unordered_set<Digest> made_;
};

}  // namespace holdfast::sim
