// The secrets and public keys that a program was configured with. Keys have ids: the newest signs,
// retired ones still verify, compromised ones do not.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/ids.h"

namespace holdfast::protocol {

enum class KeyState { kActive, kRetired, kCompromised };

struct SecretKey {
  KeyId id;
  KeyState state = KeyState::kActive;
  std::array<std::uint8_t, 32> bytes{};
};

struct PublicKey {  // Ed25519, of a moderator
  KeyId id;
  KeyState state = KeyState::kActive;
  std::array<std::uint8_t, 32> bytes{};
};

struct Keys {
  std::vector<SecretKey> cluster;  // MACs of acceptances; exactly one is active
  std::vector<SecretKey> session;  // operators' tokens; exactly one is active
  SecretKey peer;                  // handshake of the peer link
  SecretKey admin;                 // command line
  SecretKey probe;                 // the moderator's synthetic chats
  std::vector<PublicKey> moderators;
};

}  // namespace holdfast::protocol
