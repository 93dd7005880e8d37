#include "base/encoding.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "protocol/token.h"
#include "protocol/verdict.h"
#include "tests/vectors/fixture.h"
#include "tests/vectors/json_list.h"
#include "tests/vectors/vectors.h"

namespace holdfast::vectors {
namespace {

using protocol::KeyState;
using protocol::SecretKey;

constexpr std::int64_t kIssued = 1'790'000'000'000;

protocol::Token ann_token() {
  return {kShop, kAnn, ulid(3), WallMs(kIssued), WallMs(kIssued + 3'600'000), {}};
}

std::string token_by(const SecretKey& key) {
  return protocol::make_token({&key, 1}, ann_token());
}

Lines tokens() {
  const std::vector<SecretKey> session = {secret_key("s2", 22),
                                          secret_key("s1", 21, KeyState::kRetired),
                                          secret_key("s0", 20, KeyState::kCompromised)};
  Lines lines;
  const auto add = [&](std::string_view name, const std::string& text, std::int64_t now) {
    const auto token = protocol::read_token(session, text, WallMs(now));
    Row row;
    row.text("name", name)
        .text("token", text)
        .number("now", static_cast<std::uint64_t>(now))
        .boolean("ok", token.has_value());
    if (token) {
      row.text("site", token->site.value())
          .text("author", token->author.value())
          .text("sid", token->sid);
    } else {
      row.number("code", protocol::number(token.error().code));
    }
    lines.add(row.take());
  };
  const std::string good = protocol::make_token(session, ann_token());
  protocol::Token bound = ann_token();
  bound.pub = protocol::pub_hash("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE");
  add("good", good, kIssued + 1);
  add("bound to a key", protocol::make_token(session, bound), kIssued + 1);
  add("by a retired key", token_by(secret_key("s1", 21)), kIssued + 1);
  add("by a compromised key", token_by(secret_key("s0", 20)), kIssued + 1);
  add("by an unknown key", token_by(secret_key("s9", 29)), kIssued + 1);
  add("at its end", good, kIssued + 3'600'000);
  add("forged", good.substr(0, good.size() - 1) + (good.back() == 'A' ? "E" : "A"), kIssued + 1);
  add("with another payload", "AAAA" + good.substr(4), kIssued + 1);
  add("without a MAC", good.substr(0, good.find('.')), kIssued + 1);
  add("empty", "", kIssued + 1);
  return lines;
}

Lines verdicts() {
  const auto seed = [](std::uint8_t byte) {
    std::array<std::uint8_t, 32> bytes;
    bytes.fill(byte);
    return bytes;
  };
  const auto key = Ed25519KeyPair::from_seed(seed(40)),
             retired = Ed25519KeyPair::from_seed(seed(41)),
             revoked = Ed25519KeyPair::from_seed(seed(42));
  const std::vector<protocol::PublicKey> moderators = {
      {protocol::KeyId("m3"), KeyState::kActive, key.public_key().bytes},
      {protocol::KeyId("m2"), KeyState::kRetired, retired.public_key().bytes},
      {protocol::KeyId("m1"), KeyState::kCompromised, revoked.public_key().bytes}};
  Lines lines;
  const auto add = [&](std::string_view name, const protocol::SignedVerdict& verdict,
                       std::uint64_t known) {
    const auto read = protocol::read_verdict(moderators, verdict, protocol::Epoch(known));
    Row row;
    row.text("name", name)
        .raw("verdict", protocol::encode(verdict))
        .number("known", known)
        .boolean("ok", read.has_value());
    if (read)
      row.number("epoch", read->epoch.value())
          .text("why", read->why)
          .number("at", static_cast<std::uint64_t>(read->at.value()));
    lines.add(row.take());
  };
  const protocol::Verdict verdict{protocol::Epoch(2),
                                  "primary: no answer for 3 s – \"both\" probes", WallMs(kIssued)};
  const auto good = protocol::sign_verdict(key, protocol::KeyId("m3"), verdict);
  add("good", good, 1);
  add("no news", good, 7);
  add("by a retired key", protocol::sign_verdict(retired, protocol::KeyId("m2"), verdict), 1);
  add("by a revoked key", protocol::sign_verdict(revoked, protocol::KeyId("m1"), verdict), 1);
  add("by an unknown key", protocol::sign_verdict(key, protocol::KeyId("m9"), verdict), 1);
  add("under another key's name", protocol::sign_verdict(retired, protocol::KeyId("m3"), verdict),
      1);
  auto changed = good;
  changed.p.replace(changed.p.find(":2"), 2, ":4");
  add("with another epoch", changed, 1);
  add("as far as it may jump",
      protocol::sign_verdict(key, protocol::KeyId("m3"),
                             {protocol::Epoch(1'000'001), "", WallMs(kIssued)}),
      1);
  add("a jump",
      protocol::sign_verdict(key, protocol::KeyId("m3"),
                             {protocol::Epoch(1'000'002), "", WallMs(kIssued)}),
      1);
  add("epoch 0",
      protocol::sign_verdict(key, protocol::KeyId("m3"), {protocol::Epoch(0), "", WallMs(kIssued)}),
      1);
  return lines;
}

Lines moderator_keys() {
  Lines lines;
  const auto add = [&](std::string_view id, std::uint8_t byte, std::string_view state) {
    std::array<std::uint8_t, 32> seed;
    seed.fill(byte);
    const auto pair = Ed25519KeyPair::from_seed(seed);
    lines.add(Row()
                  .text("id", id)
                  .text("public", base64url_encode(ByteView(pair.public_key().bytes)))
                  .text("state", state)
                  .take());
  };
  add("m3", 40, "active");
  add("m2", 41, "retired");
  add("m1", 42, "compromised");
  return lines;
}

Lines proofs() {
  const SecretKey peer = secret_key("p1", 50), probe = secret_key("r1", 51),
                  admin = secret_key("d1", 52);
  const Hash32 mine = sha256(std::string_view("my nonce")),
               theirs = sha256(std::string_view("your nonce"));
  const auto text = [](const Hash32& hash) { return std::string(protocol::HashText(hash).view()); };
  Lines lines;
  for (const bool dialled : {true, false}) {
    lines.add(Row()
                  .text("proof", "peer")
                  .text("key", hex_encode(ByteView(peer.bytes)))
                  .text("deployment", "redundant")
                  .text("role", dialled ? "dialled" : "accepted")
                  .hash("peers_nonce", theirs)
                  .hash("own_nonce", mine)
                  .hash("mac", protocol::peer_mac(peer, protocol::Deployment::kRedundant, dialled,
                                                  text(theirs), text(mine)))
                  .take());
  }
  lines.add(Row()
                .text("proof", "probe")
                .text("key", hex_encode(ByteView(probe.bytes)))
                .hash("nonce", mine)
                .hash("mac", protocol::probe_mac(probe, text(mine)))
                .take());
  lines.add(
      Row()
          .text("proof", "admin")
          .text("key", hex_encode(ByteView(admin.bytes)))
          .number("ms", kIssued)
          .text("method", "POST")
          .text("path", "/v1/admin/append")
          .text("body", "{\"x\":\"ü\"}")
          .text("authorization", protocol::admin_authorization(admin, WallMs(kIssued), "POST",
                                                               "/v1/admin/append", "{\"x\":\"ü\"}"))
          .take());
  lines.add(Row()
                .text("proof", "key")
                .hash("nonce", mine)
                .text("host", "chat.example.com")
                .text("message", protocol::key_proof_message(text(mine), "chat.example.com"))
                .text("pub", kBrowserPub)
                .text("sig", kBrowserSig)
                .text("visitor", protocol::visitor_of(kShop, kBrowserPub).value())
                .boolean("ok", protocol::check_key_proof(kBrowserPub, kBrowserSig, text(mine),
                                                         "chat.example.com"))
                .take());
  return lines;
}

}  // namespace

std::string documents_json() {
  return File()
      .add("tokens", tokens())
      .add("moderator_keys", moderator_keys())
      .add("verdicts", verdicts())
      .add("proofs", proofs())
      .take();
}

}  // namespace holdfast::vectors
