#include "base/encoding.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace holdfast {
namespace {

constexpr std::uint8_t kNone = 0xff;

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::uint8_t, 256> values_of(std::string_view alphabet) {
  std::array<std::uint8_t, 256> values;
  values.fill(kNone);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto kBase64Values = values_of(kBase64);
constexpr auto kHexValues = values_of(kHexDigits);

std::uint8_t base64_value(char c) {
  return kBase64Values[static_cast<std::uint8_t>(c)];
}
std::uint8_t hex_value(char c) {
  return kHexValues[static_cast<std::uint8_t>(c)];
}

// The length of the code point at the start of `s`, 0 where there is none. Table 3-7 of the Unicode
// Standard: the range of the second byte is what refuses overlong forms and surrogates.
std::size_t code_point_length(ByteView s) {
  const std::uint8_t lead = s[0];
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;

  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (s.size() < length) return 0;

  const std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (s[1] < low || s[1] > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((s[i] & 0xc0) != 0x80) return 0;
  }
  return length;
}

// A number of ASCII characters that `s` begins with: whole words only.
std::size_t leading_ascii(ByteView s) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t count = 0;
  for (std::uint64_t word; s.size() - count >= sizeof word; count += sizeof word) {
    std::memcpy(&word, s.data() + count, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  return count;
}

}  // namespace

std::string base64url_encode(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = pending << 8 | byte;
    for (bits += 8; bits >= 6;) {
      bits -= 6;
      out += kBase64[pending >> bits & 63];
    }
  }
  if (bits > 0) out += kBase64[pending << (6 - bits) & 63];
  return out;
}

Result<Bytes> base64url_decode(std::string_view text) {
  Bytes out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    const std::uint8_t value = base64_value(c);
    if (value == kNone) return fail(ErrorCode::kInvalid, "not base64url");
    pending = pending << 6 | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(pending >> bits));
    }
  }
  const bool lone_character = bits == 6;
  const bool loose_bits = (pending & ((1u << bits) - 1)) != 0;
  if (lone_character || loose_bits) {
    return fail(ErrorCode::kInvalid, "not base64url as it is written");
  }
  return out;
}

std::string hex_encode(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
  return out;
}

Result<Bytes> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorCode::kInvalid, "odd number of hex digits");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint8_t high = hex_value(text[i]);
    const std::uint8_t low = hex_value(text[i + 1]);
    if (high == kNone || low == kNone) return fail(ErrorCode::kInvalid, "not lower-case hex");
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::optional<std::size_t> code_points(std::string_view text) {
  std::size_t count = 0;
  for (ByteView rest = view_of(text); !rest.empty(); ++count) {
    // Every frame passes here, and nearly all of it is ASCII.
    const std::size_t ascii = leading_ascii(rest);
    count += ascii;
    rest = rest.subspan(ascii);
    if (rest.empty()) break;
    const std::size_t length = code_point_length(rest);
    if (length == 0) return std::nullopt;
    rest = rest.subspan(length);
  }
  return count;
}

}  // namespace holdfast
