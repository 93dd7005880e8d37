// What is known about the health of one deployment, from four independent points of view.
//
// A ping proves nothing: the classic outage is a machine that answers pings and delivers no
// message, seen by its users and by nobody else. So the first signal is a whole synthetic chat, and
// no single one is believed: a deployment is unhealthy when two of them say so. What cannot be
// known (the witness does not answer) is not bad.
//
//   chat     the moderator's synthetic chat: visitor sends, durable, operator receives and answers
//   peer     the other deployment hears nothing over the peer link
//   clients  browsers connected to the other deployment report hedges won and failed connects
//   own      the deployment itself answers that it would take no chat
//
// A dead process is seen by chat and peer, a blackhole by chat, peer and clients, a full disk by
// chat and own, a stalled disk by chat and clients. A moderator that lost its route to a healthy
// deployment sees chat alone, and keeps still.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"

namespace holdfast::moderator {

struct HealthConfig {
  std::uint32_t chat_failures =
      3;  // in a row: with 1 % of probes lost by chance, k=3 is one false signal in 11 days,
          // and a second, independent signal must agree with it at the same time
  std::uint32_t witness_ms_max = 5'000;  // an older view of the peer or the clients is no view
  std::uint32_t clients_window_ms = 5'000;
  std::uint32_t clients_bad_min =
      3;  // reports within the window; a single client's bad Wi-Fi makes one or two
  std::uint32_t clients_bad_percent =
      5;  // and at least this share of the clients connected there: hedges happen in peace too
};

enum class Signal { kGood, kBad, kUnknown };

// Cumulative counters of what clients saw of the *other* deployment, as one deployment has been
// told. They restart at zero.
struct ClientReports {
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;
  std::uint64_t clients = 0;  // connected now
};

struct Signals {
  Signal chat = Signal::kUnknown;
  Signal peer = Signal::kUnknown;
  Signal clients = Signal::kUnknown;
  Signal own = Signal::kUnknown;

  int bad() const;
  std::string text() const;  // "chat, peer"; "" when nothing is bad
};

// One deployment's health. Pure; owned by the Moderator.
class Health {
 public:
  explicit Health(HealthConfig config) : config_(config) {}

  void chat(bool ok, Now now);
  void peer_says(bool link_up, Now now);                    // the other deployment's word
  void clients_say(const ClientReports& reports, Now now);  // the other deployment's word
  void witness_silent();  // the other deployment could not be asked
  void own_says(bool ready, Now now);
  void own_silent();  // it did not answer: that is for `chat` and `peer` to see

  // After a pause nothing that was seen counts any more.
  void forget();

  Signals signals(Now now) const;
  bool unhealthy(Now now) const { return signals(now).bad() >= 2; }
  // Good enough to be made active: the last synthetic chat worked, and it does not say itself that
  // it takes none.
  bool usable(Now now) const;
  // Since when no signal at all has been bad; empty while one is, or while no synthetic chat has
  // worked.
  std::optional<MonoMs> flawless_since() const { return flawless_since_; }
  // Call after each batch of observations and at every tick.
  void settle(Now now);
  // A synthetic chat has ended, one way or the other, since the start or the last forget().
  bool looked() const { return looked_; }

 private:
  struct Reading {
    MonoMs at;
    std::uint64_t bad;
  };

  bool clients_suffer(Now now) const;
  void forget_old_readings(Now now);

  HealthConfig config_;
  bool looked_ = false;
  std::uint32_t chat_failures_ = 0;
  bool chat_worked_ = false;
  std::optional<std::pair<bool, MonoMs>> peer_up_;
  std::optional<std::pair<bool, MonoMs>> own_ready_;
  std::optional<ClientReports> last_reports_;
  std::optional<MonoMs> reports_at_;
  std::deque<Reading> readings_;
  std::optional<MonoMs> flawless_since_;
};

}  // namespace holdfast::moderator
