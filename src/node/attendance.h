// Which operators are here, at the other nodes, and at the peer; and telling everybody when that
// changes. Never stored: gone with the sessions, and counted as gone when the peer or the node that
// reported them falls silent.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "chat/presence.h"
#include "node/peer.h"
#include "node/sessions.h"
#include "node/settings.h"

namespace holdfast::node {

class Attendance {
 public:
  Attendance(Turn& turn, Sessions& sessions, const Settings& settings, Peer& peer)
      : turn_(turn), sessions_(sessions), settings_(settings), peer_(peer) {}

  void status(Session& session, bool online);
  void session_gone(SessionId session, const SiteId& site);
  void settings_changed(const Settings::Change& change) {
    if (entity_of(change.key.entity).what == Entity::What::kOperator)
      changed_.insert(change.key.site);
  }

  void peer_reports(const from_peer::Presence& report);
  void neighbour_reports(const Origin& node, const from_peer::Presence& report);

  bool available(const SiteId& site) const;
  // The same, and whoever was told otherwise hears so first. For the welcome of a visitor: from
  // then on they are told of changes alone, and must know what the others know.
  bool settle(const SiteId& site);
  bool online(const SiteId& site, const Author& who) const;
  // For consoles: every active operator of the site.
  std::vector<protocol::OperatorSeen> operators(const SiteId& site) const;

  // Tells what changed since the last tick: visitors, consoles, the peer, the other nodes.
  void tick();

 private:
  struct Neighbour {
    std::set<std::pair<SiteId, Author>> online;
    MonoMs heard;
  };

  void tell_site(const SiteId& site);
  from_peer::Presence report(bool with_neighbours) const;
  void mark_all();

  Turn& turn_;
  Sessions& sessions_;
  const Settings& settings_;
  Peer& peer_;
  chat::Presence presence_;
  std::map<Origin, Neighbour> neighbours_;
  std::set<SiteId> changed_;   // to be told here
  bool here_changed_ = false;  // to be told to the peer and the other nodes
  bool peer_was_alive_ = false;
  MonoMs next_report_{};
};

}  // namespace holdfast::node
