// The sub-commands. Each prints its table, writes its JSON, and fails when the installation did not
// do what it must (a message lost, doubled): figures of a run that failed mean nothing.
#pragma once

#include "bench/stage.h"

namespace holdfast::bench {

struct RelayOptions {
  std::size_t pairs = 100;
  double rate = 0;  // messages a second, open loop; 0: closed loop
  double seconds = 5;
  double warm_up_s = 1;
  int deployments = 1;
  std::size_t message_bytes = 120;
};
Result<void> run_relay(const Common& common, const RelayOptions& options);

enum class Fault { kNone, kKill, kBlackhole, kSwitch };
struct FailoverOptions {
  std::size_t chats = 1'000;
  double per_chat = 2;  // messages a second
  Fault fault = Fault::kKill;
  double warm_up_s = 10;
  double after_s = 10;
  bool moderator = true;
};
Result<void> run_failover(const Common& common, const FailoverOptions& options);

}  // namespace holdfast::bench
