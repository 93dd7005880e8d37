// 32 bytes as 43 characters of base64url and back, without allocation: the hot spelling of every
// digest, MAC and chain hash. As strict as base/encoding.h: one value, one spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"

namespace holdfast::protocol {

inline constexpr std::size_t kHashTextSize = 43;

std::optional<Hash32> decode_base64url32(std::string_view text);

// Writes exactly kHashTextSize characters.
void encode_base64url32(const Hash32& hash, char* out);

// The text on the stack, for hashing and writing.
struct HashText {
  char chars[kHashTextSize];
  explicit HashText(const Hash32& hash) { encode_base64url32(hash, chars); }
  std::string_view view() const { return {chars, kHashTextSize}; }
};

}  // namespace holdfast::protocol
