#include "protocol/hashes.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/check.h"
#include "base/encoding.h"
#include "protocol/base64url32.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::protocol {
namespace {

constexpr std::string_view kLine = "\n";
constexpr std::string_view kAdminScheme = "Holdfast ";
constexpr Ms kAdminValid{60'000};

}  // namespace

Hash32 body_hash(std::string_view body_bytes) {
  return sha256(std::string_view("holdfast:body:1\n"), body_bytes);
}

Digest digest_of(std::string_view head_bytes) {
  return Digest(sha256(std::string_view("holdfast:head:1\n"), head_bytes));
}

ChatId chat_id(const SiteId& site, const Author& author, const EventId& opening) {
  const Hash32 hash =
      sha256(std::string_view("holdfast:chat:1\n"), std::string_view(site.value()), kLine,
             std::string_view(author.value()), kLine, std::string_view(opening.value()));
  return ChatId(std::string(HashText(hash).view()));
}

Author visitor_of(const SiteId& site, std::string_view proof) {
  const Hash32 hash = sha256(std::string_view("holdfast:visitor:1\n"),
                             std::string_view(site.value()), kLine, proof);
  return Author("v:" + std::string(HashText(hash).view().substr(0, 22)));
}

Hash32 effect_key(const SiteId& site, const ChatId& chat, std::string_view what, const Digest& of,
                  std::string_view to) {
  return sha256(std::string_view("holdfast:effect:1\n"), std::string_view(site.value()), kLine,
                std::string_view(chat.value()), kLine, what, kLine, HashText(of.value()).view(),
                kLine, to);
}

ChainHash chain_start(const Origin& origin) {
  return ChainHash(
      sha256(std::string_view("holdfast:origin:1\n"), std::string_view(origin.value())));
}

ChainHash chain_next(const ChainHash& before, const Digest& digest, const Mac& mac) {
  return ChainHash(sha256(std::string_view("holdfast:entry:1\n"), HashText(before.value()).view(),
                          kLine, HashText(digest.value()).view(), kLine,
                          HashText(mac.value()).view()));
}

const SecretKey* active_key(std::span<const SecretKey> keys) {
  const auto key = std::ranges::find(keys, KeyState::kActive, &SecretKey::state);
  return key == keys.end() ? nullptr : &*key;
}

const SecretKey* key_named(std::span<const SecretKey> keys, const KeyId& id) {
  const auto key = std::ranges::find(keys, id, &SecretKey::id);
  return key == keys.end() ? nullptr : &*key;
}

Mac acceptance_mac(const SecretKey& key, const Digest& digest, const Origin& origin, Seq seq,
                   Hlc hlc) {
  const std::string number = std::to_string(seq.value());
  const std::string time = hlc_text(hlc);
  return Mac(hmac_sha256(ByteView(key.bytes), std::string_view("holdfast:accept:1\n"),
                         HashText(digest.value()).view(), kLine, std::string_view(origin.value()),
                         kLine, std::string_view(number), kLine, std::string_view(time)));
}

Acceptance accept(std::span<const SecretKey> cluster, const Digest& digest, const Origin& origin,
                  Seq seq, Hlc hlc) {
  const SecretKey* key = active_key(cluster);
  CHECK(key != nullptr, "no active cluster key");
  return {origin, seq, hlc, key->id, acceptance_mac(*key, digest, origin, seq, hlc)};
}

MacCheck check_acceptance(std::span<const SecretKey> cluster, const Digest& digest,
                          const Acceptance& acceptance) {
  const SecretKey* key = key_named(cluster, acceptance.key);
  if (key == nullptr) return MacCheck::kUnknownKey;
  const Mac mac = acceptance_mac(*key, digest, acceptance.origin, acceptance.seq, acceptance.hlc);
  if (!equal(mac.value(), acceptance.mac.value())) return MacCheck::kWrong;
  return key->state == KeyState::kCompromised ? MacCheck::kCompromisedKey : MacCheck::kValid;
}

Hash32 peer_mac(const SecretKey& peer_key, Deployment own, bool dialled,
                std::string_view peers_nonce, std::string_view own_nonce) {
  const std::string_view role = dialled ? "dialled" : "accepted";
  return hmac_sha256(ByteView(peer_key.bytes), std::string_view("holdfast:peer:1\n"), name_of(own),
                     kLine, role, kLine, peers_nonce, kLine, own_nonce);
}

Hash32 probe_mac(const SecretKey& probe_key, std::string_view challenge_nonce) {
  return hmac_sha256(ByteView(probe_key.bytes), std::string_view("holdfast:probe:1\n"),
                     challenge_nonce);
}

Hash32 admin_mac(const SecretKey& admin_key, std::int64_t ms, std::string_view method,
                 std::string_view path, std::string_view body) {
  const std::string time = std::to_string(ms);
  return hmac_sha256(ByteView(admin_key.bytes), std::string_view("holdfast:admin:1\n"),
                     std::string_view(time), kLine, method, kLine, path, kLine, body);
}

std::string admin_authorization(const SecretKey& admin_key, WallMs now, std::string_view method,
                                std::string_view path, std::string_view body) {
  const Hash32 mac = admin_mac(admin_key, now.value(), method, path, body);
  std::string header(kAdminScheme);
  header += std::to_string(now.value());
  header += '.';
  header += HashText(mac).view();
  return header;
}

bool check_admin_authorization(const SecretKey& admin_key, std::string_view header, WallMs now,
                               std::string_view method, std::string_view path,
                               std::string_view body) {
  if (!header.starts_with(kAdminScheme)) return false;
  header.remove_prefix(kAdminScheme.size());
  const std::size_t dot = header.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot > 16) return false;
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + dot, ms);
  if (error != std::errc() || end != header.data() + dot || ms < 0) return false;
  const auto mac = decode_base64url32(header.substr(dot + 1));
  if (!mac) return false;
  const Ms off = now - WallMs(ms);
  if (off > kAdminValid || off < -kAdminValid) return false;
  // The text of `ms` is part of what was signed: "007" is not 7.
  if (header.substr(0, dot) != std::to_string(ms)) return false;
  return equal(*mac, admin_mac(admin_key, ms, method, path, body));
}

std::string key_proof_message(std::string_view challenge_nonce, std::string_view host) {
  std::string message = "holdfast:hello:1\n";
  message.append(challenge_nonce).append(kLine).append(host);
  return message;
}

bool check_key_proof(std::string_view pub_b64, std::string_view sig_b64,
                     std::string_view challenge_nonce, std::string_view host) {
  const auto pub = base64url_decode(pub_b64);
  const auto sig = base64url_decode(sig_b64);
  if (!pub || !sig) return false;
  return verify_p256(*pub, view_of(std::string_view(key_proof_message(challenge_nonce, host))),
                     *sig);
}

bool equal(const Hash32& a, const Hash32& b) {
  return equal_in_constant_time(view_of(a), view_of(b));
}

}  // namespace holdfast::protocol
