// Which operators of a site are here to take chats: those who are connected to this deployment, and
// those whom the peer reports. Held in memory, never stored; gone with the sessions. A pure noun:
// the node tells it what happened.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/strong.h"
#include "protocol/ids.h"

namespace holdfast::chat {

class Presence {
 public:
  using Session =
      Strong<struct PresenceSessionTag, std::uint64_t>;  // a link of an operator to this node
  struct Seen {
    protocol::SiteId site;
    protocol::Author operator_id;
    bool online;
    friend auto operator<=>(const Seen&, const Seen&) = default;
  };

  // The operator behind `session` is online, or away. Returns the operator's change as the peer
  // should hear it: true when the operator went online or away over all sessions here.
  bool set(Session session, const protocol::SiteId& site, const protocol::Author& operator_id,
           bool online);
  bool remove(Session session);  // the link is closed; unknown sessions are fine

  // The peer's report: a full one replaces what was known.
  void peer_reports(const std::vector<Seen>& operators, bool full);
  void peer_lost();  // its operators are somewhere we cannot see: count none

  // Anywhere, or connected here.
  bool online(const protocol::SiteId& site, const protocol::Author& operator_id) const;
  bool online_here(const protocol::SiteId& site, const protocol::Author& operator_id) const;
  bool available(const protocol::SiteId& site) const { return !operators(site).empty(); }
  std::set<protocol::Author> operators(const protocol::SiteId& site) const;  // online, ascending
  std::vector<Seen> here() const;  // what the peer should know, in full

 private:
  using Key = std::pair<protocol::SiteId, protocol::Author>;
  struct Link {
    Key key;
    bool online;
  };

  std::map<Session, Link> sessions_;
  std::map<Key, std::uint32_t> here_;  // how many online sessions
  std::set<Key> there_;
};

}  // namespace holdfast::chat
