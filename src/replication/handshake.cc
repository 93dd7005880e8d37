#include "replication/handshake.h"

#include <algorithm>

#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::replication {

using protocol::Code;
using protocol::Parsed;
using protocol::refuse;
using protocol::from_peer::PeerHello;
using protocol::from_peer::PeerProof;

Handshake::Handshake(const Identity& identity, const protocol::SecretKey& key, bool dialled,
                     Random& random)
    : identity_(identity), key_(key), dialled_(dialled), nonce_{random.bytes<32>()} {}

PeerHello Handshake::hello() const {
  return {.versions = identity_.versions,
          .deployment = identity_.deployment,
          .node = identity_.node_name,
          .origin = identity_.origin,
          .nonce = nonce_,
          .build = identity_.build,
          .config = identity_.config_digest};
}

Parsed<PeerProof> Handshake::heard(const PeerHello& hello) {
  if (peer_) return refuse(Code::kOutOfStep, "a second peer_hello");
  if (hello.deployment == identity_.deployment) {
    return refuse(Code::kBadProof, "the peer says that it is {} too",
                  protocol::name_of(hello.deployment));
  }
  if (hello.nonce == nonce_) return refuse(Code::kBadProof, "the peer echoes our nonce");
  const auto lowest = std::max(hello.versions.min, identity_.versions.min);
  const auto highest = std::min(hello.versions.max, identity_.versions.max);
  if (lowest > highest) {
    return refuse(Code::kVersionUnsupported, "the peer speaks {} to {}, we speak {} to {}",
                  hello.versions.min, hello.versions.max, identity_.versions.min,
                  identity_.versions.max);
  }
  version_ = highest;
  peer_ = hello;
  return PeerProof{protocol::Mac(protocol::peer_mac(key_, identity_.deployment, dialled_,
                                                    hello.nonce.base64url(), nonce_.base64url()))};
}

Parsed<void> Handshake::heard(const PeerProof& proof) {
  if (!peer_) return refuse(Code::kOutOfStep, "peer_proof before peer_hello");
  if (proven_) return refuse(Code::kOutOfStep, "a second peer_proof");
  const Hash32 expected = protocol::peer_mac(key_, peer_->deployment, !dialled_, nonce_.base64url(),
                                             peer_->nonce.base64url());
  if (!protocol::equal(expected, proof.mac.value())) {
    return refuse(Code::kBadProof, "the peer does not hold our peer key");
  }
  proven_ = true;
  return {};
}

}  // namespace holdfast::replication
