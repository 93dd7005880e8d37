// Invariant 4: while nothing fails the decider decides. A deployment that decides for itself before
// the first fault of a run strikes did not wait for anybody.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NoNeedlessAutonomy final : public Checker {
 public:
  using Checker::Checker;
  void peace_is_over() override { peace_ = false; }
  void view_changed(const View& view) override {
    if (!peace_) return;
    for (const ViewLine& line : view.lines) {
      if (line.content->head.kind != "route") continue;
      const auto decision = chat::parse_decision(*line.content);
      if (!decision || !decision->autonomous) continue;
      return failures_.add("4 no needless autonomy",
                           "{} decided chat {} autonomously, and nothing had failed yet",
                           line.content->head.author, short_name(view.chat));
    }
  }

 private:
  bool peace_ = true;
};

}  // namespace holdfast::sim
