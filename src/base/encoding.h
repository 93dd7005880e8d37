// Bytes as text and back. Every decoder is strict: it takes exactly the texts that its encoder
// makes, so that one value has one spelling and a spelling can be compared, hashed and signed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast {

// RFC 4648 §5 without padding. Decoding refuses padding, other alphabets, white space, and a last
// character with bits that no byte uses.
std::string base64url_encode(ByteView bytes);
Result<Bytes> base64url_decode(std::string_view text);

// Lower case.
inline constexpr std::string_view kHexDigits = "0123456789abcdef";
std::string hex_encode(ByteView bytes);
Result<Bytes> hex_decode(std::string_view text);

// The number of code points, or nothing where `text` is not UTF-8: no overlong forms, no
// surrogates, nothing above U+10FFFF.
std::optional<std::size_t> code_points(std::string_view text);

inline bool is_valid_utf8(std::string_view text) {
  return code_points(text).has_value();
}

}  // namespace holdfast
