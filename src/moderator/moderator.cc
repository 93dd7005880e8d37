#include "moderator/moderator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "moderator/barrier.h"
#include "moderator/moves.h"
#include "moderator/self_check.h"
#include "moderator/watch.h"

namespace holdfast::moderator {
namespace {

constexpr std::size_t kIncidentsMax = 200;
constexpr std::size_t kOrdersMax = 16;
constexpr Ms kStoreRetry{1'000};

std::size_t index_of(Deployment deployment) { return deployment == Deployment::kPrimary ? 0 : 1; }

bool made_by_failover(const Verdict& verdict) { return verdict.why.starts_with(kWhyFailover); }

}  // namespace

class ModeratorImpl {
 public:
  explicit ModeratorImpl(Config config);

  Effects handle(const Input& input, Now now);
  Status status(Now now) const;
  const std::optional<Verdict>& verdict() const { return log_.highest(); }
  std::map<std::string, std::int64_t> metrics(Now now) const;

 private:
  // A Store under way. At most one, so that decisions have an order.
  struct Write {
    Epoch expected;               // compare ...
    std::optional<Verdict> next;  // ... and set; empty: only the rest of the record changes
    Trust signer = Trust::kOwnKey;
    bool frozen = false;
    std::vector<WallMs> moves;
    std::optional<RequestId> request;
    std::string reply;
  };
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

  void advance(Now now);           // the next thing that needs a Store, if none is under way
  void decide(Now now);
  bool settle_epoch(Now now);      // the first verdict of this start, where one is due
  bool fail_over(Now now);
  bool finish_waiting(Now now);
  bool fail_back(Now now);

  void mint(Deployment to, std::string why, Now now, bool automatic, std::optional<ManualSwitch> order = {});
  void adopt(const Verdict& verdict, Trust trust, Now now);
  void write(Write write);
  void reply(std::optional<RequestId> request, bool ok, std::string why);
  void cancel_waiting(std::string why);

  void look_again(const std::string& why, Now now);
  void note_turns(Now now);
  void note(LogLevel level, std::string text, Now now);

  std::string abstains() const;
  std::string failback_waits_for(Now now) const;  // empty: nothing stands against it but the barrier
  bool failback_wanted() const;
  std::string lag_text(Deployment to) const;
  std::string frozen_text() const { return frozen_ ? "frozen: no automatic moves" : "automatic moves are allowed"; }
  bool settled() const { return told_[0] || told_[1]; }
  Watch& watch(Deployment deployment) { return watches_[index_of(deployment)]; }
  const Watch& watch(Deployment deployment) const { return watches_[index_of(deployment)]; }

  Config config_;
  SelfCheck self_;
  std::array<Watch, 2> watches_;
  VerdictLog log_;
  Barrier barrier_;

  bool started_ = false;
  std::array<bool, 2> told_{};    // which deployments have told their epoch since the start
  bool epoch_is_ours_ = false;    // settle_epoch() has nothing left to do
  bool frozen_ = false;
  bool frozen_is_stored_ = false; // what the store says of it
  bool both_bad_ = false;
  Moves moves_;

  std::optional<Write> writing_;
  MonoMs write_after_;
  std::optional<std::pair<Verdict, Trust>> heard_;  // news that waits for its Store
  std::deque<Order> orders_;
  std::optional<ManualSwitch> waiting_;             // a switch that waits for the barrier

  std::uint64_t next_probe_ = 1;
  Effects effects_;
  std::deque<Incident> incidents_;
  std::map<std::string, std::int64_t> counters_;
};

ModeratorImpl::ModeratorImpl(Config config)
    : config_(std::move(config)),
      self_(config_.policy.pause_ms_max, config_.policy.clock_jump_ms_max),
      watches_{Watch(Deployment::kPrimary, config_.policy), Watch(Deployment::kRedundant, config_.policy)} {}

Effects ModeratorImpl::handle(const Input& input, Now now) {
  if (const auto why = self_.step(now); why && started_) look_again(*why, now);
  std::visit([&](const auto& it) { on(it, now); }, input);
  if (started_) {
    for (Watch& each : watches_) each.health().settle(now);
    note_turns(now);
    advance(now);
    for (Watch& each : watches_) {
      if (log_.highest()) each.publish(*log_.highest(), now, effects_);
      each.look(now, next_probe_, effects_);
    }
    if (const auto whom = barrier_.ask(now.mono, Ms(config_.policy.barrier_poll_ms))) {
      effects_.push_back(AskHolds{*whom});
    }
  }
  return std::exchange(effects_, {});
}

// ---- inputs ----

void ModeratorImpl::on(const Started& input, Now now) {
  started_ = true;
  frozen_ = frozen_is_stored_ = input.stored.frozen;
  moves_ = Moves(input.stored.moves);
  if (input.stored.verdict) {
    const auto committed = log_.commit(Epoch(0), *input.stored.verdict, input.signer);
    if (!committed) note(LogLevel::kWarn, committed.error().text(), now);
  }
}

void ModeratorImpl::on(const Stored& input, Now now) {
  if (!writing_ || (writing_->next && writing_->next->epoch != input.epoch)) return;
  const Write done = *std::exchange(writing_, std::nullopt);
  moves_ = Moves(done.moves);
  frozen_is_stored_ = done.frozen;
  if (!done.next) {
    reply(done.request, true, done.reply);
    return;
  }
  if (const auto committed = log_.commit(done.expected, *done.next, done.signer); !committed) {
    reply(done.request, false, committed.error().text());
    return;
  }
  barrier_.drop();
  epoch_is_ours_ = epoch_is_ours_ || done.signer == Trust::kOwnKey;
  counters_["failovers_total"] += done.next->why.starts_with(kWhyFailover);
  counters_["failbacks_total"] += done.next->why.starts_with(kWhyFailback);
  for (Watch& each : watches_) each.publish_now();
  note(LogLevel::kInfo,
       fmt::format("epoch {}: {} is active ({})", done.next->epoch, name_of(log_.active()), done.next->why), now);
  reply(done.request, true, done.reply);
}

void ModeratorImpl::on(const StoreFailed& input, Now now) {
  if (!writing_) return;
  const Write failed = *std::exchange(writing_, std::nullopt);
  write_after_ = now.mono + kStoreRetry;
  ++counters_["store_failed_total"];
  note(LogLevel::kWarn, fmt::format("epoch {} was not stored: {}", input.epoch, input.error.text()), now);
  reply(failed.request, false, failed.next ? input.error.text()
                                           : "in force, but not stored: a restart would undo it: " + input.error.text());
}

void ModeratorImpl::on(const VerdictHeard& input, Now now) {
  if (input.from) watch(*input.from).knows(input.verdict.epoch);
  switch (log_.hear(input.verdict, input.trust)) {
    case VerdictLog::Heard::kNoNews:
      return;
    case VerdictLog::Heard::kNews:
      if (!heard_ || input.verdict.epoch > heard_->first.epoch) heard_ = {input.verdict, input.trust};
      return;
    case VerdictLog::Heard::kTaken:
      if (++counters_["verdicts_untrusted_total"] == 1) {
        note(LogLevel::kWarn, fmt::format("verdict {} is signed with a key that is not trusted here", input.verdict.epoch), now);
      }
      return;
    case VerdictLog::Heard::kRefused:
      if (++counters_["verdicts_refused_total"] == 1) {
        note(LogLevel::kWarn, fmt::format("verdict {} is refused: too far above {}", input.verdict.epoch, log_.epoch()), now);
      }
      return;
  }
}

void ModeratorImpl::on(const ProbeDone& input, Now now) { watch(input.deployment).probe_done(input, now); }

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

void ModeratorImpl::on(const HoldsReport& input, Now) { barrier_.heard(input.deployment, input.holdings); }

void ModeratorImpl::on(const ManualSwitch& input, Now) { take_order(input); }

// In force at once, even where it cannot be stored: the big red switch must work while the disk is full.
void ModeratorImpl::on(const Freeze& input, Now now) {
  if (frozen_ != input.on) {
    frozen_ = input.on;
    note(LogLevel::kInfo, fmt::format("{} (by {})", frozen_text(), input.by), now);
  }
  take_order(input);
}

// ---- orders of people ----

void ModeratorImpl::take_order(Order order) {
  if (orders_.size() < kOrdersMax) {
    orders_.push_back(std::move(order));
    return;
  }
  reply(std::visit([](const auto& it) { return it.request; }, order), false, "too many orders at once");
}

void ModeratorImpl::carry_out(const ManualSwitch& order, Now now) {
  if (!settled()) {
    reply(order.request, false, "no deployment has told its epoch yet: a verdict given now might be older than theirs");
    return;
  }
  if (!order.wait_for_barrier || log_.active() == order.to) {
    cancel_waiting("another switch was ordered");
    mint(order.to, fmt::format("{}: ordered by {}", kWhyManual, order.by), now, false, order);
    return;
  }
  cancel_waiting("another switch was ordered");
  waiting_ = order;
  barrier_.raise(order.to, now.mono);
  note(LogLevel::kInfo, fmt::format("switch to {} waits until it holds all that {} holds", name_of(order.to), name_of(other(order.to))), now);
}

void ModeratorImpl::carry_out(const Freeze& order, Now now) {
  if (frozen_is_stored_ == frozen_) {
    reply(order.request, true, frozen_text());
    return;
  }
  write({.expected = log_.epoch(),
         .next = {},
         .signer = log_.signer(),
         .frozen = frozen_,
         .moves = moves_.of_last_hour(now.wall),
         .request = order.request,
         .reply = frozen_text()});
}

// ---- decisions ----

void ModeratorImpl::advance(Now now) {
  while (!writing_ && !orders_.empty()) {
    const Order order = std::move(orders_.front());
    orders_.pop_front();
    std::visit([&](const auto& it) { carry_out(it, now); }, order);
  }
  if (writing_ || now.mono < write_after_) return;
  if (const auto news = std::exchange(heard_, std::nullopt)) {
    // Asked again: our own epoch may have grown while the news waited.
    if (log_.hear(news->first, news->second) == VerdictLog::Heard::kNews) {
      adopt(news->first, news->second, now);
      heard_ = news;  // should the Store fail, it is tried again; should it succeed, it is no news any more
      return;
    }
  }
  decide(now);
}

// In this order, at most one of them at a time: each begins a Store or leaves things to the next.
void ModeratorImpl::decide(Now now) {
  if (!settled()) return;
  if (settle_epoch(now)) return;
  if (fail_over(now)) return;
  if (finish_waiting(now)) return;
  fail_back(now);
}

// Where there is no verdict at all, the first. At start, where the last one is of another key, the same again, signed with ours
// and above every known epoch, so that no verdict of a key that was taken away stays the highest.
bool ModeratorImpl::settle_epoch(Now now) {
  if (!log_.highest()) {
    mint(config_.policy.preferred, std::string(kWhyStart), now, false);
    return true;
  }
  if (epoch_is_ours_) return false;
  epoch_is_ours_ = !log_.must_sign_anew();
  if (epoch_is_ours_) return false;
  mint(log_.active(), log_.highest()->why, now, false);
  return true;
}

bool ModeratorImpl::fail_over(Now now) {
  const Deployment from = log_.active();
  const Deployment to = other(from);
  if (!watch(from).health().unhealthy(now)) {
    both_bad_ = false;
    return false;
  }
  if (!abstains().empty()) return false;
  if (!watch(to).health().usable(now) || watch(to).health().unhealthy(now)) {
    // Never both down: when all look bad it is more likely that we do, and a move would help nobody.
    if (!std::exchange(both_bad_, true)) {
      ++counters_["both_bad_total"];
      note(LogLevel::kWarn, fmt::format("{} is unhealthy and {} looks no better: the verdict stays", name_of(from), name_of(to)), now);
    }
    return false;
  }
  cancel_waiting(fmt::format("{} failed meanwhile", name_of(from)));
  mint(to, fmt::format("{}: {} is unhealthy ({})", kWhyFailover, name_of(from), watch(from).health().signals(now).text()), now, true);
  return true;
}

bool ModeratorImpl::finish_waiting(Now now) {
  if (!waiting_) return false;
  if (log_.active() != waiting_->to) {
    if (!barrier_.raised_for(waiting_->to)) barrier_.raise(waiting_->to, now.mono);
    if (!barrier_.reached()) return true;
  }
  const ManualSwitch order = *std::exchange(waiting_, std::nullopt);
  mint(order.to, fmt::format("{}: ordered by {}", kWhyManual, order.by), now, false, order);
  return true;
}

bool ModeratorImpl::fail_back(Now now) {
  if (!failback_wanted() || !failback_waits_for(now).empty()) {
    barrier_.drop();
    return false;
  }
  const Deployment to = config_.policy.preferred;
  if (!barrier_.raised_for(to)) barrier_.raise(to, now.mono);
  if (!barrier_.reached()) return false;
  mint(to, fmt::format("{}: {} is healthy and holds everything", kWhyFailback, name_of(to)), now, true);
  return true;
}

bool ModeratorImpl::failback_wanted() const {
  return log_.highest() && log_.active() != config_.policy.preferred && made_by_failover(*log_.highest());
}

std::string ModeratorImpl::failback_waits_for(Now now) const {
  if (std::string why = abstains(); !why.empty()) return why;
  const auto since = watch(config_.policy.preferred).health().flawless_since();
  const Ms due(config_.policy.failback_after_ms);
  if (!since) return fmt::format("{} is not flawless", name_of(config_.policy.preferred));
  if (!watch(config_.policy.preferred).health().usable(now)) {
    return fmt::format("the last chat with {} did not work", name_of(config_.policy.preferred));
  }
  if (now.mono - *since < due) {
    return fmt::format("{} is flawless for {} of {} s", name_of(config_.policy.preferred), (now.mono - *since).count() / 1000,
                       due.count() / 1000);
  }
  const auto moves = moves_.of_last_hour(now.wall).size();
  if (moves >= config_.policy.moves_per_hour_max) {
    return fmt::format("{} automatic moves in the last hour, at most {}", moves, config_.policy.moves_per_hour_max);
  }
  return "";
}

std::string ModeratorImpl::abstains() const {
  if (!started_) return "starting";
  if (!settled()) return "no deployment has told its epoch yet";
  if (frozen_) return "frozen";
  for (const Watch& each : watches_) {
    if (!each.health().looked()) return fmt::format("has not looked at {} since it started or was disturbed", name_of(each.deployment()));
  }
  return "";
}

// ---- writing ----

void ModeratorImpl::mint(Deployment to, std::string why, Now now, bool automatic, std::optional<ManualSwitch> order) {
  const Epoch epoch = log_.next(to);
  std::string text = config_.sign(epoch, why, now.wall);
  std::vector<WallMs> moves = moves_.of_last_hour(now.wall);
  if (automatic) moves.push_back(now.wall);
  Write write{.expected = log_.epoch(), .next = Verdict{epoch, std::move(why), now.wall, std::move(text)}, .frozen = frozen_, .moves = std::move(moves), .request = {}, .reply = {}};
  if (order) {
    write.request = order->request;
    write.reply = fmt::format("{} is active with epoch {}; {}", name_of(to), epoch, lag_text(to));
  }
  this->write(std::move(write));
}

void ModeratorImpl::adopt(const Verdict& verdict, Trust trust, Now now) {
  write({.expected = log_.epoch(), .next = verdict, .signer = trust, .frozen = frozen_, .moves = moves_.of_last_hour(now.wall), .request = {}, .reply = {}});
}

void ModeratorImpl::write(Write write) {
  Record record{.verdict = write.next ? write.next : log_.highest(), .frozen = write.frozen, .moves = write.moves};
  const Epoch epoch = record.verdict ? record.verdict->epoch : Epoch(0);
  writing_ = std::move(write);
  effects_.push_back(Store{std::move(record), epoch});
}

void ModeratorImpl::reply(std::optional<RequestId> request, bool ok, std::string why) {
  if (request) effects_.push_back(Reply{*request, ok, std::move(why), log_.epoch()});
}

void ModeratorImpl::cancel_waiting(std::string why) {
  if (const auto order = std::exchange(waiting_, std::nullopt)) reply(order->request, false, std::move(why));
}

std::string ModeratorImpl::lag_text(Deployment to) const {
  const Watch& from = watch(other(to));
  if (!from.answers()) return fmt::format("{} does not answer: what it alone holds is not known", name_of(other(to)));
  if (from.behind() == 0) return fmt::format("{} holds all that {} holds", name_of(to), name_of(other(to)));
  return fmt::format("{} entries of {} are not yet in both", from.behind(), name_of(other(to)));
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
    if (turn > 0) {
      note(LogLevel::kWarn, fmt::format("{} is unhealthy ({})", name_of(each.deployment()), each.health().signals(now).text()), now);
    } else if (turn < 0) {
      note(LogLevel::kInfo, fmt::format("{} is no longer unhealthy", name_of(each.deployment())), now);
    }
  }
}

void ModeratorImpl::note(LogLevel level, std::string text, Now now) {
  incidents_.push_back({now.wall, text});
  if (incidents_.size() > kIncidentsMax) incidents_.pop_front();
  effects_.push_back(Log{level, std::move(text)});
}

Status ModeratorImpl::status(Now now) const {
  Status status;
  status.active = log_.active();
  status.epoch = log_.epoch();
  if (log_.highest()) {
    status.why = log_.highest()->why;
    status.since = log_.highest()->at;
  }
  status.frozen = frozen_;
  status.abstains = abstains();
  if (waiting_) {
    status.barrier = barrier_.text();
  } else if (failback_wanted()) {
    status.barrier = failback_waits_for(now);
    if (status.barrier.empty()) status.barrier = barrier_.text();
  }
  status.moves_last_hour = static_cast<std::uint32_t>(moves_.of_last_hour(now.wall).size());
  status.primary = watch(Deployment::kPrimary).status(now);
  status.redundant = watch(Deployment::kRedundant).status(now);
  status.incidents.assign(incidents_.begin(), incidents_.end());
  return status;
}

std::map<std::string, std::int64_t> ModeratorImpl::metrics(Now now) const {
  std::map<std::string, std::int64_t> all = counters_;
  for (const char* name : {"store_failed_total", "verdicts_untrusted_total", "verdicts_refused_total", "both_bad_total",
                           "failovers_total", "failbacks_total", "disturbed_total"}) {
    all.try_emplace(name, 0);
  }
  all["epoch"] = static_cast<std::int64_t>(log_.epoch().value());
  all["frozen"] = frozen_;
  all["abstains"] = !abstains().empty();
  all["moves_last_hour"] = static_cast<std::int64_t>(moves_.of_last_hour(now.wall).size());
  for (const Watch& each : watches_) each.metrics(all, now);
  return all;
}

// ---- the class ----

Moderator::Moderator(Config config) : impl_(std::make_unique<ModeratorImpl>(std::move(config))) {}
Moderator::~Moderator() = default;
Moderator::Moderator(Moderator&&) noexcept = default;

Effects Moderator::handle(const Input& input, Now now) { return impl_->handle(input, now); }
Status Moderator::status(Now now) const { return impl_->status(now); }
const std::optional<Verdict>& Moderator::verdict() const { return impl_->verdict(); }
std::map<std::string, std::int64_t> Moderator::metrics(Now now) const { return impl_->metrics(now); }

}  // namespace holdfast::moderator
