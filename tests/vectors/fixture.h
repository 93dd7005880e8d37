// The people, keys and times that the vectors speak of.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "protocol/base64url32.h"
#include "protocol/content.h"
#include "protocol/hashes.h"
#include "protocol/keys.h"

namespace holdfast::vectors {

inline const protocol::SiteId kShop{"shop"};
inline const std::string kSecret = "c2VjcmV0IG9mIGEgdmlzaXRvciwgMzIgYnl0ZXMhISE";
inline const protocol::Author kAnn{"o:ann"};
inline const protocol::Origin kPrimaryOrigin{"primary/n1/01M3XJ0000000000000000000P"};
inline const protocol::Origin kRedundantOrigin{"redundant/n1/01M3XJ0000000000000000000R"};
inline constexpr std::uint64_t kNoon = 1'790'000'000'000ULL * 65'536;

inline protocol::Author visitor() {
  return protocol::visitor_of(kShop, kSecret);
}

// A browser's key, and its signature of the challenge sha256("my nonce") for the host
// chat.example.com, as WebCrypto made them once.
inline constexpr std::string_view kBrowserPub =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEph7ALJPjRG_KmTfwyHZt8gVKvOjnk17IgrnQ7eIozIFl"
    "3eA-UrrzvY-7imB2P-wX4ICtG0BjSuIA-tLCIDDJ7w";
inline constexpr std::string_view kBrowserSig =
    "l4_FoCOLMLe3fz7-YKKqoyShktnGPTV4_sJTe4s7lz2_1SLLe_5HWWHCbTjmMzwWkNMycZnVdxIEGpx-"
    "-If1Tw";

// Key bytes that are easy to write down: 32 times `byte`.
inline protocol::SecretKey secret_key(std::string id, std::uint8_t byte,
                                      protocol::KeyState state = protocol::KeyState::kActive) {
  protocol::SecretKey key{protocol::KeyId(std::move(id)), state, {}};
  key.bytes.fill(byte);
  return key;
}

// ULIDs that count: 01M3XJ00000000000000000000, …01, …
inline std::string ulid(unsigned n) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text = "01M3XJ00000000000000000000";
  text[25] = kDigits[n % 32];
  text[24] = kDigits[n / 32 % 32];
  return text;
}

inline std::string nonce(std::uint8_t byte) {
  std::array<std::uint8_t, 16> bytes;
  bytes.fill(byte);
  return protocol::nonce_text(bytes);
}

inline protocol::Acceptance accepted(const protocol::ContentPtr& content,
                                     const protocol::Origin& origin, std::uint64_t seq,
                                     std::uint64_t after_noon) {
  const protocol::SecretKey key = secret_key("c1", 1);
  return protocol::accept({&key, 1}, content->digest, origin, protocol::Seq(seq),
                          protocol::Hlc(kNoon + after_noon));
}

}  // namespace holdfast::vectors
