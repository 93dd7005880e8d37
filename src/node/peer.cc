#include "node/peer.h"

namespace holdfast::node {
namespace {

replication::LinkConfig link_config(const Turn& turn) {
  replication::LinkConfig link;
  link.deployment = turn.config.deployment;
  link.node_name = turn.config.node_name;
  link.origin = turn.origin;
  link.keys = turn.config.keys;
  link.build = turn.config.build;
  link.config_digest = turn.config.config_digest;
  link.dead_ms = turn.config.peer_dead_ms;
  link.history_bytes_per_s = turn.config.peer_history_bytes_per_s;
  return link;
}

replication::ConnectionId connection_of(PeerId peer) {
  return replication::ConnectionId(peer.value());
}

}  // namespace

Peer::Peer(Turn& turn, Batches& batches)
    : turn_(turn), batches_(batches), link_(link_config(turn), turn.random) {}

void Peer::opened(PeerId peer, bool dialled) {
  carry_out(link_.opened(connection_of(peer), dialled, turn_.now()));
}
void Peer::frame(PeerId peer, const std::string& text) {
  carry_out(link_.frame(connection_of(peer), text, turn_.now()));
}
void Peer::closed(PeerId peer) {
  carry_out(link_.closed(connection_of(peer), turn_.now()));
}
void Peer::tick() {
  carry_out(link_.tick(turn_.now()));
}
void Peer::durable(const std::vector<Entry>& entries) {
  carry_out(link_.held(entries, turn_.now()));
}
void Peer::holdings(protocol::Holdings all) {
  carry_out(link_.holdings(std::move(all), turn_.now()));
}
void Peer::set_pulling(bool pulling) {
  carry_out(link_.set_pulling(pulling, turn_.now()));
}

bool Peer::read_done(ReadId read, const Result<journal::Page>& page) {
  const auto found = reads_.find(read);
  if (found == reads_.end()) return false;
  const replication::PullId pull = found->second;
  reads_.erase(found);
  carry_out(link_.read_done(pull, page, turn_.now()));
  return true;
}

bool Peer::tell(const std::string& frame) {
  replication::Actions actions;
  const bool sent = link_.send_control(frame, actions);
  carry_out(std::move(actions));
  return sent;
}

void Peer::carry_out(replication::Actions actions) {
  turn_.counters.add(Count::kEventsReceived, static_cast<std::int64_t>(actions.received.size()));
  for (Entry& entry : actions.received) batches_.add(std::move(entry));
  for (auto& [connection, text] : actions.outgoing) {
    turn_.emit(PeerSend{PeerId(connection.value()), frame_of(std::move(text))});
  }
  for (auto& [connection, why] : actions.closing)
    turn_.emit(ClosePeer{PeerId(connection.value()), std::move(why)});
  for (auto& [pull, range] : actions.reading)
    reads_.emplace(turn_.read(ReadOrigin{std::move(range)}), pull);
  for (auto& control : actions.control) control_.push_back(std::move(control));
  if (actions.rollback) rollback_ = std::move(actions.rollback);
  changed_ = changed_ || actions.peer_changed;
  holdings_stale_ = holdings_stale_ || actions.holdings_stale;
}

}  // namespace holdfast::node
