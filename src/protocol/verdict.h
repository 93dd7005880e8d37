// Which deployment is active, as a moderator signed it. docs/protocol.md §8.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto.h"
#include "protocol/codes.h"
#include "protocol/frames.gen.h"
#include "protocol/ids.h"
#include "protocol/keys.h"

namespace holdfast::protocol {

inline constexpr Epoch kFirstEpoch{1};  // in force without any verdict

struct Verdict {
  Epoch epoch;
  std::string why;
  WallMs at;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

SignedVerdict sign_verdict(const Ed25519KeyPair& key, const KeyId& id, const Verdict& verdict);

using VerifySignature =
    std::function<bool(const Ed25519PublicKey&, ByteView message, const Ed25519Signature&)>;

// The epoch that it names, whoever signed it; empty where it names none, and 0 is none. Good only
// for leaving out what would be no news anyway, before its signature costs anything.
std::optional<Epoch> epoch_named(const SignedVerdict& verdict);

// kVerdictRefused, with the reason: not a verdict, a key that is unknown or not in force, a wrong
// signature, an epoch of 0 or one that jumps more than kEpochJumpMax above `known`. A lower epoch
// than `known` is no error: it is simply no news. A retired key still verifies.
Parsed<Verdict> read_verdict(std::span<const PublicKey> moderators, const SignedVerdict& verdict,
                             Epoch known, const VerifySignature& verify = verify_ed25519);

}  // namespace holdfast::protocol
