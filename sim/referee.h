// All checkers of a run, as the one Watcher that the world knows.
#pragma once

#include <memory>
#include <vector>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Referee final : public Watcher {
 public:
  Referee(Failures& failures, Trace& trace);

  void composed(const Composed& made) override {
    tell([&](Watcher& one) { one.composed(made); });
  }
  void told_accepted(const std::string& who, const Digest& digest, Deployment by) override {
    tell([&](Watcher& one) { one.told_accepted(who, digest, by); });
  }
  void told_safe(const std::string& who, const Digest& digest) override {
    tell([&](Watcher& one) { one.told_safe(who, digest); });
  }
  void told_refused(const std::string& who, const Digest& digest, std::uint16_t code) override {
    tell([&](Watcher& one) { one.told_refused(who, digest, code); });
  }
  void view_changed(const View& view) override {
    tell([&](Watcher& one) { one.view_changed(view); });
  }
  void reloaded(const std::string& who, const std::set<Digest>& kept,
                const std::set<Digest>& on_screen) override {
    tell([&](Watcher& one) { one.reloaded(who, kept, on_screen); });
  }
  void verdict_told(const std::string& who, const std::string& connection, Epoch epoch) override {
    tell([&](Watcher& one) { one.verdict_told(who, connection, epoch); });
  }
  void active_changed(const std::string& who, Epoch before, Epoch now) override {
    tell([&](Watcher& one) { one.active_changed(who, before, now); });
  }
  void effect_received(const std::string& id) override {
    tell([&](Watcher& one) { one.effect_received(id); });
  }
  void destroyed(Deployment deployment, const std::set<Digest>& digests) override {
    tell([&](Watcher& one) { one.destroyed(deployment, digests); });
  }
  void entries_gone(Deployment deployment, const std::set<protocol::ChainHash>& entries) override {
    tell([&](Watcher& one) { one.entries_gone(deployment, entries); });
  }
  void safe_named(const std::string& who, Deployment by,
                  const protocol::from_node::Safe& safe) override {
    tell([&](Watcher& one) { one.safe_named(who, by, safe); });
  }
  void arrived(const Arrived& event) override {
    tell([&](Watcher& one) { one.arrived(event); });
  }
  void sent(const Sent& copy) override {
    tell([&](Watcher& one) { one.sent(copy); });
  }
  void answered(const std::string& tab, Deployment by, MonoMs at) override {
    tell([&](Watcher& one) { one.answered(tab, by, at); });
  }
  void peace_is_over() override {
    tell([&](Watcher& one) { one.peace_is_over(); });
  }
  void cloned(Deployment deployment) override {
    tell([&](Watcher& one) { one.cloned(deployment); });
  }
  void emptied(Deployment deployment, const std::set<Digest>& settings) override {
    tell([&](Watcher& one) { one.emptied(deployment, settings); });
  }
  void serves_again(Deployment deployment, const std::set<Digest>& settings) override {
    tell([&](Watcher& one) { one.serves_again(deployment, settings); });
  }
  void came_back(Deployment deployment) override {
    tell([&](Watcher& one) { one.came_back(deployment); });
  }
  void written(Deployment deployment, const protocol::Entry& entry) override {
    tell([&](Watcher& one) { one.written(deployment, entry); });
  }
  void written_without_lease(Deployment deployment, const std::string& by,
                             const std::string& holder) override {
    tell([&](Watcher& one) { one.written_without_lease(deployment, by, holder); });
  }
  void holdings_seen(SimMs at, const protocol::Holdings& primary,
                     const protocol::Holdings& redundant) override {
    tell([&](Watcher& one) { one.holdings_seen(at, primary, redundant); });
  }
  void failed_over(SimMs at, Deployment to) override {
    tell([&](Watcher& one) { one.failed_over(at, to); });
  }
  void failed_back(SimMs at, Deployment to, const protocol::Holdings& holdings) override {
    tell([&](Watcher& one) { one.failed_back(at, to, holdings); });
  }
  void newer_version_wrote(Deployment deployment, const ContentPtr& content) override {
    tell([&](Watcher& one) { one.newer_version_wrote(deployment, content); });
  }
  void at_end(const Ending& ending);

 private:
  template <class What>
  void tell(What what) {
    for (const auto& checker : checkers_) what(*checker);
  }

  std::vector<std::unique_ptr<Checker>> checkers_;
};

}  // namespace holdfast::sim
