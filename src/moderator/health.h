// What is known about the health of one deployment, from four independent points of view.
//
// A ping proves nothing: the classic outage is a machine that answers pings and delivers no
// message, seen by its users and by nobody else. So the first signal is a whole synthetic chat, and
// no single one is believed: a deployment is unhealthy when two of them say so. What cannot be
// known (the witness does not answer) is not bad.
//
//   chat     the moderator's synthetic chat: visitor sends, durable, operator receives and answers
//   peer     the other deployment: its own synthetic chats fail, or it hears nothing over the peer
//            link
//   clients  browsers connected to the other deployment report hedges won and failed connects
//   own      the deployment itself answers that it would take no chat, or that its disk is slow
//
// A signal is a witness, not a symptom: the peer link and the peer's synthetic chats run between
// the same two places, so a cut line between them makes one signal bad however many things fail
// over it. Of the two the chat proves more. The link may be up to a node that delivers nothing, so
// failing chats are bad whatever the link says; and chats that work since the link went down are
// good, for then it is the link that is broken.
//
// A dead process is seen by chat and peer, a blackhole by chat, peer and clients, a node that
// acknowledges and delivers nothing by chat and peer, a slow disk by chat, own and peer. A
// moderator that lost its route to a healthy deployment sees chat alone, and keeps still.
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
  std::uint32_t peer_chat_failures = 2;     // in a row: one fails by chance every few minutes, and
                                            // would put off every failback
  std::uint32_t peer_chat_ms_max = 10'000;  // an older round is no view: twice what one round of
                                            // the slowest sensible pace takes to come and to fail
  std::uint32_t journal_ms_max =
      2'000;  // for one batch: no client waits that long before it hedges, and a disk that is
              // merely busy needs tens of milliseconds
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

// The other deployment's synthetic chats with this one, as it tells them.
struct PeerChat {
  std::uint64_t worked = 0;    // rounds that did, since its process started
  std::uint32_t failures = 0;  // in a row; 0: the last one worked
  std::uint32_t took_ms = 0;
  Ms age{0};          // of the last one, when it was told
  std::string why{};  // the last one failed
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
  // The other deployment's word. `chat` is empty before its first round, and of one that knows no
  // such chats.
  void peer_says(bool link_up, const std::optional<PeerChat>& chat, Now now);
  void clients_say(const ClientReports& reports, Now now);  // the other deployment's word
  void witness_silent();  // the other deployment could not be asked
  void own_says(bool ready, std::uint32_t journal_ms, Now now);
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
  // The last word of the other deployment's synthetic chats, aged until now; empty: unknown.
  std::optional<PeerChat> peer_chat(Now now) const;
  // A synthetic chat has ended, one way or the other, since the start or the last forget().
  bool looked() const { return looked_; }

 private:
  struct Reading {
    MonoMs at;
    std::uint64_t bad;
  };

  Signal peer_signal(Now now) const;
  bool peer_chat_works_since(MonoMs then) const;
  bool clients_suffer(Now now) const;
  void forget_old_readings(Now now);

  HealthConfig config_;
  bool looked_ = false;
  std::uint32_t chat_failures_ = 0;
  bool chat_worked_ = false;
  struct PeerWord {
    MonoMs at;
    std::optional<MonoMs> link_down_since;  // as far as we saw
    std::optional<PeerChat> chat;
    MonoMs chat_ended;
  };
  std::optional<PeerWord> peer_;
  std::optional<std::pair<bool, MonoMs>> own_fit_;
  std::optional<ClientReports> last_reports_;
  std::optional<MonoMs> reports_at_;
  std::deque<Reading> readings_;
  std::optional<MonoMs> flawless_since_;
};

}  // namespace holdfast::moderator
