// Invariant 3, second half. A reply never precedes what it answers, and one author's events keep
// their order: on every screen, at every change.
//
// An event that nobody accepted yet stands last, so it is compared with nothing. One author's two
// events are compared when the screen holds what joins them; while a link of that chain is missing
// the place is computed without it (design §3).
#pragma once

#include <set>
#include <unordered_map>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class TranscriptOrder final : public Checker {
 public:
  using Checker::Checker;
  void composed(const Composed& made) override;
  void view_changed(const View& view) override;

 private:
  static constexpr const char* kRule = "3 order";

  bool joined(const Digest& later, const Digest& earlier) const;

  std::unordered_map<Digest, Digest> own_before_;
  std::unordered_map<Digest, ContentPtr> made_;
};

}  // namespace holdfast::sim
