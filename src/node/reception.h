// From the opened link to the welcome, and the signs of life after it.
//
// The challenge goes out at once. A hello is judged (version, lists, site, page, proof), then the
// chats that it lists are read, then the welcome says what is here: the client repeats what is not.
// Until then the session's other frames wait. Afterwards this room sends the heartbeats, and closes
// who is silent, expired or revoked.
#pragma once

#include "node/attendance.h"
#include "node/authenticate.h"
#include "node/chats.h"
#include "node/clock_guard.h"
#include "node/delivery.h"
#include "node/gate.h"
#include "node/peer.h"
#include "node/settings_desk.h"
#include "node/verdicts.h"

namespace holdfast::node {

class Reception {
 public:
  Reception(Turn& turn, Sessions& sessions, Chats& chats, Delivery& delivery, const Gate& gate,
            const Settings& settings, const SettingsDesk& desk, const Verdicts& verdicts,
            Attendance& attendance, ClockGuard& clock_guard, const Peer& peer);

  void opened(const SessionOpened& opened);
  void hello(Session& session, from_client::Hello hello);
  // Whether everything that its hello lists has been read: then it can be welcomed.
  bool can_be_welcomed(const Session& session) const {
    return session.stage == Stage::kLoading && session.chats_to_load == 0;
  }
  void welcome(Session& session);

  void tick();
  // Closes whoever may not be here any more, and tells the others what they show of it.
  void settings_changed(const Settings::Change& change);
  void tell_verdict();

  // Sessions that may be welcomed now; the node runs their waiting frames afterwards.
  std::vector<SessionId> take_ready() { return std::exchange(ready_, {}); }

 private:
  Parsed<void> check(const from_client::Hello& hello) const;
  std::vector<const CachedChat*> chats_of(const Session& session);
  std::vector<protocol::KnownOutbox> outbox_of(const Session& session, std::size_t bytes_max);
  std::optional<protocol::KnownOutbox> known_outbox(const Session& session, const Digest& digest);
  void tell_other_lines(const Session& session, const std::vector<const CachedChat*>& told);
  void add_people(Session& session, const std::vector<const CachedChat*>& chats,
                  from_node::Welcome& welcome, std::vector<protocol::PersonSeen>& rest) const;
  void close_revoked(const SiteId& site);
  void tell_site(const SiteId& site);
  void tell_role(const SiteId& site, const Author& who);
  void check_on(Session& session);
  void beat(Session& session, Frame& empty_beat);

  Turn& turn_;
  Sessions& sessions_;
  Chats& chats_;
  Delivery& delivery_;
  const Gate& gate_;
  const Settings& settings_;
  const SettingsDesk& desk_;
  const Verdicts& verdicts_;
  Attendance& attendance_;
  ClockGuard& clock_guard_;
  const Peer& peer_;
  std::vector<SessionId> ready_;
  protocol::PeerState told_peer_;
  MonoMs next_peer_{};
  MonoMs next_check_{};
};

}  // namespace holdfast::node
