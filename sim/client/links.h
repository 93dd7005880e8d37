// The two links: which deployment is active (the highest verdict says), which link carries now, how many are wanted. After
// web/core/src/links.ts: bypass changes transport only, the epoch stays what it is.
#pragma once

#include <optional>

#include "sim/client/link.h"

namespace holdfast::sim {

enum class Need { kNone, kOne, kBoth };

class Links {
 public:
  Links(Link& primary, Link& redundant) : links_{&primary, &redundant} {}

  Link& get(Deployment deployment) const { return *links_[deployment == Deployment::kPrimary ? 0 : 1]; }
  Link& other(const Link& link) const { return get(protocol::other(link.deployment())); }
  Link& active() const { return get(active_); }

  // Where sends go first; null when no link is up.
  Link* carrier() const {
    Link* const order[] = {&active(), &other(active())};
    for (Link* link : order) {
      if (link->usable()) return link;
    }
    for (Link* link : order) {
      if (link->up()) return link;
    }
    return nullptr;
  }

  void need(Need need) {
    if (need == need_) return;
    need_ = need;
    const Link* now = carrier();
    single_ = now == nullptr ? std::nullopt : std::optional(now->deployment());
    apply();
  }
  // The verdict changed: a single link follows it.
  void switched(Deployment active) {
    active_ = active;
    single_.reset();
    apply();
  }
  // A single link that fails hands over to the other; each keeps its own back-off.
  void health_changed(const Link& link, Health health) {
    if (need_ != Need::kOne || (health != Health::kResting && health != Health::kRefused)) return;
    if (link.deployment() != single_.value_or(active_)) return;
    single_ = protocol::other(link.deployment());
    apply();
  }

 private:
  void apply() {
    const Deployment single = single_.value_or(active_);
    for (Link* link : links_) link->want(need_ == Need::kBoth || (need_ == Need::kOne && link->deployment() == single));
  }

  Link* links_[2];
  Deployment active_ = Deployment::kPrimary;
  Need need_ = Need::kNone;
  std::optional<Deployment> single_;
};

}  // namespace holdfast::sim
