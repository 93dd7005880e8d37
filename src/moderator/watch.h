// The moderator's eye on one deployment: when to look, what was seen, and whether it knows the
// verdict.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "moderator/health.h"
#include "moderator/moderator.h"

namespace holdfast::moderator {

class Watch {
 public:
  Watch(Deployment deployment, const PolicyConfig& policy);

  Deployment deployment() const { return deployment_; }
  Health& health() { return health_; }
  const Health& health() const { return health_; }

  // Asks what is due: a probe, its state. `next_probe` numbers the probes of all watches.
  void look(Now now, std::uint64_t& next_probe, Effects& effects);
  // Publishes `verdict` until the deployment is known to know an epoch at least as high.
  void publish(const Verdict& verdict, Now now, Effects& effects);
  void knows(Epoch epoch) { state_.epoch = epoch; }
  Epoch known() const { return state_.epoch; }
  void publish_now() { next_publish_ = MonoMs(); }

  void probe_done(const ProbeDone& done, Now now);
  // False when the question was asked before the last forget(): what it says is not of now.
  bool state_came(const std::optional<State>& state, Now now);

  // Nothing that was seen, or is still on its way, counts any more.
  void forget();

  // The change of mind since the last call: +1 it became unhealthy, -1 it recovered.
  int turned(Now now);
  // The same of its clock: +1 it is off by more than the bound, -1 it is right again.
  int clock_turned();
  // What clients could tell it only long afterwards, when there is news.
  std::optional<LateReports> late_news(Now now) {
    return late_news_.hear(state_.late_reports, now);
  }

  DeploymentStatus status(Now now) const;
  bool answers() const { return answers_; }
  const State& state() const { return state_; }  // the last one heard
  std::uint64_t behind() const { return state_.behind; }
  void metrics(std::map<std::string, std::int64_t>& all, Now now) const;

 private:
  Deployment deployment_;
  PolicyConfig policy_;
  Health health_;

  std::optional<ProbeId> probing_;
  bool probe_counts_ = true;
  MonoMs next_probe_;
  std::uint32_t probe_took_ms_ = 0;
  std::string probe_why_;

  bool asking_ = false;
  MonoMs asked_at_;
  bool answer_counts_ = true;
  MonoMs next_ask_;
  bool answers_ = false;
  State state_;
  std::optional<ClockSkew> clock_skew_;
  LateNews late_news_;

  MonoMs next_publish_;
  bool was_unhealthy_ = false;
  bool clock_was_off_ = false;
  std::int64_t probes_worked_ = 0;
  std::int64_t probes_failed_ = 0;
  std::int64_t times_unhealthy_ = 0;
};

}  // namespace holdfast::moderator
