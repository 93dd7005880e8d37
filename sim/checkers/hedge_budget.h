// Design §6: while acks are late but flowing, hedges have a budget of 5 % of sends, and one to
// begin with. A hedge needs no budget when nothing at all was answered for one hedge delay, which
// is at least 150 ms; so one that leaves sooner after an answer of the other link was paid for.
#pragma once

#include <map>
#include <string>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class HedgeBudgetKept final : public Checker {
 public:
  using Checker::Checker;

  void answered(const std::string& tab, Deployment by, MonoMs at) override {
    tabs_[tab].answered[by] = at;
  }
  void sent(const Sent& copy) override {
    Tab& tab = tabs_[copy.tab];
    if (copy.first) ++tab.sends;
    if (!copy.hedge) return;
    const auto answer = tab.answered.find(protocol::other(copy.to));
    if (answer == tab.answered.end() || copy.at - answer->second >= kDelayMin) return;
    ++tab.paid;
    trace_.sometimes("hedge sent while acks flow");
    const double allowed = 1.0 + 0.05 * static_cast<double>(tab.sends);
    if (static_cast<double>(tab.paid) > allowed + 0.001)
      failures_.add("hedge budget", "{} hedged {} of {} sends while its main link answered",
                    copy.tab, tab.paid, tab.sends);
  }

 private:
  static constexpr Ms kDelayMin{150};
  struct Tab {
    std::int64_t sends = 0;
    std::int64_t paid = 0;
    std::map<Deployment, MonoMs> answered;
  };

  std::map<std::string, Tab> tabs_;
};

}  // namespace holdfast::sim
