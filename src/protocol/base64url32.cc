#include "protocol/base64url32.h"

#include <array>
#include <cstdint>
#include <cstring>

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

// Two characters at a time: 12 bits of the hash choose them.
constexpr std::array<std::array<char, 2>, 4096> kPairs = [] {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  return pairs;
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
    const std::uint32_t bits = in[0] << 16 | in[1] << 8 | in[2];
    std::memcpy(out, kPairs[bits >> 12].data(), 2);
    std::memcpy(out + 2, kPairs[bits & 0xFFF].data(), 2);
  }
  const std::uint32_t bits = in[0] << 8 | in[1];
  std::memcpy(out, kPairs[bits >> 4].data(), 2);
  out[2] = kAlphabet[(bits & 15) << 2];
}

}  // namespace holdfast::protocol
