#include "moderator/signing.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json.h"
#include "protocol/verdict.h"

namespace holdfast::moderator {
namespace {

constexpr Epoch kNoEpochIsAJump{1ull << 53};

// What an untrusted verdict claims: only its epoch matters, as one that is taken.
Result<Verdict> claimed(const protocol::SignedVerdict& verdict) {
  HF_TRY(payload, json::parse_object(verdict.p));
  HF_TRY(epoch, json::get_int(payload, "epoch", {.min = 1}));
  return Verdict{Epoch(static_cast<std::uint64_t>(epoch)), "", WallMs(), protocol::encode(verdict)};
}

// In a key whose signature is good.
Trust trust_in(const protocol::KeyId& key, std::span<const protocol::PublicKey> moderators,
               const protocol::KeyId& own) {
  if (key == own) return Trust::kOwnKey;
  const auto found = std::ranges::find(moderators, key, &protocol::PublicKey::id);
  return found->state == protocol::KeyState::kActive ? Trust::kOtherKey : Trust::kRetiredKey;
}

}  // namespace

Signer make_signer(Ed25519KeyPair key, protocol::KeyId id) {
  const auto shared = std::make_shared<const Ed25519KeyPair>(std::move(key));
  return [shared, id = std::move(id)](Epoch epoch, std::string_view why, WallMs at) {
    return protocol::encode(protocol::sign_verdict(*shared, id, {epoch, std::string(why), at}));
  };
}

Result<Heard> read_heard(const protocol::SignedVerdict& verdict,
                         std::span<const protocol::PublicKey> moderators,
                         const protocol::KeyId& own) {
  const auto read = protocol::read_verdict(moderators, verdict, kNoEpochIsAJump);
  if (!read) {
    HF_TRY(claim, claimed(verdict));
    return Heard{std::move(claim), Trust::kUntrusted};
  }
  return Heard{{read->epoch, read->why, read->at, protocol::encode(verdict)},
               trust_in(verdict.k, moderators, own)};
}

Result<Heard> read_heard(std::string_view text, std::span<const protocol::PublicKey> moderators,
                         const protocol::KeyId& own) {
  const auto verdict = protocol::parse_signed_verdict(text);
  if (!verdict) return fail(ErrorCode::kInvalid, "not a verdict: {}", verdict.error().why);
  return read_heard(*verdict, moderators, own);
}

}  // namespace holdfast::moderator
