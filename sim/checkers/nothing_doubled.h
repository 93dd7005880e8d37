// Invariant 2. No event shows twice in any view, and no origin takes an event twice: it would be
// two lines on the screen of a client that counts acceptances. A machine that was rolled back may
// take again what it no longer knows, until somebody tells it, and two that are one origin do not
// know of each other. (Two digests under one id are two events: one_id.h.)
#pragma once

#include <map>
#include <set>
#include <unordered_set>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NothingDoubled final : public Checker {
 public:
  using Checker::Checker;
  void view_changed(const View& view) override;
  void destroyed(Deployment deployment, const std::set<Digest>& digests) override {
    forgotten_[deployment].insert(digests.begin(), digests.end());
  }

  void cloned(Deployment deployment) override { cloned_.insert(deployment); }

 private:
  static constexpr const char* kRule = "2 nothing doubled";

  bool may_take_again(const protocol::Origin& origin, const Digest& digest) const;

  std::map<Deployment, std::set<Digest>> forgotten_;
  std::set<Deployment> cloned_;
};

}  // namespace holdfast::sim
