#include "replication/connections.h"

#include <utility>
#include <vector>

#include "protocol/codes.h"

namespace holdfast::replication {

using protocol::Code;
using protocol::Deployment;
using protocol::Parsed;
using protocol::refuse;
namespace from_peer = protocol::from_peer;

Connections::Connections(Identity identity, const protocol::SecretKey& key, std::uint32_t dead_ms,
                         Random& random, Counters& counters)
    : identity_(std::move(identity)),
      key_(key),
      dead_ms_(dead_ms),
      random_(random),
      counters_(counters) {}

void Connections::open(ConnectionId id, bool dialled, MonoMs now, Actions& actions) {
  if (all_.contains(id)) return;
  make_room(actions);
  ++counters_.connections_opened;
  Handshake handshake(identity_, key_, dialled, random_);
  actions.outgoing.push_back({id, from_peer::encode(handshake.hello())});
  all_.emplace(id, Connection{dialled, now, std::move(handshake)});
}

// Strangers can open connections as they like; the oldest unproven one makes room.
void Connections::make_room(Actions& actions) {
  std::size_t unproven = 0;
  std::optional<ConnectionId> oldest;
  for (const auto& [id, connection] : all_) {
    if (connection.handshake.proven()) continue;
    ++unproven;
    if (!oldest || connection.heard < all_.at(*oldest).heard) oldest = id;
  }
  if (unproven < kUnprovenMax) return;
  close(*oldest, Code::kOverloaded, "too many connections that did not prove themselves", actions);
}

bool Connections::proven(ConnectionId id) const {
  const auto found = all_.find(id);
  return found != all_.end() && found->second.handshake.proven();
}

bool Connections::prove(ConnectionId id, const std::string& text, MonoMs now, Actions& actions) {
  Connection& connection = all_.at(id);
  auto stepped = step(connection, text);
  if (!stepped) {
    const bool proof = stepped.error().code == Code::kBadProof ||
                       stepped.error().code == Code::kVersionUnsupported;
    ++(proof ? counters_.bad_proofs : counters_.bad_frames);
    close(id, stepped.error().code, stepped.error().why, actions);
    return false;
  }
  if (*stepped) actions.outgoing.push_back({id, **stepped});
  if (!connection.handshake.proven()) return false;
  ++counters_.connections_proven;
  connection.heard = now;
  return choose(id, actions);
}

Parsed<std::optional<std::string>> Connections::step(Connection& connection,
                                                     const std::string& text) {
  if (text.size() > kUnprovenBytesMax) return refuse(Code::kFrameTooLarge, "before any proof");
  auto frame = protocol::parse_peer_frame(text);
  if (!frame) return std::unexpected(std::move(frame).error());
  if (const auto* hello = std::get_if<from_peer::PeerHello>(&*frame)) {
    auto proof = connection.handshake.heard(*hello);
    if (!proof) return std::unexpected(std::move(proof).error());
    return from_peer::encode(*proof);
  }
  const auto* proof = std::get_if<from_peer::PeerProof>(&*frame);
  if (proof == nullptr) return refuse(Code::kOutOfStep, "a frame before the proof");
  if (auto heard = connection.handshake.heard(*proof); !heard)
    return std::unexpected(std::move(heard).error());
  return std::nullopt;
}

bool Connections::dialled_by_primary(const Connection& connection) const {
  return connection.dialled == (identity_.deployment == Deployment::kPrimary);
}

// Whether the one that was proven just now takes the place of the current one.
bool Connections::replaces(const Connection& proven, const Connection& current) const {
  const bool by_primary = dialled_by_primary(proven);
  if (by_primary != dialled_by_primary(current)) return by_primary;
  // A second node of the peer must not push out the first, which would come back and push out the
  // second.
  return proven.handshake.peer()->node == current.handshake.peer()->node;
}

bool Connections::choose(ConnectionId proven, Actions& actions) {
  if (!current_) {
    current_ = proven;
    return true;
  }
  const bool replace = replaces(all_.at(proven), all_.at(*current_));
  const ConnectionId loser = replace ? *current_ : proven;
  if (replace) current_ = proven;
  ++counters_.connections_replaced;
  close(loser, Code::kGoingAway, "another connection to this peer stays", actions);
  return replace;
}

bool Connections::closed(ConnectionId id) {
  all_.erase(id);
  if (current_ != id) return false;
  current_.reset();
  return true;
}

bool Connections::close(ConnectionId id, Code code, const std::string& why, Actions& actions) {
  if (!all_.contains(id)) return false;
  actions.closing.push_back({id, std::string(protocol::name(code)) + ": " + why});
  return closed(id);
}

bool Connections::tick(MonoMs now, Actions& actions) {
  std::vector<ConnectionId> silent;
  for (const auto& [id, connection] : all_) {
    if (now - connection.heard >= Ms(dead_ms_)) silent.push_back(id);
  }
  bool lost = false;
  for (const ConnectionId id : silent) {
    ++counters_.connections_silent;
    const char* why = proven(id) ? "nothing heard from the peer" : "no proof in time";
    lost |= close(id, Code::kSilent, why, actions);
  }
  return lost;
}

const from_peer::PeerHello* Connections::peer() const {
  return current_ ? &*all_.at(*current_).handshake.peer() : nullptr;
}

}  // namespace holdfast::replication
