#include "moderator/policy.h"

namespace holdfast::moderator {

namespace {

PolicyConfig demo() {
  PolicyConfig demo;
  demo.health.chat_failures = 2;
  demo.health.witness_ms_max = 2'000;
  demo.probe_interval_ms = 250;
  demo.probe_timeout_ms = 800;
  demo.links_renew_ms = 5'000;
  demo.state_interval_ms = 250;
  demo.publish_retry_ms = 250;
  demo.failback_after_ms = 3'000;
  demo.moves_per_hour_max = 100;  // whoever watches will break it again and again
  demo.barrier_poll_ms = 250;
  demo.pause_ms_max = 1'000;
  return demo;
}

PolicyConfig drill() {
  PolicyConfig drill = demo();
  drill.links_renew_ms = 1'000;
  drill.failback_after_ms = 2'000;
  drill.moves_per_hour_max = 1'000;
  drill.pause_ms_max = 2'000;
  return drill;
}

}  // namespace

Result<PolicyConfig> profile(std::string_view name) {
  if (name == "production") return PolicyConfig{};
  if (name == "demo") return demo();
  if (name == "drill") return drill();
  return fail(ErrorCode::kInvalid, "no profile is called \"{}\": production, demo, drill", name);
}

}  // namespace holdfast::moderator
