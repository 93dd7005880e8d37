#include "moderator/maintenance.h"

#include <fmt/format.h>

#include "moderator/verdict_log.h"

namespace holdfast::moderator {

using protocol::Deployment;

void Maintenance::moved(Deployment from, Deployment to) {
  if (from == to) return;
  safe.reset();
  interrupted = to == deployment;
}

std::string_view name_of(MaintenanceStep step) {
  switch (step) {
    case MaintenanceStep::kWaits:
      return "waits";
    case MaintenanceStep::kDrains:
      return "drains";
    case MaintenanceStep::kSafe:
      return "safe";
    case MaintenanceStep::kAway:
      return "away";
    case MaintenanceStep::kInterrupted:
      return "interrupted";
  }
  return "?";
}

MaintenanceStatus describe(const Maintenance& order, const MaintenanceView& view) {
  const std::string_view name = name_of(order.deployment);
  const std::string_view rest = name_of(other(order.deployment));
  const std::string next = view.waits_for.empty() ? view.barrier : view.waits_for;
  if (view.active && order.interrupted) {
    return {order, MaintenanceStep::kInterrupted,
            fmt::format("{} is active although it is in maintenance, because {} failed: do not "
                        "stop it; it leaves again when {} can take over: {}",
                        name, rest, rest, next)};
  }
  if (view.active) {
    return {order, MaintenanceStep::kWaits,
            fmt::format("{} stays active until {} can take over: {}", name, rest, next)};
  }
  if (order.safe) {
    return {
        order, MaintenanceStep::kSafe,
        fmt::format("safe to stop: {} is active and holds everything that {} held", rest, name)};
  }
  if (!view.answers) {
    return {order, MaintenanceStep::kAway,
            fmt::format("{} does not answer: what it alone holds, if anything, is on its disk and "
                        "must be kept",
                        name)};
  }
  return {order, MaintenanceStep::kDrains,
          fmt::format("{} is active; {}", rest,
                      view.told ? view.barrier : "both deployments are being told")};
}

}  // namespace holdfast::moderator
