#include "sim/sometimes.h"

namespace holdfast::sim {
namespace {

constexpr const char* kMustBeReached[] = {
    // the client
    "hedge sent",
    "hedge won",
    "hedge won on both sides",
    "hedge denied by its budget",
    "hedge sent while acks flow",
    "browser bridged the deployments",
    "reload with a kept transcript",
    "an outbox heard from another tab",
    // give-back
    "give-back across a cut peer link",
    "give-back told to wait",
    "a deployment forgot an event of an outbox",
    // decisions
    "decisions in conflict",
    "an autonomous decision was overruled",
    "a decision ended a conflict",
    "append of a former lease holder",
    // effects
    "an effect arrived twice under one id",
    "an effect was claimed autonomously",
    // journals
    "crash lost an un-synced tail",
    "database promoted without its tail",
    "fork detected and healed",
    "hole filled later",
    "machine cloned, memory and all",
    "disk cloned",
    "a clone was told that it is one",
    "event with two acceptances",
    // people who lie, people who forget
    "forger pushed a lie",
    "forger refused wrong_author",
    "forger refused forbidden_audience",
    "forger refused id_conflict",
    "two digests for one id",
    "event erased",
    // settings
    "settings in conflict",
    "a revoked operator was shut out",
    "restarted over a part of its settings",
    // versions
    "poison event passed on",
    // keys
    "cluster key changed",
    "key of the moderator changed",
    // the moderator
    "moderator: failover",
    "moderator: failback",
    "maintenance: safe to stop",
};

}  // namespace

std::vector<std::string> never_reached(const std::map<std::string, std::int64_t>& reached) {
  std::vector<std::string> missing;
  for (const char* const state : kMustBeReached) {
    const auto found = reached.find(state);
    if (found == reached.end() || found->second == 0) missing.emplace_back(state);
  }
  return missing;
}

}  // namespace holdfast::sim
