#include "protocol/verdict.h"

#include <algorithm>

#include "base/encoding.h"
#include "protocol/fields.h"
#include "protocol/frame_text.h"
#include "protocol/json_writer.h"

namespace holdfast::protocol {
namespace {

constexpr std::size_t kVerdictPayloadBytesMax = 2'048;
constexpr std::string_view kVerdictMembers[] = {"epoch", "why", "at"};

bool read(JsonReader& in, Verdict& value) {
  Members members;
  std::string_view name;
  const auto member = [&](unsigned bit, bool ok) {
    return (members.once(in, bit, name) && ok) || in.within(kVerdictMembers[bit]);
  };
  bool ok = in.open_object();
  while (ok && in.next_member(name)) {
    if (name == "epoch")
      ok = member(0, read_epoch(in, value.epoch));
    else if (name == "why")
      ok = member(1, read_text(in, value.why, {.max = 1'024}));
    else if (name == "at")
      ok = member(2, read_ms(in, value.at));
    else
      ok = members.skip(in, name);
  }
  return ok && members.complete(in, 0b111, kVerdictMembers);
}

Parsed<Verdict> read_payload(std::string_view text) {
  auto payload =
      parse_document<Verdict>(text, kVerdictPayloadBytesMax,
                              [](JsonReader& in, Verdict& value) { return read(in, value); });
  if (payload && payload->epoch.value() == 0) return refuse(Code::kVerdictRefused, "epoch 0");
  return payload;
}

std::string signed_text(std::string_view payload) {
  return "holdfast:verdict:1\n" + std::string(payload);
}

bool genuine(const PublicKey& key, const SignedVerdict& verdict, const VerifySignature& verify) {
  const auto bytes = base64url_decode(verdict.s);
  Ed25519Signature signature;
  if (!bytes || bytes->size() != signature.bytes.size()) return false;
  std::ranges::copy(*bytes, signature.bytes.begin());
  return verify(Ed25519PublicKey{key.bytes}, view_of(std::string_view(signed_text(verdict.p))),
                signature);
}

}  // namespace

SignedVerdict sign_verdict(const Ed25519KeyPair& key, const KeyId& id, const Verdict& verdict) {
  JsonWriter out;
  out.raw("{\"epoch\":");
  out.number(verdict.epoch.value());
  out.raw(",\"why\":");
  out.text(verdict.why);
  out.raw(",\"at\":");
  out.number(static_cast<std::uint64_t>(verdict.at.value()));
  out.raw('}');
  std::string payload = out.take();
  const Ed25519Signature signature = key.sign(std::string_view(signed_text(payload)));
  return {std::move(payload), id, base64url_encode(ByteView(signature.bytes))};
}

std::optional<Epoch> epoch_named(const SignedVerdict& verdict) {
  const auto payload = read_payload(verdict.p);
  return payload ? std::optional(payload->epoch) : std::nullopt;
}

Parsed<Verdict> read_verdict(std::span<const PublicKey> moderators, const SignedVerdict& verdict,
                             Epoch known, const VerifySignature& verify) {
  const auto key = std::ranges::find(moderators, verdict.k, &PublicKey::id);
  if (key == moderators.end())
    return refuse(Code::kVerdictRefused, "key {} is not known", verdict.k);
  if (key->state == KeyState::kCompromised)
    return refuse(Code::kVerdictRefused, "key {} was revoked", verdict.k);
  if (!genuine(*key, verdict, verify))
    return refuse(Code::kVerdictRefused, "the signature does not fit");
  auto payload = read_payload(verdict.p);
  if (!payload) return refuse(Code::kVerdictRefused, "{}", payload.error().why);
  if (payload->epoch.value() > known.value() + kEpochJumpMax) {
    return refuse(Code::kVerdictRefused, "epoch {} jumps from {}", payload->epoch.value(),
                  known.value());
  }
  return payload;
}

}  // namespace holdfast::protocol
