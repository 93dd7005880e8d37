#include "protocol/identity_token.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "protocol/text.h"

namespace holdfast::protocol {
namespace {

// Three parts of base64url between dots.
struct Parts {
  std::string_view header, payload, signature;
  std::string_view signed_text;  // header and payload, as they were signed
};

std::optional<Parts> parts_of_token(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

std::optional<json::Object> object_in(std::string_view base64url) {
  const auto bytes = base64url_decode(base64url);
  if (!bytes) return std::nullopt;
  auto object = json::parse_object(text_of(*bytes));
  if (!object) return std::nullopt;
  return *std::move(object);
}

template <class... Args>
std::unexpected<WireError> bad(fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(
      WireError{Code::kBadIdentity, "identity: " + fmt::format(text, std::forward<Args>(args)...)});
}

Parsed<void> check_header(const json::Object& header) {
  const auto alg = json::get_text(header, "alg");
  if (!alg || *alg != "HS256") return bad("alg: only HS256 is taken");
  // RFC 7515 §4.1.11: whoever does not know what is critical refuses.
  if (header.contains("crit")) return bad("crit: nothing critical is known here");
  return {};
}

bool is_signed_with(std::string_view key, const Parts& parts, ByteView signature) {
  const Hash32 mac = hmac_sha256(key, parts.signed_text);
  return equal_in_constant_time(view_of(mac), signature);
}

bool names_site(const json::Object& claims, const SiteId& site) {
  const json::Value* const aud = claims.if_contains("aud");
  const auto is_it = [&](const json::Value& value) {
    return value.is_string() && std::string_view(value.get_string()) == site.value();
  };
  if (aud == nullptr) return false;
  return aud->is_array() ? std::ranges::any_of(aud->get_array(), is_it) : is_it(*aud);
}

// Seconds since 1970, perhaps with a fraction (RFC 7519 §2).
Parsed<WallMs> time_in(const json::Object& claims, std::string_view claim) {
  constexpr double kSecondsMax = 1e12;
  if (!claims.contains(claim)) return bad("{}: missing", claim);
  const auto seconds = json::get_number(claims, claim);
  if (!seconds || !(*seconds >= 0 && *seconds <= kSecondsMax))
    return bad("{}: not a time in seconds", claim);
  return WallMs(static_cast<std::int64_t>(*seconds * 1'000));
}

Parsed<void> check_times(const json::Object& claims, WallMs now) {
  const auto issued = time_in(claims, "iat");
  if (!issued) return std::unexpected(issued.error());
  const auto expires = time_in(claims, "exp");
  if (!expires) return std::unexpected(expires.error());
  if (*expires > *issued + kIdentityLifeMax) return bad("exp: more than 24 hours after iat");
  if (now >= *expires + kIdentityLeeway) return bad("expired");
  if (*issued > now + kIdentityLeeway) return bad("not valid yet");
  if (!claims.contains("nbf")) return {};
  const auto begins = time_in(claims, "nbf");
  if (!begins) return std::unexpected(begins.error());
  if (*begins > now + kIdentityLeeway) return bad("not valid yet");
  return {};
}

Parsed<std::string> text_claim(const json::Object& claims, std::string_view claim,
                               std::size_t chars_max) {
  const auto text = json::find_text(claims, claim);
  if (!text) return bad("{}: not a text", claim);
  if (!*text) return std::string();
  if (const auto fault = text_fault(**text)) return bad("{}: {}", claim, *fault);
  if (code_points(**text).value_or(0) > chars_max)
    return bad("{}: more than {} characters", claim, chars_max);
  return std::string(**text);
}

Parsed<IdentityClaims> read_person(const json::Object& claims) {
  auto sub = text_claim(claims, "sub", kSubCharsMax);
  if (!sub) return std::unexpected(std::move(sub).error());
  if (sub->empty()) return bad("sub: missing");
  auto name = text_claim(claims, "name", kIdentityCharsMax);
  if (!name) return std::unexpected(std::move(name).error());
  auto email = text_claim(claims, "email", kEmailCharsMax);
  if (!email) return std::unexpected(std::move(email).error());
  if (!email->empty() && !is_email(*email)) return bad("email: not an e-mail address");
  return IdentityClaims{*std::move(sub), *std::move(name), *std::move(email)};
}

}  // namespace

Parsed<IdentityClaims> verify_identity(std::span<const std::string> keys, const SiteId& site,
                                       std::string_view token, WallMs now) {
  if (keys.empty()) return bad("this site has no identity key");
  if (token.size() > kIdentityCharsMax) return bad("more than {} characters", kIdentityCharsMax);
  const auto parts = parts_of_token(token);
  const auto header = parts ? object_in(parts->header) : std::nullopt;
  if (!header) return bad("not a JSON Web Token");
  if (auto known = check_header(*header); !known) return std::unexpected(known.error());
  const auto signature = base64url_decode(parts->signature);
  const bool genuine = signature && std::ranges::any_of(keys, [&](const std::string& key) {
                         return is_signed_with(key, *parts, *signature);
                       });
  if (!genuine) return bad("signature does not match");
  const auto claims = object_in(parts->payload);
  if (!claims) return bad("its claims are not a JSON object");
  if (!names_site(*claims, site)) return bad("aud: not \"{}\"", site);
  if (auto times = check_times(*claims, now); !times) return std::unexpected(times.error());
  return read_person(*claims);
}

std::optional<IdentityClaims> identity_claims(std::string_view token) {
  const auto parts = parts_of_token(token);
  const auto claims = parts ? object_in(parts->payload) : std::nullopt;
  if (!claims) return std::nullopt;
  auto person = read_person(*claims);
  if (!person) return std::nullopt;
  return *std::move(person);
}

bool is_identity_key(std::string_view text) {
  return text.starts_with(kIdentityKeyPrefix) &&
         Hash32::from_base64url(text.substr(kIdentityKeyPrefix.size())).has_value();
}

}  // namespace holdfast::protocol
