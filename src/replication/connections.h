// The connections to the peer, from opening to closing: who is proven, who has gone silent, and
// which one of the proven carries the link.
//
// Either deployment may dial, because a firewall that lets nobody in often lets everybody out. When
// both did, both ends must choose the same connection without talking about it: the one that
// Primary dialled. Of two that one node of the peer dialled the newer one stays (the older is what
// a reconnect left behind); of two from different nodes of the peer the older one.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "replication/counters.h"
#include "replication/handshake.h"
#include "replication/peer_link.h"

namespace holdfast::replication {

class Connections {
 public:
  Connections(Identity identity, const protocol::SecretKey& key, std::uint32_t dead_ms,
              Random& random, Counters& counters);

  void open(ConnectionId id, bool dialled, MonoMs now, Actions& actions);
  // A frame of a connection that is not proven yet. True when `id` has become the current one by
  // it.
  bool prove(ConnectionId id, const std::string& text, MonoMs now, Actions& actions);
  // True when it was the current one.
  bool closed(ConnectionId id);
  // Closes `id` with the code's name and `why`. True when it was the current one.
  bool close(ConnectionId id, protocol::Code code, const std::string& why, Actions& actions);
  // Closes what has been silent for too long. True when the current one was.
  bool tick(MonoMs now, Actions& actions);

  bool known(ConnectionId id) const { return all_.contains(id); }
  bool proven(ConnectionId id) const;
  void heard(ConnectionId id, MonoMs now) { all_.at(id).heard = now; }
  std::optional<ConnectionId> current() const { return current_; }
  // What the peer said of itself on the current connection, or null.
  const protocol::from_peer::PeerHello* peer() const;

 private:
  struct Connection {
    bool dialled;
    MonoMs heard;  // while unproven: opened, so that a stranger cannot hold it open by talking
    Handshake handshake;
  };
  static constexpr std::size_t kUnprovenMax = 16;
  static constexpr std::size_t kUnprovenBytesMax = 4'096;

  protocol::Parsed<std::optional<std::string>> step(Connection& connection,
                                                    const std::string& text);
  bool choose(ConnectionId proven, Actions& actions);
  void make_room(Actions& actions);
  bool dialled_by_primary(const Connection& connection) const;
  bool replaces(const Connection& proven, const Connection& current) const;

  Identity identity_;
  const protocol::SecretKey& key_;
  std::uint32_t dead_ms_;
  Random& random_;
  Counters& counters_;
  std::map<ConnectionId, Connection> all_;
  std::optional<ConnectionId> current_;
};

}  // namespace holdfast::replication
