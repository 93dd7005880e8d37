// The moderator's core: a pure function of its inputs.
//
//   effects = moderator.handle(input, now)
//
// No I/O, no clock, no threads, no randomness: the shell (src/app/moderate) and the simulator turn
// sockets, disks and clocks into inputs and carry effects out in the order given. It is never in
// the data path; when it is gone, nobody notices.
//
// A decision becomes visible in this order: Store, then (after Stored) Publish to each deployment,
// repeated until each of them reports an epoch at least as high. A needless failover costs nothing,
// a verdict that was published and then forgotten would cost an epoch that means two things to two
// people.
//
// It scores itself: after a pause or a clock jump, and at start until a deployment has told the
// highest epoch, it abstains from automatic moves. A person's order is obeyed even then, once the
// epochs are known.
//
// Several moderators may keep one record (Config::shared). Whoever stores first wins; the others
// are told what he wrote (RecordHeard), take it as their own, and decide anew on it. So an order
// given to one of them holds for all, one failure is one move, and none of them outbids another.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/strong.h"
#include "moderator/clock_skew.h"
#include "moderator/health.h"
#include "moderator/late_reports.h"
#include "moderator/maintenance.h"
#include "moderator/policy.h"
#include "moderator/verdict_log.h"
#include "protocol/frames.gen.h"
#include "protocol/ids.h"
#include "protocol/intervals.h"

namespace holdfast::moderator {

using protocol::Deployment;
using protocol::Epoch;
using ProbeId = Strong<struct ProbeIdTag, std::uint64_t>;
using RequestId = Strong<struct RequestIdTag, std::uint64_t>;  // a person who waits for an answer

// What must survive a restart, written as one.
struct Record {
  std::optional<Verdict> verdict;
  bool frozen = false;
  std::vector<WallMs> moves;  // automatic ones of the last hour
  std::optional<Maintenance> maintenance = std::nullopt;
};

// ---- inputs ----

// Once, first. `signer` is that of stored.verdict.
struct Started {
  Record stored;
  Trust signer = Trust::kOwnKey;
};

// Answers Store: it is durable.
struct Stored {
  Epoch epoch;
};

// Answers Store: as far as anybody knows nothing was written. With kFenced another moderator was
// faster, and RecordHeard has told what he wrote.
struct StoreFailed {
  Epoch epoch;
  Error error;
};

// What the shared store holds, whenever that is not what this moderator last heard of it or stored
// in it. It is durable already.
struct RecordHeard {
  Record stored;
  Trust signer = Trust::kOwnKey;  // of stored.verdict
};

// Another moderator over the same record, and whom it calls unhealthy.
struct Colleague {
  std::string name;
  bool primary_unhealthy = false;
  bool redundant_unhealthy = false;
  friend bool operator==(const Colleague&, const Colleague&) = default;
};
// All that are at work, whenever that changed.
struct ColleaguesHeard {
  std::vector<Colleague> at_work;
};

// A deployment (`from`) or another moderator knows this verdict.
struct VerdictHeard {
  std::optional<Deployment> from;
  Verdict verdict;
  Trust trust;
};

// Answers Probe.
struct ProbeDone {
  ProbeId probe;
  Deployment deployment;
  bool ok;
  std::string why;
  std::uint32_t took_ms = 0;
};

// What GET /v1/admin/state tells.
struct State {
  bool ready = false;
  std::string not_ready_reason;
  bool peer_up = false;
  std::uint64_t behind = 0;                   // entries here that are not yet in both
  Epoch epoch{0};                             // highest verdict it knows; 0: none
  ClientReports reports;                      // of clients, about the other deployment
  LateReports late_reports;                   // the same, of times long past
  std::optional<PeerChat> peer_chat;          // its synthetic chats with the other deployment
  std::uint32_t journal_ms = 0;               // what its journal takes to make a batch durable
  std::string version;                        // of its program
  protocol::Versions versions{1, 1};          // of the protocol that it speaks
  std::optional<WallMs> clock;                // its wall clock when it answered
  std::optional<WallMs> certificate_expires;  // of the certificate that it showed
};

// Answers AskState; empty: it did not answer.
struct StateReport {
  Deployment deployment;
  std::optional<State> state;
};

// Answers AskHolds; empty: it did not answer.
struct HoldsReport {
  Deployment deployment;
  std::optional<protocol::Holdings> holdings;
};

// Orders of people; each is answered by one Reply.
struct ManualSwitch {
  RequestId request;
  Deployment to;
  std::string by;
  bool wait_for_barrier = false;
};
struct Freeze {
  RequestId request;
  bool on;
  std::string by;
};
// Takes a deployment out of service, or gives it back. Answered when it is durable; how far it has
// come is in the status.
struct Maintain {
  RequestId request;
  Deployment deployment;
  bool on;
  std::string by;
};

// Every 100 ms or so; the core's only sense of passing time.
struct Tick {};

using Input =
    std::variant<Started, Stored, StoreFailed, RecordHeard, ColleaguesHeard, VerdictHeard,
                 ProbeDone, StateReport, HoldsReport, ManualSwitch, Freeze, Maintain, Tick>;

// ---- effects ----

// A synthetic chat. Exactly one ProbeDone; never two at once per deployment.
struct Probe {
  ProbeId probe;
  Deployment deployment;
  std::uint32_t timeout_ms;
};

// Exactly one StateReport; before it a VerdictHeard when the deployment knows a verdict.
struct AskState {
  Deployment deployment;
};

// Exactly one HoldsReport.
struct AskHolds {
  Deployment deployment;
};

// Make it durable, then answer with Stored or StoreFailed. `epoch` is that of record.verdict, or 0.
struct Store {
  Record record;
  Epoch epoch;
};

// Hand in this verdict. Where the deployment answers: a VerdictHeard with what it knows now.
struct Publish {
  Deployment deployment;
  Verdict verdict;
};

struct Reply {
  RequestId request;
  bool ok;
  std::string why;
  Epoch epoch;
};

enum class LogLevel { kInfo, kWarn };
struct Log {
  LogLevel level;
  std::string text;
};

using Effect = std::variant<Probe, AskState, AskHolds, Store, Publish, Reply, Log>;
using Effects = std::vector<Effect>;

// Signs {epoch, why, at} into the text of docs/protocol.md §8. Deterministic (Ed25519 is).
using Signer = std::function<std::string(Epoch epoch, std::string_view why, WallMs at)>;

struct Config {
  PolicyConfig policy;
  Signer sign;
  bool shared = false;  // other moderators keep the same record
};

// For /v1/status, `holdfast status` and the simulator's checkers.
struct DeploymentStatus {
  Signals signals;
  bool looked = false;
  bool healthy = false;  // looked at, and not unhealthy
  bool usable = false;
  std::optional<Ms> flawless_for;
  std::uint32_t probe_took_ms = 0;      // the last that worked
  std::string probe_why;                // the last that failed, while it fails
  bool answers = false;                 // its state could be asked
  State state;                          // the last one heard
  std::optional<PeerChat> peer_chat;    // the other one's synthetic chats with it
  std::optional<ClockSkew> clock_skew;  // empty: it did not answer
  // What a person should look at although it moves nothing: its clock, its disk, a single signal.
  std::vector<std::string> warnings;
};
struct Incident {
  WallMs at;
  std::string what;
};
struct Status {
  Deployment active;
  Epoch epoch;
  std::string why;
  WallMs since;
  bool frozen = false;
  std::string abstains;  // why no automatic move is made now; empty: it would
  std::string barrier;   // what failback or a switch waits for; empty: nothing
  std::optional<MaintenanceStatus> maintenance;
  std::uint32_t moves_last_hour = 0;
  std::string version_skew;  // the two versions, where they differ
  std::string incompatible;  // why no planned move is made between them
  DeploymentStatus primary;
  DeploymentStatus redundant;
  std::vector<Incident> incidents;  // newest last, at most 200
};

class ModeratorImpl;

// One thread. Lives as long as the process.
class Moderator {
 public:
  explicit Moderator(Config config);
  ~Moderator();
  Moderator(Moderator&&) noexcept;

  Effects handle(const Input& input, Now now);

  Status status(Now now) const;
  // The highest verdict that is durable here: what GET /v1/verdict serves. Empty before the first.
  const std::optional<Verdict>& verdict() const;
  // What its colleagues are told.
  bool unhealthy(Deployment deployment, Now now) const;
  // Monotonic counters and gauges by name without the holdfast_moderator_ prefix.
  std::map<std::string, std::int64_t> metrics(Now now) const;

 private:
  std::unique_ptr<ModeratorImpl> impl_;
};

}  // namespace holdfast::moderator
