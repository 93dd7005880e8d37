// Every hash and MAC of docs/protocol.md that facts, chains and links are made of, in one place:
// the exact strings. tests/vectors fixes them as bytes. Tokens and verdicts, which are documents of
// their own, stand in token.h and verdict.h.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "protocol/event.h"
#include "protocol/ids.h"
#include "protocol/keys.h"

namespace holdfast::protocol {

// ---- content: §§1-2 ----
Hash32 body_hash(std::string_view body_bytes);
Digest digest_of(std::string_view head_bytes);
ChatId chat_id(const SiteId& site, const Author& author, const EventId& opening);
// `proof`: the visitor's secret, or the base64url of its public key (SPKI).
Author visitor_of(const SiteId& site, std::string_view proof);

// ---- side effects: §12 ----
// The key of a side effect: equal at every node and for ever.
Hash32 effect_key(const SiteId& site, const ChatId& chat, std::string_view what, const Digest& of,
                  std::string_view to);

// ---- chain: §3 ----
ChainHash chain_start(const Origin& origin);  // h[0]
ChainHash chain_next(const ChainHash& before, const Digest& digest, const Mac& mac);

// ---- acceptance: §3 ----
// The one active key of `keys`, or null. Configuration has checked that there is one.
const SecretKey* active_key(std::span<const SecretKey> keys);
const SecretKey* key_named(std::span<const SecretKey> keys, const KeyId& id);

Mac acceptance_mac(const SecretKey& key, const Digest& digest, const Origin& origin, Seq seq,
                   Hlc hlc);
// Signs with the active key of `cluster`; there must be one.
Acceptance accept(std::span<const SecretKey> cluster, const Digest& digest, const Origin& origin,
                  Seq seq, Hlc hlc);

// kValid: made by a holder of a key that is active or retired. The other three are all refused
// (`bad_mac`); they differ in what is logged and shown ("unverified" for a compromised key).
enum class MacCheck { kValid, kWrong, kUnknownKey, kCompromisedKey };
MacCheck check_acceptance(std::span<const SecretKey> cluster, const Digest& digest,
                          const Acceptance& acceptance);

// ---- links: §§7, 9, 10 ----
// What a peer proves: `own` is the prover's deployment, `dialled` whether the prover opened the
// connection, both nonces as texts.
Hash32 peer_mac(const SecretKey& peer_key, Deployment own, bool dialled,
                std::string_view peers_nonce, std::string_view own_nonce);
Hash32 probe_mac(const SecretKey& probe_key, std::string_view challenge_nonce);
Hash32 admin_mac(const SecretKey& admin_key, std::int64_t ms, std::string_view method,
                 std::string_view path, std::string_view body);
// The value of the header `Authorization` of an admin request.
std::string admin_authorization(const SecretKey& admin_key, WallMs now, std::string_view method,
                                std::string_view path, std::string_view body);
// Whether `header` is genuine and at most 60 s off `now`.
bool check_admin_authorization(const SecretKey& admin_key, std::string_view header, WallMs now,
                               std::string_view method, std::string_view path,
                               std::string_view body);

// Whether `sig_b64` (r‖s) is the signature of the challenge by the P-256 key `pub_b64` (SPKI), for
// the host that the client dialled.
bool check_key_proof(std::string_view pub_b64, std::string_view sig_b64,
                     std::string_view challenge_nonce, std::string_view host);
// What such a key signs.
std::string key_proof_message(std::string_view challenge_nonce, std::string_view host);

bool equal(const Hash32& a, const Hash32& b);  // in constant time

}  // namespace holdfast::protocol
