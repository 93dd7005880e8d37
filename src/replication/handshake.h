// One connection's proof that both ends hold the peer key and belong to different deployments, and
// which version they speak.
//
// Both send a hello with a fresh nonce, then a MAC over the other's nonce, their own, their
// deployment and who dialled. A recorded proof fits no other nonce; a proof reflected to its maker
// names the wrong deployment; and since of two ends exactly one has dialled, nobody can dial both
// deployments and carry their proofs across. (Who can change what a dialled connection carries is
// kept out by TLS.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.h"
#include "protocol/codes.h"
#include "protocol/frames.gen.h"
#include "protocol/keys.h"

namespace holdfast::replication {

// What we say of ourselves.
struct Identity {
  protocol::Deployment deployment;
  std::string node_name;
  protocol::Origin origin;
  std::string build;
  std::string config_digest;
  protocol::Versions versions{1, 1};
};

class Handshake {
 public:
  Handshake(const Identity& identity, const protocol::SecretKey& key, bool dialled, Random& random);

  protocol::from_peer::PeerHello hello() const;
  // Our proof, to be sent. bad_proof: it is of our own deployment or echoes our nonce;
  // version_unsupported; out_of_step.
  protocol::Parsed<protocol::from_peer::PeerProof> heard(
      const protocol::from_peer::PeerHello& hello);
  // bad_proof, out_of_step.
  protocol::Parsed<void> heard(const protocol::from_peer::PeerProof& proof);

  bool proven() const { return proven_; }
  std::uint64_t version() const { return version_; }
  // Of the peer, once it said hello.
  const std::optional<protocol::from_peer::PeerHello>& peer() const { return peer_; }

 private:
  const Identity& identity_;
  const protocol::SecretKey& key_;
  bool dialled_;
  Hash32 nonce_;
  std::optional<protocol::from_peer::PeerHello> peer_;
  std::uint64_t version_ = 0;
  bool proven_ = false;
};

}  // namespace holdfast::replication
