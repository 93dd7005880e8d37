#include "moderator/watch.h"

#include <fmt/format.h>

#include "moderator/warnings.h"

namespace holdfast::moderator {

Watch::Watch(Deployment deployment, const PolicyConfig& policy)
    : deployment_(deployment), policy_(policy), health_(policy.health) {}

void Watch::look(Now now, std::uint64_t& next_probe, Effects& effects) {
  if (!probing_ && now.mono >= next_probe_) {
    probing_ = ProbeId(next_probe++);
    probe_counts_ = true;
    next_probe_ = now.mono + Ms(policy_.probe_interval_ms);
    effects.push_back(Probe{*probing_, deployment_, policy_.probe_timeout_ms});
  }
  if (!asking_ && now.mono >= next_ask_) {
    asking_ = true;
    answer_counts_ = true;
    asked_at_ = now.mono;
    next_ask_ = now.mono + Ms(policy_.state_interval_ms);
    effects.push_back(AskState{deployment_});
  }
}

void Watch::publish(const Verdict& verdict, Now now, Effects& effects) {
  if (state_.epoch >= verdict.epoch || now.mono < next_publish_) return;
  next_publish_ = now.mono + Ms(policy_.publish_retry_ms);
  effects.push_back(Publish{deployment_, verdict});
}

void Watch::probe_done(const ProbeDone& done, Now now) {
  if (probing_ != done.probe) return;
  probing_.reset();
  if (!probe_counts_) return;
  health_.chat(done.ok, now);
  if (done.ok) {
    ++probes_worked_;
    probe_took_ms_ = done.took_ms;
    probe_why_.clear();
  } else {
    ++probes_failed_;
    probe_why_ = done.why;
  }
}

bool Watch::state_came(const std::optional<State>& state, Now now) {
  asking_ = false;
  if (!answer_counts_) return false;
  answers_ = state.has_value();
  clock_skew_.reset();
  if (!state) {
    health_.own_silent();
    return true;
  }
  state_ = *state;
  // As old as it can be: it must not seem to have ended after something that came before it.
  if (state_.peer_chat) state_.peer_chat->age += now.mono - asked_at_;
  if (state->clock) clock_skew_ = clock_skew(*state->clock, asked_at_, now);
  health_.own_says(state->ready, state->journal_ms, now);
  return true;
}

void Watch::forget() {
  health_.forget();
  probe_counts_ = false;
  answer_counts_ = false;
}

int Watch::turned(Now now) {
  const bool unhealthy = health_.unhealthy(now);
  const int turn = static_cast<int>(unhealthy) - static_cast<int>(was_unhealthy_);
  was_unhealthy_ = unhealthy;
  if (turn > 0) ++times_unhealthy_;
  return turn;
}

int Watch::clock_turned() {
  if (!clock_skew_) return 0;
  const bool off = clock_skew_->beyond(policy_.clock_skew_ms_max);
  const int turn = static_cast<int>(off) - static_cast<int>(clock_was_off_);
  clock_was_off_ = off;
  return turn;
}

DeploymentStatus Watch::status(Now now) const {
  DeploymentStatus status;
  status.signals = health_.signals(now);
  status.looked = health_.looked();
  status.healthy = health_.looked() && !health_.unhealthy(now);
  status.usable = health_.usable(now);
  if (const auto since = health_.flawless_since()) status.flawless_for = now.mono - *since;
  status.probe_took_ms = probe_took_ms_;
  status.probe_why = probe_why_;
  status.answers = answers_;
  status.state = state_;
  status.peer_chat = health_.peer_chat(now);
  status.clock_skew = clock_skew_;
  status.warnings = warnings(status, policy_);
  return status;
}

void Watch::metrics(std::map<std::string, std::int64_t>& all, Now now) const {
  const std::string_view name = name_of(deployment_);
  all[fmt::format("{}_probes_worked_total", name)] = probes_worked_;
  all[fmt::format("{}_probes_failed_total", name)] = probes_failed_;
  all[fmt::format("{}_unhealthy_total", name)] = times_unhealthy_;
  all[fmt::format("{}_bad_signals", name)] = health_.signals(now).bad();
  all[fmt::format("{}_behind", name)] = static_cast<std::int64_t>(state_.behind);
  all[fmt::format("{}_journal_ms", name)] = state_.journal_ms;
  if (clock_skew_) all[fmt::format("{}_clock_skew_ms", name)] = clock_skew_->ms;
  if (const auto chat = health_.peer_chat(now))
    all[fmt::format("{}_peer_chat_failures", name)] = chat->failures;
}

}  // namespace holdfast::moderator
