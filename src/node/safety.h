// Which events are durable in both deployments.
//
// An entry of ours is when the peer's holdings cover it; an entry of the peer's origin is as soon
// as it is durable here; an event with acceptances of both deployments is anyway. What is not safe
// yet is remembered by entry, and looked at again when the peer's holdings grow. With the peer away
// nothing becomes safe, and nothing waits for it.
#pragma once

#include <map>

#include "node/chats.h"
#include "node/delivery.h"
#include "replication/peer_link.h"

namespace holdfast::node {

class Safety {
 public:
  Safety(Turn& turn, Chats& chats, Delivery& delivery, const replication::PeerLink& link)
      : turn_(turn), chats_(chats), delivery_(delivery), link_(link) {}

  // An event of a chat got an entry or an acceptance more, or was just read.
  void look(CachedChat& chat, std::size_t index);
  void look_at_all(CachedChat& chat);
  // The peer holds more than before.
  void peer_changed();
  // A slice of everything that waits, so that nothing is forgotten behind a gap in what the peer
  // holds.
  void sweep();
  void forget(const CachedChat& chat);

  std::size_t waiting() const { return waiting_; }

 private:
  using Tracked = std::map<Seq, Digest>;
  void mark(CachedChat& chat, std::size_t index, const std::optional<Standing>& at);
  bool settle(const Origin& origin, Seq seq, const Digest& digest);
  void track(const Origin& origin, Seq seq, const Digest& digest);

  Turn& turn_;
  Chats& chats_;
  Delivery& delivery_;
  const replication::PeerLink& link_;
  std::map<Origin, Tracked> tracked_;
  std::size_t waiting_ = 0;
  std::pair<Origin, Seq> swept_;  // where the last slice ended
};

}  // namespace holdfast::node
