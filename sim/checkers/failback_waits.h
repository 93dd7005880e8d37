// Design §7: the moderator fails back only to a deployment that holds all that the other one held
// at some moment since its return.
//
// Seen from outside: what both hold is noted every few seconds; at the failback one of the notes
// since the return must be covered. After a disaster nothing is claimed for a while: what was held
// then is not what is held now.
#pragma once

#include <deque>
#include <optional>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class FailbackWaits final : public Checker {
 public:
  using Checker::Checker;

  void came_back(Deployment deployment) override { returned_[deployment] = last_seen_; }
  void failed_over(SimMs at, Deployment to) override { returned_[protocol::other(to)] = at; }
  // Also one whose event stands in another entry: the moderator counts entries.
  void entries_gone(Deployment, const std::set<protocol::ChainHash>& entries) override {
    if (entries.empty()) return;
    notes_.clear();
    disturbed_ = last_seen_;
  }
  void holdings_seen(SimMs at, const protocol::Holdings& primary,
                     const protocol::Holdings& redundant) override;
  void failed_back(SimMs at, Deployment to, const protocol::Holdings& holdings) override;

 private:
  struct Note {
    SimMs at;
    protocol::Holdings primary, redundant;
  };

  SimMs last_seen_{0};
  std::map<Deployment, SimMs> returned_;
  std::optional<SimMs> disturbed_;
  std::deque<Note> notes_;
};

}  // namespace holdfast::sim
