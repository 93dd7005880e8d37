// The two links: which deployment is active (the highest verdict says), which link carries now, how
// many are wanted. After web/core/src/links.ts: bypass changes transport only, the epoch stays what
// it is.
#pragma once

#include <optional>

#include "sim/client/link.h"

namespace holdfast::sim {

enum class Need { kNone, kOne, kBoth };

class Links {
 public:
  Links(Link& primary, Link& redundant) : links_{&primary, &redundant} {}

  Link& get(Deployment deployment) const {
    return *links_[deployment == Deployment::kPrimary ? 0 : 1];
  }
  Link& other(const Link& link) const { return get(protocol::other(link.deployment())); }
  Link& active() const { return get(active_); }

  // Where sends go first; null when no link is up. Over fast, back slowly: once the other link
  // carries, it goes on until the active one has been up for a while, because what a deployment
  // takes in its first seconds may reach the others only when its peer link is back too.
  Link* carrier() {
    Link& first = active();
    Link& second = other(first);
    if (bypassed_ && second.usable() && first.up_for() < Ms(5'000)) return &second;
    Link* chosen = nullptr;
    for (Link* link : {&first, &second}) {
      if (chosen == nullptr && link->usable()) chosen = link;
    }
    for (Link* link : {&first, &second}) {
      if (chosen == nullptr && link->up()) chosen = link;
    }
    if (chosen == &first) failed_ &= ~bit(first.deployment());
    bypassed_ = chosen == &second && (failed_ & bit(first.deployment())) != 0;
    return chosen;
  }

  void need(Need need) {
    if (need == need_) return;
    need_ = need;
    const Link* now = carrier();
    single_ = now == nullptr ? std::nullopt : std::optional(now->deployment());
    apply();
  }
  // The verdict changed: it is followed at once.
  void switched(Deployment active) {
    active_ = active;
    bypassed_ = false;
    single_.reset();
    apply();
  }
  // A connection ended or none came about. A single link hands over to the other; each keeps its
  // own back-off.
  void fell(const Link& link) {
    failed_ |= bit(link.deployment());
    if (need_ != Need::kOne || link.deployment() != single_.value_or(active_)) return;
    single_ = protocol::other(link.deployment());
    apply();
  }
  // New credentials: what failed with the old ones says nothing.
  void retry() {
    failed_ = 0;
    for (Link* link : links_) link->retry();
  }

 private:
  void apply() {
    const Deployment single = single_.value_or(active_);
    for (Link* link : links_)
      link->want(need_ == Need::kBoth || (need_ == Need::kOne && link->deployment() == single));
  }

  Link* links_[2];
  Deployment active_ = Deployment::kPrimary;
  Need need_ = Need::kNone;
  std::optional<Deployment> single_;
  unsigned failed_ = 0;  // links that failed since they last carried: a first connection that is
                         // merely slower has not
  bool bypassed_ = false;
};

}  // namespace holdfast::sim
