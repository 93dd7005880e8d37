// The token of a signed-in operator: what it says, and who said it. docs/protocol.md §7. Never in a
// URL, never in a log.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "protocol/codes.h"
#include "protocol/ids.h"
#include "protocol/keys.h"

namespace holdfast::protocol {

struct Token {
  SiteId site;
  Author author;    // an operator
  std::string sid;  // ULID of the session, for revocation
  WallMs issued;
  WallMs expires;
  std::optional<Hash32>
      pub;  // H of the browser's public key text, when the session is bound to one
  friend bool operator==(const Token&, const Token&) = default;
};

// Signs with the active key of `session`; there must be one.
std::string make_token(std::span<const SecretKey> session, const Token& token);

// kBadToken: forged, malformed, or by a key that is unknown or compromised. kExpiredToken: genuine
// but over at `now`. Whether the operator was revoked since is the caller's to ask.
Parsed<Token> read_token(std::span<const SecretKey> session, std::string_view text, WallMs now);

// What Token::pub holds for a browser's key (base64url of its SPKI).
Hash32 pub_hash(std::string_view pub_b64);

}  // namespace holdfast::protocol
