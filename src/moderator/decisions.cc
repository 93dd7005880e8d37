// When the verdict changes: the rules of docs/moderator.md, in the order of their weight.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/plant.h"
#include "moderator/moderator_impl.h"
#include "moderator/versions.h"

namespace holdfast::moderator {
namespace {

// Before a maintenance: somebody's network reaches one deployment only, and a client tries again
// every five seconds at least.
constexpr std::uint64_t kLinkedPercent = 95;
constexpr Ms kLinksWithin{15'000};

}  // namespace

void ModeratorImpl::advance(Now now) {
  while (!keeper_.writing() && !orders_.empty()) {
    const Order order = std::move(orders_.front());
    orders_.pop_front();
    std::visit([&](const auto& it) { carry_out(it, now); }, order);
    if (keeper_.writing()) under_way_ = order;
  }
  if (keeper_.writing() || keeper_.resting(now)) return;
  if (keeper_.owes()) return store(keeper_.store_as_it_is({}, now));
  if (adopt_news(now) || !settled()) return;
  if (settle_epoch(now) || fail_over(now) || finish_waiting(now)) return;
  if (const auto& order = keeper_.maintenance()) return maintain(*order, now);
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
// taken away stays the highest. Where other moderators sign with keys of their own, only what is of
// a key that was taken away.
bool ModeratorImpl::settle_epoch(Now now) {
  const VerdictLog& log = keeper_.log();
  if (!log.highest()) {
    store(keeper_.mint(policy_.preferred, std::string(kWhyStart), false, {}, now));
    return true;
  }
  if (epoch_is_ours_) return false;
  epoch_is_ours_ = !log.must_sign_anew(shared_);
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
  const std::string doubter = doubted_by(to);
  if (!target.usable(now) || target.unhealthy(now) || !doubter.empty()) {
    // Never both down: when all look bad it is more likely that we do, and a move would help
    // nobody. Two moderators that each see another one fail would move to and fro for ever.
    if (!std::exchange(both_bad_, true)) {
      ++counters_["both_bad_total"];
      note(LogLevel::kWarn,
           fmt::format("{} is unhealthy and {} looks no better{}: the verdict stays", name_of(from),
                       name_of(to), doubter.empty() ? "" : fmt::format(" to {}", doubter)),
           now);
    }
    return false;
  }
  cancel_waiting(fmt::format("{} failed meanwhile", name_of(from)));
  // Even to one that the other one's clients cannot talk to: else nobody would be left.
  const std::string apart = incompatible();
  move(to,
       fmt::format("{}: {} is unhealthy ({}){}{}", kWhyFailover, name_of(from),
                   watch(from).health().signals(now).text(), apart.empty() ? "" : "; ", apart),
       now);
  return true;
}

bool ModeratorImpl::finish_waiting(Now now) {
  if (!waiting_) return false;
  if (std::string why = refusal_of(*waiting_, now); !why.empty()) {
    cancel_waiting(std::move(why));
    return false;
  }
  if (keeper_.log().active() != waiting_->to) {
    if (!barrier_.raised_for(waiting_->to)) barrier_.raise(waiting_->to, now.mono);
    if (!barrier_.reached()) return true;
  }
  under_way_ = *waiting_;
  switch_now(*std::exchange(waiting_, std::nullopt), now);
  return true;
}

void ModeratorImpl::fail_back(Now now) {
  const Deployment to = policy_.preferred;
  if (!failback_wanted() || !return_waits_for(to, now).empty()) return barrier_.drop();
  if (!barrier_.raised_for(to)) barrier_.raise(to, now.mono);
  if (!barrier_.reached() && !planted(Plant::kFailbackBeforeBarrier)) return;
  move(to, fmt::format("{}: {} is healthy and holds everything", kWhyFailback, name_of(to)), now);
}

void ModeratorImpl::maintain(const Maintenance& order, Now now) {
  const Deployment from = order.deployment;
  const Deployment to = other(from);
  const bool active = keeper_.log().active() == from;
  const bool due =
      active ? takeover_waits_for(order, now).empty() : !order.safe && both_know_the_verdict();
  if (!due) return barrier_.drop();
  if (!barrier_.raised_for(to)) barrier_.raise(to, now.mono);
  if (!barrier_.reached()) return;
  if (active) {
    std::string why =
        fmt::format("{}: of {}, ordered by {}", kWhyMaintenance, name_of(from), order.by);
    return store(keeper_.mint(to, std::move(why), order.interrupted, {}, now));
  }
  Maintenance done = order;
  done.safe = now.wall;
  store(keeper_.store_maintenance(std::move(done), {}, now));
}

void ModeratorImpl::move(Deployment to, std::string why, Now now) {
  store(keeper_.mint(to, std::move(why), true, {}, now));
}

bool ModeratorImpl::failback_wanted() const {
  return verdict() && !keeper_.maintenance() && keeper_.log().active() != policy_.preferred &&
         (verdict()->why.starts_with(kWhyFailover) || verdict()->why.starts_with(kWhyMaintenance));
}

bool ModeratorImpl::both_know_the_verdict() const {
  for (const Watch& each : watches_) {
    if (!each.answers() || each.known() < keeper_.log().epoch()) return false;
  }
  return true;
}

// A person ordered it and stands beside it, so nothing slow: but not to one that could not answer.
std::string ModeratorImpl::takeover_waits_for(const Maintenance& order, Now now) const {
  const Deployment to = other(order.deployment);
  if (order.interrupted) return return_waits_for(to, now);
  const DeploymentStatus target = watch(to).status(now);
  if (std::string why = incompatible(); !why.empty()) return why;
  const std::string_view name = name_of(to);
  if (const std::string doubter = doubted_by(to); !doubter.empty())
    return fmt::format("{} is unhealthy, says {}", name, doubter);
  if (target.usable && target.healthy) return links_missing(order, now);
  if (!target.looked) return fmt::format("{} has not been looked at yet", name);
  if (!target.healthy) return fmt::format("{} is unhealthy ({})", name, target.signals.text());
  if (!target.probe_why.empty()) {
    return fmt::format("the last chat with {} did not work ({})", name, target.probe_why);
  }
  return fmt::format("{} says that it takes no chat ({})", name, target.state.not_ready_reason);
}

// Where the other one was started again just now, its clients come back within seconds. Whoever has
// no link to it when this one is stopped would have none at all.
std::string ModeratorImpl::links_missing(const Maintenance& order, Now now) const {
  const Watch& from = watch(order.deployment);
  if (now.wall - order.since >= kLinksWithin || !from.answers()) return "";
  const std::uint64_t here = from.state().reports.clients;
  const std::uint64_t there = watch(other(order.deployment)).state().reports.clients;
  if (there * 100 >= here * kLinkedPercent) return "";
  return fmt::format("{} of {} clients have a link to it so far", there, here);
}

std::optional<MaintenanceStatus> ModeratorImpl::maintenance_status(Now now) const {
  const auto& order = keeper_.maintenance();
  if (!order) return std::nullopt;
  const bool active = keeper_.log().active() == order->deployment;
  std::string barrier = barrier_.text();
  if (barrier.empty()) barrier = fmt::format("what {} holds is asked", name_of(order->deployment));
  return describe(*order, {active, watch(order->deployment).answers(), both_know_the_verdict(),
                           active ? takeover_waits_for(*order, now) : "", std::move(barrier)});
}

std::string ModeratorImpl::return_waits_for(Deployment to, Now now) const {
  if (std::string why = abstains(); !why.empty()) return why;
  if (std::string why = incompatible(); !why.empty()) return why;
  const Health& returning = watch(to).health();
  const std::string_view name = name_of(to);
  const auto since = returning.flawless_since();
  if (!since) return fmt::format("{} is not flawless", name);
  const Ms due(policy_.failback_after_ms);
  if (const Ms passed = now.mono - *since; passed < due) {
    return fmt::format("{} is flawless for {} of {} s", name, passed.count() / 1000,
                       due.count() / 1000);
  }
  if (!returning.usable(now)) return fmt::format("the last chat with {} did not work", name);
  if (const std::string doubter = doubted_by(to); !doubter.empty())
    return fmt::format("{} is unhealthy, says {}", name, doubter);
  const auto moves = keeper_.moves().of_last_hour(now.wall).size();
  if (moves >= policy_.moves_per_hour_max) {
    return fmt::format("{} automatic moves in the last hour, at most {}", moves,
                       policy_.moves_per_hour_max);
  }
  return "";
}

std::string ModeratorImpl::incompatible() const {
  if (!told_[0] || !told_[1]) return "";
  return incompatible_text(watch(Deployment::kPrimary).state(),
                           watch(Deployment::kRedundant).state());
}

std::string ModeratorImpl::version_skew() const {
  return skew_text(watch(Deployment::kPrimary).state(), watch(Deployment::kRedundant).state());
}

// Away from one that failed it is a failover, whoever orders it.
std::string ModeratorImpl::refusal_of(const ManualSwitch& order, Now now) const {
  const Deployment active = keeper_.log().active();
  if (order.to == active || watch(active).health().unhealthy(now)) return "";
  return incompatible();
}

std::string ModeratorImpl::doubted_by(Deployment deployment) const {
  const auto doubts = deployment == Deployment::kPrimary ? &Colleague::primary_unhealthy
                                                         : &Colleague::redundant_unhealthy;
  const auto doubter = std::ranges::find(colleagues_, true, doubts);
  return doubter == colleagues_.end() ? "" : doubter->name;
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

}  // namespace holdfast::moderator
