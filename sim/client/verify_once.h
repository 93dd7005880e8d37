// Verifies a signature once for all the browsers of a world: a verdict reaches each of them, and
// the answer is the same everywhere.
#pragma once

#include <map>

#include "base/crypto.h"

namespace holdfast::sim {

class VerifyOnce {
 public:
  bool operator()(const Ed25519PublicKey& key, ByteView message,
                  const Ed25519Signature& signature) {
    const auto [known, fresh] = known_.try_emplace(sha256(key, signature, message));
    if (fresh) known->second = verify_ed25519(key, message, signature);
    return known->second;
  }

 private:
  std::map<Hash32, bool> known_;
};

}  // namespace holdfast::sim
