// The numbers behind "fail over fast, fail back slowly", each with its reason.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "moderator/health.h"
#include "protocol/ids.h"

namespace holdfast::moderator {

struct PolicyConfig {
  HealthConfig health;
  protocol::Deployment preferred = protocol::Deployment::kPrimary;

  std::uint32_t probe_interval_ms =
      1'000;  // one synthetic chat message a second costs a node nothing that can be measured
  std::uint32_t probe_timeout_ms =
      1'500;  // no client waits longer than 1 s before it hedges. Three in a row and the pause
              // before them are 5.5 s: a blackhole moves the decisions within 8 s, with room to
              // spare
  std::uint32_t links_renew_ms =
      30'000;  // what a browser meets that connects only now (a certificate that expired, a name
               // that is gone) is met within so long; two TLS handshakes cost nothing then
  std::uint32_t state_interval_ms = 1'000;  // as often as the peer link beats
  std::uint32_t publish_retry_ms = 1'000;   // to a deployment that does not know the verdict yet

  std::uint32_t failback_after_ms = 600'000;  // ten flawless minutes: longer than a reboot, a crash
                                              // loop's back-off, or a route flap
  std::uint32_t moves_per_hour_max =
      2;  // one failover and its failback; binds failback, never failover
  std::uint32_t barrier_poll_ms = 1'000;

  std::uint32_t pause_ms_max =
      2'000;  // no input for longer: we were paused (the gap at which Redis Sentinel tilts)
  std::uint32_t clock_jump_ms_max =
      2'000;  // wall clock against monotonic clock, between two inputs
  std::uint32_t clock_skew_ms_max =
      1'000;  // between a deployment's clock and ours, for a warning: NTP keeps it in the tens of
              // milliseconds, and at 30 s (clock_bound_ms) the deployment takes no events any more
};

// `production` is the defaults. `demo` detects in about one second and fails back within seconds,
// for people who watch. `drill` is for `holdfast drill`, which makes one failure after the other:
// as quick, with no bound on moves that a drill could reach, and patient with a busy machine.
Result<PolicyConfig> profile(std::string_view name);

}  // namespace holdfast::moderator
