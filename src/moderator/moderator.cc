#include "moderator/moderator.h"

#include <fmt/format.h>

#include <utility>

#include "moderator/moderator_impl.h"
#include "moderator/warnings.h"

namespace holdfast::moderator {
namespace {

constexpr std::size_t kIncidentsMax = 200;

}  // namespace

ModeratorImpl::ModeratorImpl(Config config)
    : policy_(config.policy),
      shared_(config.shared),
      self_(policy_.pause_ms_max, policy_.clock_jump_ms_max),
      watches_{Watch(Deployment::kPrimary, policy_), Watch(Deployment::kRedundant, policy_)},
      keeper_(std::move(config.sign)) {}

Effects ModeratorImpl::handle(const Input& input, Now now) {
  if (const auto why = self_.step(now); why && started_) look_again(*why, now);
  std::visit([&](const auto& it) { on(it, now); }, input);
  if (started_) {
    for (Watch& each : watches_) each.health().settle(now);
    note_turns(now);
    advance(now);
    for (Watch& each : watches_) {
      if (verdict()) each.publish(*verdict(), now, effects_);
      each.look(now, next_probe_, effects_);
    }
    if (const auto whom = barrier_.ask(now.mono, Ms(policy_.barrier_poll_ms))) {
      effects_.push_back(AskHolds{*whom});
    }
  }
  return std::exchange(effects_, {});
}

// ---- inputs ----

void ModeratorImpl::on(const Started& input, Now now) {
  started_ = true;
  const auto taken = keeper_.start(input);
  if (!taken) note(LogLevel::kWarn, taken.error().text(), now);
  if (keeper_.log().highest()) was_active_ = keeper_.log().active();
}

void ModeratorImpl::on(const Stored& input, Now now) {
  const auto maintenance = keeper_.maintenance();
  const auto outcome = keeper_.stored(input);
  if (!outcome) return;
  store_trouble_.clear();
  under_way_.reset();
  if (outcome->became) became(*outcome->became, outcome->signed_by_us, now);
  note_maintenance(maintenance, now);
  reply(outcome->asker.request, outcome->ok, outcome->ok ? outcome->asker.reply : outcome->why);
}

void ModeratorImpl::on(const StoreFailed& input, Now now) {
  const auto outcome = keeper_.failed(input, now);
  if (!outcome) return;
  const auto order = std::exchange(under_way_, std::nullopt);
  if (input.error.code == ErrorCode::kFenced) {
    ++counters_["store_lost_total"];
    note(LogLevel::kInfo, "another moderator was faster: decided anew on what it stored", now);
    if (order) orders_.push_front(*order);
    return;
  }
  ++counters_["store_failed_total"];
  if (std::exchange(store_trouble_, input.error.text()) != input.error.text()) {
    note(LogLevel::kWarn,
         fmt::format("epoch {} was not stored: {}", input.epoch, input.error.text()), now);
  }
  reply(outcome->asker.request, false, outcome->why);
}

void ModeratorImpl::on(const RecordHeard& input, Now now) {
  const auto maintenance = keeper_.maintenance();
  const bool frozen = keeper_.frozen();
  const auto& verdict = input.stored.verdict;
  const bool news = verdict && is_news(*verdict, input.signer, now);
  keeper_.heard(input);
  if (news) {
    became(*verdict, input.signer == Trust::kOwnKey, now);
    cancel_waiting(fmt::format("epoch {} came first", verdict->epoch));
  }
  if (keeper_.frozen() != frozen) {
    note(LogLevel::kInfo, fmt::format("{} (ordered at another moderator)", frozen_text(!frozen)),
         now);
  }
  note_maintenance(maintenance, now);
}

void ModeratorImpl::on(const ColleaguesHeard& input, Now) {
  colleagues_ = input.at_work;
}

void ModeratorImpl::on(const VerdictHeard& input, Now now) {
  if (input.from) watch(*input.from).knows(input.verdict.epoch);
  if (!is_news(input.verdict, input.trust, now)) return;
  if (!news_ || input.verdict.epoch > news_->first.epoch) news_ = {input.verdict, input.trust};
}

bool ModeratorImpl::is_news(const Verdict& verdict, Trust trust, Now now) {
  switch (keeper_.log().hear(verdict, trust)) {
    case VerdictLog::Heard::kNoNews:
      return false;
    case VerdictLog::Heard::kNews:
      return true;
    case VerdictLog::Heard::kTaken:
      if (++counters_["verdicts_untrusted_total"] == 1) {
        note(LogLevel::kWarn,
             fmt::format("verdict {} is signed with a key that is not trusted here", verdict.epoch),
             now);
      }
      return false;
    case VerdictLog::Heard::kRefused:
      if (++counters_["verdicts_refused_total"] == 1) {
        note(LogLevel::kWarn,
             fmt::format("verdict {} is refused: too far above {}", verdict.epoch,
                         keeper_.log().epoch()),
             now);
      }
      return false;
  }
  return false;
}

void ModeratorImpl::became(const Verdict& verdict, bool signed_by_us, Now now) {
  const std::string& why = verdict.why;
  const Deployment active = keeper_.log().active();
  barrier_.drop();
  epoch_is_ours_ = epoch_is_ours_ || signed_by_us;
  person_insists_ = why.starts_with(kWhyManual) && watch(active).health().unhealthy(now);
  // A verdict that is only signed anew keeps its words, and moves nobody.
  const bool moved = std::exchange(was_active_, active) != active;
  counters_["failovers_total"] += moved && why.starts_with(kWhyFailover);
  counters_["failbacks_total"] += moved && why.starts_with(kWhyFailback);
  counters_["maintenance_moves_total"] += moved && why.starts_with(kWhyMaintenance);
  for (Watch& each : watches_) each.publish_now();
  note(LogLevel::kInfo,
       fmt::format("epoch {}: {} is {} ({})", verdict.epoch, name_of(active),
                   moved ? "active" : "active as before", why),
       now);
}

void ModeratorImpl::on(const ProbeDone& input, Now now) {
  watch(input.deployment).probe_done(input, now);
}

void ModeratorImpl::on(const StateReport& input, Now now) {
  Watch& reporter = watch(input.deployment);
  Health& seen = watch(other(input.deployment)).health();
  if (!reporter.state_came(input.state, now)) return;
  if (!input.state) {
    seen.witness_silent();
    return;
  }
  // Its epoch may stand above ours or be of another key: settle_epoch() looks once more.
  if (!std::exchange(told_[index_of(input.deployment)], true)) epoch_is_ours_ = false;
  note_versions(now);
  seen.peer_says(input.state->peer_up, reporter.state().peer_chat, now);
  seen.clients_say(input.state->reports, now);
  note_clock(reporter, now);
  note_late_reports(reporter, now);
}

void ModeratorImpl::on(const HoldsReport& input, Now) {
  barrier_.heard(input.deployment, input.holdings);
}

// ---- looking at itself, and telling ----

void ModeratorImpl::look_again(const std::string& why, Now now) {
  ++counters_["disturbed_total"];
  for (Watch& each : watches_) each.forget();
  barrier_.drop();
  note(LogLevel::kWarn, fmt::format("the moderator {}: it looks again before it judges", why), now);
}

void ModeratorImpl::note_turns(Now now) {
  for (Watch& each : watches_) {
    const int turn = each.turned(now);
    const std::string_view name = name_of(each.deployment());
    if (turn > 0) {
      note(LogLevel::kWarn,
           fmt::format("{} is unhealthy ({})", name, each.health().signals(now).text()), now);
    } else if (turn < 0) {
      note(LogLevel::kInfo, fmt::format("{} is no longer unhealthy", name), now);
    }
  }
}

void ModeratorImpl::note_clock(Watch& watch, Now now) {
  const int turn = watch.clock_turned();
  if (turn == 0) return;
  const std::string_view name = name_of(watch.deployment());
  const std::string skew = skew_text(*watch.status(now).clock_skew);
  if (turn > 0) {
    note(LogLevel::kWarn, fmt::format("the clock of {} is {} the moderator's", name, skew), now);
  } else {
    note(LogLevel::kInfo, fmt::format("the clock of {} is right again", name), now);
  }
}

void ModeratorImpl::note_late_reports(Watch& reporter, Now now) {
  const auto news = reporter.late_news(now);
  if (!news) return;
  const Deployment about = other(reporter.deployment());
  note(LogLevel::kInfo,
       fmt::format("clients tell {} only now of trouble with {} that began {} s ago: {} failed "
                   "connects, {} late acks, {} hedges won",
                   name_of(reporter.deployment()), name_of(about),
                   (now.wall - news->seen_at).count() / 1000, news->failed_connects,
                   news->late_acks, news->hedges_won),
       now);
}

void ModeratorImpl::note_versions(Now now) {
  if (std::string skew = version_skew(); skew != noted_skew_) {
    noted_skew_ = std::move(skew);
    note(LogLevel::kInfo, noted_skew_.empty() ? "both deployments have one version" : noted_skew_,
         now);
  }
  std::string why = incompatible();
  if (why == noted_incompatible_) return;
  noted_incompatible_ = std::move(why);
  if (noted_incompatible_.empty()) {
    note(LogLevel::kInfo, "primary and redundant have a protocol version in common again", now);
  } else {
    note(LogLevel::kWarn, noted_incompatible_, now);
  }
}

void ModeratorImpl::note_maintenance(const std::optional<Maintenance>& before, Now now) {
  const auto& after = keeper_.maintenance();
  if (before == after) return;
  const auto status = maintenance_status(now);
  if (!before) {
    note(LogLevel::kInfo,
         fmt::format("{} is taken into maintenance (by {})", name_of(after->deployment), after->by),
         now);
  } else if (!after) {
    note(LogLevel::kInfo, fmt::format("the maintenance of {} is over", name_of(before->deployment)),
         now);
  } else if (status->step == MaintenanceStep::kSafe) {
    note(LogLevel::kInfo, fmt::format("{}: {}", name_of(after->deployment), status->text), now);
  } else if (status->step == MaintenanceStep::kInterrupted) {
    note(LogLevel::kWarn, status->text, now);
  }
}

void ModeratorImpl::note(LogLevel level, std::string text, Now now) {
  incidents_.push_back({now.wall, text});
  if (incidents_.size() > kIncidentsMax) incidents_.pop_front();
  effects_.push_back(Log{level, std::move(text)});
}

void ModeratorImpl::reply(const std::optional<RequestId>& request, bool ok, std::string why) {
  if (request) effects_.push_back(Reply{*request, ok, std::move(why), keeper_.log().epoch()});
}

Status ModeratorImpl::status(Now now) const {
  Status status;
  status.active = keeper_.log().active();
  status.epoch = keeper_.log().epoch();
  if (verdict()) {
    status.why = verdict()->why;
    status.since = verdict()->at;
  }
  status.frozen = keeper_.frozen();
  status.abstains = abstains();
  status.maintenance = maintenance_status(now);
  if (!waiting_ && failback_wanted()) status.barrier = return_waits_for(policy_.preferred, now);
  if (status.barrier.empty() && (waiting_ || !status.maintenance)) status.barrier = barrier_.text();
  status.moves_last_hour =
      static_cast<std::uint32_t>(keeper_.moves().of_last_hour(now.wall).size());
  status.version_skew = version_skew();
  status.incompatible = incompatible();
  status.primary = watch(Deployment::kPrimary).status(now);
  status.redundant = watch(Deployment::kRedundant).status(now);
  status.incidents.assign(incidents_.begin(), incidents_.end());
  return status;
}

std::map<std::string, std::int64_t> ModeratorImpl::metrics(Now now) const {
  std::map<std::string, std::int64_t> all = counters_;
  for (const char* name : {"store_failed_total", "store_lost_total", "verdicts_untrusted_total",
                           "verdicts_refused_total", "both_bad_total", "failovers_total",
                           "failbacks_total", "maintenance_moves_total", "disturbed_total"}) {
    all.try_emplace(name, 0);
  }
  all["epoch"] = static_cast<std::int64_t>(keeper_.log().epoch().value());
  all["frozen"] = keeper_.frozen();
  const auto& maintenance = keeper_.maintenance();
  for (const Deployment each : {Deployment::kPrimary, Deployment::kRedundant}) {
    all[fmt::format("{}_in_maintenance", name_of(each))] =
        maintenance && maintenance->deployment == each;
  }
  all["abstains"] = !abstains().empty();
  all["version_skew"] = !version_skew().empty();
  all["incompatible"] = !incompatible().empty();
  all["moves_last_hour"] = static_cast<std::int64_t>(keeper_.moves().of_last_hour(now.wall).size());
  for (const Watch& each : watches_) each.metrics(all, now);
  return all;
}

// ---- the class ----

Moderator::Moderator(Config config) : impl_(std::make_unique<ModeratorImpl>(std::move(config))) {}
Moderator::~Moderator() = default;
Moderator::Moderator(Moderator&&) noexcept = default;

Effects Moderator::handle(const Input& input, Now now) {
  return impl_->handle(input, now);
}
Status Moderator::status(Now now) const {
  return impl_->status(now);
}
const std::optional<Verdict>& Moderator::verdict() const {
  return impl_->verdict();
}
bool Moderator::unhealthy(Deployment deployment, Now now) const {
  return impl_->unhealthy(deployment, now);
}
std::map<std::string, std::int64_t> Moderator::metrics(Now now) const {
  return impl_->metrics(now);
}

}  // namespace holdfast::moderator
