// A deployment that people have taken out of service, so that it can be stopped, repaired or
// upgraded while the other one carries everything.
//
// It goes in three steps. `kWaits`: the deployment is still active, and the other one does not yet
// hold all that it holds, or could not take over. `kDrains`: the other one is active. That verdict
// is all the draining that clients need: each hears it from whichever deployment it is linked to,
// makes the other link its main one between two messages, and keeps this one warm. Once both
// deployments know it, everything that this one took before must reach the other one. `kSafe`: it
// has. What a late client still sends here stays in that client's outbox until it is in both.
//
// An order of a person: it holds until a person ends it, over restarts of the moderator. Only a
// failure of the other deployment makes this one active meanwhile, since nobody would be left; the
// move back then is as slow as any failback.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "protocol/ids.h"

namespace holdfast::moderator {

// What of it is kept in the record.
struct Maintenance {
  protocol::Deployment deployment;
  std::string by;
  WallMs since;
  std::optional<WallMs> safe;  // since when it may be stopped
  bool interrupted = false;    // it is active all the same: the other one failed

  // A verdict changes the active deployment.
  void moved(protocol::Deployment from, protocol::Deployment to);

  friend bool operator==(const Maintenance&, const Maintenance&) = default;
};

enum class MaintenanceStep {
  kWaits,
  kDrains,
  kSafe,
  kAway,         // it does not answer, and it is not known to be safe
  kInterrupted,  // active because the other one failed
};
std::string_view name_of(MaintenanceStep step);

struct MaintenanceStatus {
  Maintenance order;
  MaintenanceStep step;
  std::string text;  // one sentence for a person
};

// What the moderator knows beside the order.
struct MaintenanceView {
  bool active;            // the deployment, although in maintenance
  bool answers;           // the deployment, when asked for its state
  bool told;              // both know the verdict
  std::string waits_for;  // what keeps the other one from taking over; empty: only the barrier
  std::string barrier;    // how far the barrier is
};

MaintenanceStatus describe(const Maintenance& order, const MaintenanceView& view);

}  // namespace holdfast::moderator
