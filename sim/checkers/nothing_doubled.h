// Invariant 2. No event shows twice in any view, and no origin takes an event twice: it would be
// two lines on the screen of a client that counts acceptances. (Two digests under one id are two
// events: one_id.h.)
#pragma once

#include <set>
#include <unordered_set>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NothingDoubled final : public Checker {
 public:
  using Checker::Checker;
  void view_changed(const View& view) override;

 private:
  static constexpr const char* kRule = "2 nothing doubled";
};

}  // namespace holdfast::sim
