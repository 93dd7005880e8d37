// Invariant 1 as one person sees it: what stood on the screen, and was kept, stands there again
// after a reload.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class ScreenKeeps final : public Checker {
 public:
  using Checker::Checker;
  void told_refused(const std::string&, const Digest& digest, std::uint16_t) override {
    refused_.insert(digest);
  }
  void reloaded(const std::string& who, const std::set<Digest>& kept,
                const std::set<Digest>& on_screen) override {
    trace_.sometimes("reload with a kept transcript", kept.empty() ? 0 : 1);
    for (const Digest& digest : kept) {
      if (on_screen.contains(digest) || refused_.contains(digest)) continue;
      return failures_.add("1 screen keeps",
                           "{} stood on the screen of {} and was gone after a reload",
                           short_name(digest), who);
    }
  }

 private:
  std::set<Digest> refused_;
};

}  // namespace holdfast::sim
