// Between a verdict as the core knows it and a verdict as it travels (docs/protocol.md §8): for the
// shell and the simulator.
#pragma once

#include <span>
#include <string_view>

#include "base/crypto.h"
#include "base/result.h"
#include "moderator/moderator.h"
#include "moderator/verdict_log.h"
#include "protocol/frames.gen.h"
#include "protocol/keys.h"

namespace holdfast::moderator {

Signer make_signer(Ed25519KeyPair key, protocol::KeyId id);

// A verdict and whom it is from, as VerdictHeard and Started want it.
struct Heard {
  Verdict verdict;
  Trust trust;
};

// kInvalid when it is no verdict at all. One with a bad signature, or of a key that is unknown or
// compromised, is kUntrusted. A jump is no concern of this function: the core knows what it would
// be a jump from.
Result<Heard> read_heard(const protocol::SignedVerdict& verdict,
                         std::span<const protocol::PublicKey> moderators,
                         const protocol::KeyId& own);
Result<Heard> read_heard(std::string_view text, std::span<const protocol::PublicKey> moderators,
                         const protocol::KeyId& own);

}  // namespace holdfast::moderator
