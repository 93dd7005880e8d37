// What this client saw of a deployment and tells the other one: hedges that won, late acks,
// connections that did not come about. After web/core/src/reports.ts.
#pragma once

#include <map>
#include <string_view>

#include "sim/client/links.h"

namespace holdfast::sim {

class Reports {
 public:
  Reports(const Env& env, Links& links) : env_(env), links_(links) {}

  void hedge_won(Deployment of) { ++noted(of).hedges_won; }
  void late_ack(Deployment of) { ++noted(of).late_acks; }
  void connect_failed(Deployment of) { ++noted(of).failed_connects; }

  MonoMs due() const { return due_; }
  void ring() {
    if (due_ > env_.now()) return;
    due_ = kNever;
    for (const Deployment deployment : kBoth) {
      Seen& seen = seen_[protocol::other(deployment)];
      if (seen.empty()) continue;
      const protocol::from_client::Report report{
          seen.hedges_won, seen.late_acks, seen.failed_connects, env_.wall(),
          static_cast<std::uint64_t>((env_.now() - seen.since).count())};
      if (links_.get(deployment).send(report)) {
        seen = {};
      } else {
        due_ = env_.now() + kEvery;
      }
    }
  }

 private:
  static constexpr Ms kEvery{10'000};
  struct Seen {
    std::uint64_t hedges_won = 0, late_acks = 0, failed_connects = 0;
    MonoMs since{};
    bool empty() const { return hedges_won + late_acks + failed_connects == 0; }
  };

  Seen& noted(Deployment of) {
    if (due_ == kNever) due_ = env_.now() + kEvery;
    Seen& seen = seen_[of];
    if (seen.empty()) seen.since = env_.now();
    return seen;
  }

  const Env& env_;
  Links& links_;
  std::map<Deployment, Seen> seen_;
  MonoMs due_ = kNever;
};

}  // namespace holdfast::sim
