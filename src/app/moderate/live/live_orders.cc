#include "app/moderate/live/live_orders.h"

#include <fmt/format.h>

#include "protocol/names.h"

namespace holdfast::app {
namespace {

using protocol::Deployment;

constexpr LiveVerb kVerbs[] = {LiveVerb::kSwitch,   LiveVerb::kSwitchWhenHeld, LiveVerb::kFreeze,
                               LiveVerb::kUnfreeze, LiveVerb::kBegin,          LiveVerb::kEnd};
constexpr Deployment kBoth[] = {Deployment::kPrimary, Deployment::kRedundant};

std::string_view proper_name(Deployment deployment) {
  return deployment == Deployment::kPrimary ? "Primary" : "Redundant";
}

std::string lag_text(const moderator::Status& status, Deployment from) {
  const moderator::DeploymentStatus& side =
      from == Deployment::kPrimary ? status.primary : status.redundant;
  if (!side.answers)
    return fmt::format("{} does not answer: what it alone holds is not known.", proper_name(from));
  return fmt::format("{} entries of {} are not yet in both.", side.state.behind, proper_name(from));
}

}  // namespace

std::string LiveOrder::name() const {
  const std::string_view of = protocol::name_of(deployment);
  switch (verb) {
    case LiveVerb::kSwitch:
      return fmt::format("switch:{}", of);
    case LiveVerb::kSwitchWhenHeld:
      return fmt::format("switch-when-held:{}", of);
    case LiveVerb::kFreeze:
      return "freeze";
    case LiveVerb::kUnfreeze:
      return "unfreeze";
    case LiveVerb::kBegin:
      return fmt::format("maintenance-begin:{}", of);
    case LiveVerb::kEnd:
      return fmt::format("maintenance-end:{}", of);
  }
  return "";
}

std::string LiveOrder::button() const {
  const std::string_view of = proper_name(deployment);
  switch (verb) {
    case LiveVerb::kSwitch:
      return fmt::format("Make {} active now", of);
    case LiveVerb::kSwitchWhenHeld:
      return fmt::format("Make {} active when it holds everything", of);
    case LiveVerb::kFreeze:
      return "Freeze: no automatic moves";
    case LiveVerb::kUnfreeze:
      return "Allow automatic moves again";
    case LiveVerb::kBegin:
      return fmt::format("Begin maintenance of {}", of);
    case LiveVerb::kEnd:
      return fmt::format("End maintenance of {}", of);
  }
  return "";
}

std::optional<LiveOrder> live_order_named(std::string_view name) {
  for (const LiveVerb verb : kVerbs) {
    for (const Deployment deployment : kBoth) {
      const LiveOrder order{verb, deployment};
      if (order.name() == name) return order;
    }
  }
  return std::nullopt;
}

std::vector<LiveOrder> live_orders_for(const moderator::Status& status) {
  const Deployment standby = protocol::other(status.active);
  std::vector<LiveOrder> orders;
  const auto& maintenance = status.maintenance;
  if (!maintenance || maintenance->order.deployment != standby) {
    orders.push_back({LiveVerb::kSwitch, standby});
    orders.push_back({LiveVerb::kSwitchWhenHeld, standby});
  }
  orders.push_back({status.frozen ? LiveVerb::kUnfreeze : LiveVerb::kFreeze});
  if (maintenance) {
    orders.push_back({LiveVerb::kEnd, maintenance->order.deployment});
  } else {
    for (const Deployment each : kBoth) orders.push_back({LiveVerb::kBegin, each});
  }
  return orders;
}

std::string consequence_of(const LiveOrder& order, const moderator::Status& status) {
  const std::string_view of = proper_name(order.deployment);
  const Deployment other = protocol::other(order.deployment);
  switch (order.verb) {
    case LiveVerb::kSwitch:
      return fmt::format(
          "{} becomes active at once; nothing is lost, and every browser moves to it. "
          "{} It stays until somebody switches again, or it fails.",
          of, lag_text(status, other));
    case LiveVerb::kSwitchWhenHeld:
      return fmt::format("{} becomes active as soon as it holds all that {} holds. {}", of,
                         proper_name(other), lag_text(status, other));
    case LiveVerb::kFreeze:
      return "Nothing moves by itself until this is taken back: no failover, no failback. A "
             "deployment that is left alone still serves its chats.";
    case LiveVerb::kUnfreeze:
      return "The Moderator fails over and back by itself again.";
    case LiveVerb::kBegin:
      return fmt::format(
          "{} carries everything as soon as it holds all that {} holds; then this page "
          "says when {} is safe to stop.",
          proper_name(other), of, of);
    case LiveVerb::kEnd:
      return fmt::format("{} may become active again by the ordinary rules.", of);
  }
  return "";
}

}  // namespace holdfast::app
