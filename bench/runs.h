// The sub-commands. Each prints its table, writes its JSON, and fails when the installation did not
// do what it must (a message lost, doubled): figures of a run that failed mean nothing.
#pragma once

#include "bench/stage.h"

namespace holdfast::bench {

// What was said is seen within it, or counts as lost.
constexpr Span kSettle = seconds(40);

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

struct ConnectionsOptions {
  std::size_t browsing = 10'000;
  std::size_t chatting = 1'000;
  std::size_t messages = 10;  // said in each chat
};
Result<void> run_connections(const Common& common, const ConnectionsOptions& options);

struct JournalOptions {
  std::size_t events = 200'000;
  std::size_t batch = 100;
  std::size_t chats = 1'000;
};
Result<void> run_journal(const Common& common, const JournalOptions& options);

struct CatchupOptions {
  std::size_t events = 200'000;  // made while the Redundant Deployment is away
  std::size_t pairs = 200;
  double rate = 200;  // of live messages a second meanwhile
  double before_s = 5;
};
Result<void> run_catchup(const Common& common, const CatchupOptions& options);

struct StormOptions {
  std::size_t browsing = 8'000;
  std::size_t chatting = 1'000;
  std::size_t at_once = 1'000;  // dials under way
  VisitorProof proof = VisitorProof::kKey;
};
Result<void> run_storm(const Common& common, const StormOptions& options);

}  // namespace holdfast::bench
