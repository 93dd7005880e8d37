// The peer link as the node uses it: replication::PeerLink decides, this room carries out.
//
// What the link received goes into the turn's batch; what it wants to read is read for it; its
// frames go out. Control frames and the news that the peer holds more are kept for the node's own
// rooms, which take them at the end of the input.
#pragma once

#include <map>
#include <vector>

#include "node/batches.h"
#include "replication/peer_link.h"

namespace holdfast::node {

class Peer {
 public:
  Peer(Turn& turn, Batches& batches);

  void opened(PeerId peer, bool dialled);
  void frame(PeerId peer, const std::string& text);
  void closed(PeerId peer);
  void tick();

  // These entries are durable here.
  void durable(const std::vector<Entry>& entries);
  void holdings(protocol::Holdings all);
  void set_pulling(bool pulling);
  void set_verdict(const std::string& verdict_json) { link_.set_verdict(verdict_json); }
  // True when the read was one of the link's.
  bool read_done(ReadId read, const Result<journal::Page>& page);

  // False when no peer is there to hear it.
  bool tell(const std::string& frame);

  const replication::PeerLink& link() const { return link_; }

  // What happened since the last call.
  std::vector<replication::Control> take_control() { return std::exchange(control_, {}); }
  bool take_changed() { return std::exchange(changed_, false); }
  bool take_holdings_stale() { return std::exchange(holdings_stale_, false); }
  std::optional<replication::Actions::Rollback> take_rollback() {
    return std::exchange(rollback_, std::nullopt);
  }

 private:
  void carry_out(replication::Actions actions);

  Turn& turn_;
  Batches& batches_;
  replication::PeerLink link_;
  std::map<ReadId, replication::PullId> reads_;
  std::vector<replication::Control> control_;
  bool changed_ = false;
  bool holdings_stale_ = false;
  std::optional<replication::Actions::Rollback> rollback_;
};

}  // namespace holdfast::node
