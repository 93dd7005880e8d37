// JSON Web Tokens as a site's own server makes them, and as somebody makes them who has no key.
#pragma once

#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/encoding.h"

namespace holdfast::protocol {

inline constexpr std::string_view kSomeIdentityKey =
    "idk_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE";
inline constexpr std::string_view kOtherIdentityKey =
    "idk_QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI";
inline constexpr std::string_view kHs256 = R"({"alg":"HS256","typ":"JWT"})";

inline std::string make_jwt(std::string_view claims, std::string_view key = kSomeIdentityKey,
                            std::string_view header = kHs256) {
  const std::string text =
      base64url_encode(view_of(header)) + "." + base64url_encode(view_of(claims));
  return text + "." + hmac_sha256(key, std::string_view(text)).base64url();
}

}  // namespace holdfast::protocol
