// Whether our wall clock may be trusted with the time of an acceptance.
//
// A wrong clock does not lose anything: replies stand after what they answer whatever the clocks
// say. But concurrent messages of a node that is an hour ahead would stand below everything else
// for an hour, on every screen, for good. So such a node stops taking events and lets the clients
// use the other deployment.
//
// With two clocks and a difference nobody knows which one is wrong, and when both stop, there is no
// service at all. Three things break the tie, in this order:
//   1. A third clock: the moderator tells its time with every new link of its synthetic chats,
//      twice a minute. Who agrees with it goes on. The peer's chats do not count: its clock is one
//      of the two.
//   2. Our own two clocks: the wall clock jumped against the monotonic one since it was last
//      confirmed. Then it was us.
//   3. Without any evidence Primary goes on and Redundant stops: one opinion is better than no
//      chat.
// A jump by itself stops us for a moment, until the next word of the peer or the moderator confirms
// or refutes it; when neither is there, it is believed (somebody set the clock right).
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "protocol/ids.h"

namespace holdfast::node {

class ClockGuard {
 public:
  ClockGuard(protocol::Deployment deployment, Ms bound, Now now);

  // The moderator's clock read `at` just now.
  void moderator_says(WallMs at, Now now);
  // Called with every tick and before anything is accepted. `peer_offset_ms` is the peer's clock
  // minus ours, empty when the peer is away.
  void look(std::optional<std::int64_t> peer_offset_ms, Now now);

  // Why nothing may be accepted; empty when all is well.
  const std::optional<std::string>& off() const { return off_; }

 private:
  std::int64_t skew(Now now) const { return now.wall.value() - now.mono.value(); }
  bool far(std::int64_t difference) const;
  void confirm(Now now);

  const protocol::Deployment deployment_;
  const Ms bound_;
  std::int64_t trusted_skew_;  // wall minus monotonic, as last confirmed
  bool confirmed_ = false;     // by anybody but ourselves
  std::optional<MonoMs> jumped_at_;
  std::int64_t last_skew_;
  std::optional<std::int64_t> moderator_offset_;
  MonoMs moderator_at_{};
  std::optional<std::string> off_;
};

}  // namespace holdfast::node
