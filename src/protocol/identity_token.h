// What a site's own server vouches for about a visitor: a JSON Web Token (RFC 7519) in compact
// form, signed by HS256 (RFC 7515) with a key that the site and its server share. docs/protocol.md
// §7. Any library makes one; this reads no other kind, so that nobody chooses a weaker one for us.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "protocol/codes.h"
#include "protocol/ids.h"

namespace holdfast::protocol {

inline constexpr std::size_t kIdentityCharsMax = 2'048;  // of a token
inline constexpr std::size_t kSubCharsMax = 128;
inline constexpr Ms kIdentityLifeMax{24 * 60 * 60 * 1'000};  // from `iat` to `exp`
inline constexpr Ms kIdentityLeeway{60 * 1'000};             // what two clocks may differ

struct IdentityClaims {
  std::string sub;          // the site's own id of the person
  std::string name, email;  // empty: the token says nothing of it
  friend bool operator==(const IdentityClaims&, const IdentityClaims&) = default;
};

// kBadIdentity, with the claim that is wrong: "identity: expired". A token that is genuine under
// any of the keys is; a key is its text, byte by byte.
Parsed<IdentityClaims> verify_identity(std::span<const std::string> keys, const SiteId& site,
                                       std::string_view token, WallMs now);

// Of a token that was verified when its event was accepted: what it says. Nothing for a text that
// is no token.
std::optional<IdentityClaims> identity_claims(std::string_view token);

// "idk_" and 43 characters of base64url: 32 random bytes, which nobody can try out.
inline constexpr std::string_view kIdentityKeyPrefix = "idk_";
bool is_identity_key(std::string_view text);

}  // namespace holdfast::protocol
