#include "moderator/moderator.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "moderator/barrier.h"
#include "moderator/keeper.h"
#include "moderator/self_check.h"
#include "moderator/watch.h"
#include "protocol/names.h"

namespace holdfast::moderator {
namespace {

constexpr std::size_t kIncidentsMax = 200;
constexpr std::size_t kOrdersMax = 16;

std::size_t index_of(Deployment deployment) {
  return deployment == Deployment::kPrimary ? 0 : 1;
}

std::string lag_text(Deployment to, const Watch& from) {
  const std::string_view name = name_of(from.deployment());
  if (!from.answers()) {
    return fmt::format("{} does not answer: what it alone holds is not known", name);
  }
  if (from.behind() == 0) return fmt::format("{} holds all that {} holds", name_of(to), name);
  return fmt::format("{} entries of {} are not yet in both", from.behind(), name);
}

std::string frozen_text(bool frozen) {
  return frozen ? "frozen: no automatic moves" : "automatic moves are allowed";
}

}  // namespace

class ModeratorImpl {
 public:
  explicit ModeratorImpl(Config config);

  Effects handle(const Input& input, Now now);
  Status status(Now now) const;
  const std::optional<Verdict>& verdict() const { return keeper_.log().highest(); }
  std::map<std::string, std::int64_t> metrics(Now now) const;

 private:
  using Order = std::variant<ManualSwitch, Freeze>;

  void on(const Started& input, Now now);
  void on(const Stored& input, Now now);
  void on(const StoreFailed& input, Now now);
  void on(const VerdictHeard& input, Now now);
  void on(const ProbeDone& input, Now now);
  void on(const StateReport& input, Now now);
  void on(const HoldsReport& input, Now now);
  void on(const ManualSwitch& input, Now now);
  void on(const Freeze& input, Now now);
  void on(const Tick&, Now) {}

  void take_order(Order order);
  void carry_out(const ManualSwitch& order, Now now);
  void carry_out(const Freeze& order, Now now);
  void switch_now(const ManualSwitch& order, Now now);
  void cancel_waiting(std::string why);

  // The next thing that needs a Store, if none is under way. The automatic ones of them return
  // whether there is nothing left to do for those that follow.
  void advance(Now now);
  bool adopt_news(Now now);
  bool settle_epoch(Now now);
  bool fail_over(Now now);
  bool finish_waiting(Now now);
  void fail_back(Now now);

  void move(Deployment to, std::string why, Now now);
  void store(Store store) { effects_.push_back(std::move(store)); }
  void reply(const std::optional<RequestId>& request, bool ok, std::string why);

  void look_again(const std::string& why, Now now);
  void note_turns(Now now);
  void note(LogLevel level, std::string text, Now now);

  std::string abstains() const;
  std::string failback_waits_for(Now now) const;  // empty: only for the barrier
  bool failback_wanted() const;
  bool settled() const { return told_[0] || told_[1]; }
  Watch& watch(Deployment deployment) { return watches_[index_of(deployment)]; }
  const Watch& watch(Deployment deployment) const { return watches_[index_of(deployment)]; }

  const PolicyConfig policy_;
  SelfCheck self_;
  std::array<Watch, 2> watches_;
  Keeper keeper_;
  Barrier barrier_;

  bool started_ = false;
  std::array<bool, 2> told_{};  // which deployments have told their epoch since the start
  bool epoch_is_ours_ = false;  // settle_epoch() has nothing left to do
  bool both_bad_ = false;
  bool person_insists_ = false;  // on a deployment that was unhealthy when it was made active

  std::optional<std::pair<Verdict, Trust>> news_;  // a higher verdict that waits for its Store
  std::deque<Order> orders_;
  std::optional<ManualSwitch> waiting_;  // a switch that waits for the barrier

  std::uint64_t next_probe_ = 1;
  Effects effects_;
  std::deque<Incident> incidents_;
  std::map<std::string, std::int64_t> counters_;
};

ModeratorImpl::ModeratorImpl(Config config)
    : policy_(config.policy),
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
}

void ModeratorImpl::on(const Stored& input, Now now) {
  const auto outcome = keeper_.stored(input);
  if (!outcome) return;
  if (outcome->became) {
    const std::string& why = outcome->became->why;
    barrier_.drop();
    epoch_is_ours_ = epoch_is_ours_ || outcome->signed_by_us;
    person_insists_ = person_insists_ && why.starts_with(kWhyManual);
    counters_["failovers_total"] += why.starts_with(kWhyFailover);
    counters_["failbacks_total"] += why.starts_with(kWhyFailback);
    for (Watch& each : watches_) each.publish_now();
    note(LogLevel::kInfo,
         fmt::format("epoch {}: {} is active ({})", outcome->became->epoch,
                     name_of(keeper_.log().active()), why),
         now);
  }
  reply(outcome->asker.request, outcome->ok, outcome->ok ? outcome->asker.reply : outcome->why);
}

void ModeratorImpl::on(const StoreFailed& input, Now now) {
  const auto outcome = keeper_.failed(input, now);
  if (!outcome) return;
  ++counters_["store_failed_total"];
  note(LogLevel::kWarn, fmt::format("epoch {} was not stored: {}", input.epoch, input.error.text()),
       now);
  reply(outcome->asker.request, false, outcome->why);
}

void ModeratorImpl::on(const VerdictHeard& input, Now now) {
  if (input.from) watch(*input.from).knows(input.verdict.epoch);
  switch (keeper_.log().hear(input.verdict, input.trust)) {
    case VerdictLog::Heard::kNoNews:
      return;
    case VerdictLog::Heard::kNews:
      if (!news_ || input.verdict.epoch > news_->first.epoch) news_ = {input.verdict, input.trust};
      return;
    case VerdictLog::Heard::kTaken:
      if (++counters_["verdicts_untrusted_total"] == 1) {
        note(LogLevel::kWarn,
             fmt::format("verdict {} is signed with a key that is not trusted here",
                         input.verdict.epoch),
             now);
      }
      return;
    case VerdictLog::Heard::kRefused:
      if (++counters_["verdicts_refused_total"] == 1) {
        note(LogLevel::kWarn,
             fmt::format("verdict {} is refused: too far above {}", input.verdict.epoch,
                         keeper_.log().epoch()),
             now);
      }
      return;
  }
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
  seen.peer_says(input.state->peer_up, now);
  seen.clients_say(input.state->reports, now);
}

void ModeratorImpl::on(const HoldsReport& input, Now) {
  barrier_.heard(input.deployment, input.holdings);
}

void ModeratorImpl::on(const ManualSwitch& input, Now) {
  take_order(input);
}

void ModeratorImpl::on(const Freeze& input, Now now) {
  if (keeper_.frozen() != input.on) {
    keeper_.freeze(input.on);
    note(LogLevel::kInfo, fmt::format("{} (by {})", frozen_text(input.on), input.by), now);
  }
  take_order(input);
}

// ---- orders of people ----

void ModeratorImpl::take_order(Order order) {
  if (orders_.size() < kOrdersMax) {
    orders_.push_back(std::move(order));
    return;
  }
  const auto request = std::visit([](const auto& it) { return it.request; }, order);
  reply(request, false, "too many orders at once");
}

void ModeratorImpl::carry_out(const ManualSwitch& order, Now now) {
  if (!settled()) {
    return reply(order.request, false,
                 "no deployment has told its epoch yet: a verdict given now might be older");
  }
  cancel_waiting("another switch was ordered");
  if (!order.wait_for_barrier || keeper_.log().active() == order.to) return switch_now(order, now);
  waiting_ = order;
  barrier_.raise(order.to, now.mono);
  note(LogLevel::kInfo,
       fmt::format("the switch to {} waits until it holds all that {} holds", name_of(order.to),
                   name_of(other(order.to))),
       now);
}

void ModeratorImpl::carry_out(const Freeze& order, Now now) {
  const std::string text = frozen_text(keeper_.frozen());
  if (keeper_.freeze_is_stored()) return reply(order.request, true, text);
  store(keeper_.store_freeze({order.request, text}, now));
}

void ModeratorImpl::switch_now(const ManualSwitch& order, Now now) {
  std::string told =
      fmt::format("{} is active with epoch {}; {}", name_of(order.to), keeper_.log().next(order.to),
                  lag_text(order.to, watch(other(order.to))));
  person_insists_ = watch(order.to).health().unhealthy(now);
  store(keeper_.mint(order.to, fmt::format("{}: ordered by {}", kWhyManual, order.by), false,
                     {order.request, std::move(told)}, now));
}

void ModeratorImpl::cancel_waiting(std::string why) {
  if (const auto order = std::exchange(waiting_, std::nullopt)) {
    reply(order->request, false, std::move(why));
  }
}

// ---- decisions ----

void ModeratorImpl::advance(Now now) {
  while (!keeper_.writing() && !orders_.empty()) {
    const Order order = std::move(orders_.front());
    orders_.pop_front();
    std::visit([&](const auto& it) { carry_out(it, now); }, order);
  }
  if (keeper_.writing() || keeper_.resting(now)) return;
  if (adopt_news(now) || !settled()) return;
  if (settle_epoch(now) || fail_over(now) || finish_waiting(now)) return;
  fail_back(now);
}

bool ModeratorImpl::adopt_news(Now now) {
  // Our own epoch may have grown while the news waited.
  if (!news_ || keeper_.log().hear(news_->first, news_->second) != VerdictLog::Heard::kNews) {
    news_.reset();
    return false;
  }
  store(keeper_.adopt(news_->first, news_->second, now));
  return true;
}

// Where there is no verdict at all, the first. At start, where the last one is of another key, the
// same again, signed with ours and above every known epoch, so that no verdict of a key that was
// taken away stays the highest.
bool ModeratorImpl::settle_epoch(Now now) {
  const VerdictLog& log = keeper_.log();
  if (!log.highest()) {
    store(keeper_.mint(policy_.preferred, std::string(kWhyStart), false, {}, now));
    return true;
  }
  if (epoch_is_ours_) return false;
  epoch_is_ours_ = !log.must_sign_anew();
  if (epoch_is_ours_) return false;
  store(keeper_.mint(log.active(), log.highest()->why, false, {}, now));
  return true;
}

bool ModeratorImpl::fail_over(Now now) {
  const Deployment from = keeper_.log().active();
  const Deployment to = other(from);
  const Health& target = watch(to).health();
  if (!watch(from).health().unhealthy(now)) {
    both_bad_ = false;
    person_insists_ = false;
    return false;
  }
  if (!abstains().empty()) return false;
  if (!target.usable(now) || target.unhealthy(now)) {
    // Never both down: when all look bad it is more likely that we do, and a move would help
    // nobody.
    if (!std::exchange(both_bad_, true)) {
      ++counters_["both_bad_total"];
      note(LogLevel::kWarn,
           fmt::format("{} is unhealthy and {} looks no better: the verdict stays", name_of(from),
                       name_of(to)),
           now);
    }
    return false;
  }
  cancel_waiting(fmt::format("{} failed meanwhile", name_of(from)));
  move(to,
       fmt::format("{}: {} is unhealthy ({})", kWhyFailover, name_of(from),
                   watch(from).health().signals(now).text()),
       now);
  return true;
}

bool ModeratorImpl::finish_waiting(Now now) {
  if (!waiting_) return false;
  if (keeper_.log().active() != waiting_->to) {
    if (!barrier_.raised_for(waiting_->to)) barrier_.raise(waiting_->to, now.mono);
    if (!barrier_.reached()) return true;
  }
  switch_now(*std::exchange(waiting_, std::nullopt), now);
  return true;
}

void ModeratorImpl::fail_back(Now now) {
  if (!failback_wanted() || !failback_waits_for(now).empty()) return barrier_.drop();
  const Deployment to = policy_.preferred;
  if (!barrier_.raised_for(to)) barrier_.raise(to, now.mono);
  if (!barrier_.reached()) return;
  move(to, fmt::format("{}: {} is healthy and holds everything", kWhyFailback, name_of(to)), now);
}

void ModeratorImpl::move(Deployment to, std::string why, Now now) {
  store(keeper_.mint(to, std::move(why), true, {}, now));
}

bool ModeratorImpl::failback_wanted() const {
  return verdict() && keeper_.log().active() != policy_.preferred &&
         verdict()->why.starts_with(kWhyFailover);
}

std::string ModeratorImpl::failback_waits_for(Now now) const {
  if (std::string why = abstains(); !why.empty()) return why;
  const Health& preferred = watch(policy_.preferred).health();
  const std::string_view name = name_of(policy_.preferred);
  const auto since = preferred.flawless_since();
  if (!since) return fmt::format("{} is not flawless", name);
  const Ms due(policy_.failback_after_ms);
  if (const Ms passed = now.mono - *since; passed < due) {
    return fmt::format("{} is flawless for {} of {} s", name, passed.count() / 1000,
                       due.count() / 1000);
  }
  if (!preferred.usable(now)) return fmt::format("the last chat with {} did not work", name);
  const auto moves = keeper_.moves().of_last_hour(now.wall).size();
  if (moves >= policy_.moves_per_hour_max) {
    return fmt::format("{} automatic moves in the last hour, at most {}", moves,
                       policy_.moves_per_hour_max);
  }
  return "";
}

std::string ModeratorImpl::abstains() const {
  if (!started_) return "starting";
  if (!settled()) return "no deployment has told its epoch yet";
  if (keeper_.frozen()) return "frozen";
  if (person_insists_) {
    return fmt::format("a person made {} active although it was unhealthy; until it is healthy",
                       name_of(keeper_.log().active()));
  }
  for (const Watch& each : watches_) {
    if (!each.health().looked()) {
      return fmt::format("has not looked at {} since it started or was disturbed",
                         name_of(each.deployment()));
    }
  }
  return "";
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
  if (!waiting_ && failback_wanted()) status.barrier = failback_waits_for(now);
  if (status.barrier.empty()) status.barrier = barrier_.text();
  status.moves_last_hour =
      static_cast<std::uint32_t>(keeper_.moves().of_last_hour(now.wall).size());
  status.primary = watch(Deployment::kPrimary).status(now);
  status.redundant = watch(Deployment::kRedundant).status(now);
  status.incidents.assign(incidents_.begin(), incidents_.end());
  return status;
}

std::map<std::string, std::int64_t> ModeratorImpl::metrics(Now now) const {
  std::map<std::string, std::int64_t> all = counters_;
  for (const char* name :
       {"store_failed_total", "verdicts_untrusted_total", "verdicts_refused_total",
        "both_bad_total", "failovers_total", "failbacks_total", "disturbed_total"}) {
    all.try_emplace(name, 0);
  }
  all["epoch"] = static_cast<std::int64_t>(keeper_.log().epoch().value());
  all["frozen"] = keeper_.frozen();
  all["abstains"] = !abstains().empty();
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
std::map<std::string, std::int64_t> Moderator::metrics(Now now) const {
  return impl_->metrics(now);
}

}  // namespace holdfast::moderator
