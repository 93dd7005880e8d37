// What the operator view offers to order, by the name that its forms carry. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moderator/moderator.h"

namespace holdfast::app {

enum class LiveVerb { kSwitch, kSwitchWhenHeld, kFreeze, kUnfreeze, kBegin, kEnd };

struct LiveOrder {
  LiveVerb verb;
  protocol::Deployment deployment = protocol::Deployment::kPrimary;  // unused by freeze

  std::string name() const;    // "switch:redundant"
  std::string button() const;  // "Make Redundant active"
  bool operator==(const LiveOrder&) const = default;
};

std::optional<LiveOrder> live_order_named(std::string_view name);
// Those that make sense now.
std::vector<LiveOrder> live_orders_for(const moderator::Status& status);
// What it would do, said before it is done.
std::string consequence_of(const LiveOrder& order, const moderator::Status& status);

}  // namespace holdfast::app
