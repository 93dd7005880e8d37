#include "protocol/base64url32.h"

#include <array>
#include <cstdint>

namespace holdfast::protocol {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNoDigit = 0x80;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 64; ++i) digits[static_cast<std::uint8_t>(kAlphabet[i])] = i;
  return digits;
}();

std::uint32_t digit(char c) {
  return kDigits[static_cast<std::uint8_t>(c)];
}

}  // namespace

std::optional<Hash32> decode_base64url32(std::string_view text) {
  if (text.size() != kHashTextSize) return std::nullopt;
  Hash32 hash;
  std::uint32_t bad = 0;
  const char* in = text.data();
  std::uint8_t* out = hash.bytes.data();
  for (int group = 0; group < 10; ++group, in += 4, out += 3) {
    const std::uint32_t a = digit(in[0]), b = digit(in[1]), c = digit(in[2]), d = digit(in[3]);
    bad |= a | b | c | d;
    out[0] = static_cast<std::uint8_t>(a << 2 | b >> 4);
    out[1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
    out[2] = static_cast<std::uint8_t>(c << 6 | d);
  }
  const std::uint32_t a = digit(in[0]), b = digit(in[1]), c = digit(in[2]);
  bad |= a | b | c;
  out[0] = static_cast<std::uint8_t>(a << 2 | b >> 4);
  out[1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
  if ((bad & kNoDigit) != 0 || (c & 3) != 0) return std::nullopt;
  return hash;
}

void encode_base64url32(const Hash32& hash, char* out) {
  const std::uint8_t* in = hash.bytes.data();
  for (int group = 0; group < 10; ++group, in += 3, out += 4) {
    out[0] = kAlphabet[in[0] >> 2];
    out[1] = kAlphabet[(in[0] & 3) << 4 | in[1] >> 4];
    out[2] = kAlphabet[(in[1] & 15) << 2 | in[2] >> 6];
    out[3] = kAlphabet[in[2] & 63];
  }
  out[0] = kAlphabet[in[0] >> 2];
  out[1] = kAlphabet[(in[0] & 3) << 4 | in[1] >> 4];
  out[2] = kAlphabet[(in[1] & 15) << 2];
}

}  // namespace holdfast::protocol
