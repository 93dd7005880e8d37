#include "base/ulid.h"

namespace holdfast {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// 26 characters carry 130 bits; the value has 128, so the first character is 0 to 7.
constexpr int kLooseBits = 2;

}  // namespace

Ulid Ulid::make(WallMs when, const std::array<std::uint8_t, 10>& random) {
  Ulid id;
  for (int i = 0; i < 6; ++i) {
    id.bytes_[i] = static_cast<std::uint8_t>(when.value() >> (40 - 8 * i));
  }
  for (int i = 0; i < 10; ++i) id.bytes_[6 + i] = random[i];
  return id;
}

bool is_ulid(std::string_view text) {
  return text.size() == Ulid::kTextSize && text[0] <= '7' &&
         text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

Result<Ulid> Ulid::parse(std::string_view text) {
  if (!is_ulid(text)) return fail(ErrorCode::kInvalid, "not a ULID");
  Ulid id;
  std::uint32_t pending = 0;
  int bits = -kLooseBits;
  std::size_t filled = 0;
  for (const char c : text) {
    pending = pending << 5 | static_cast<std::uint32_t>(kAlphabet.find(c));
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      id.bytes_[filled++] = static_cast<std::uint8_t>(pending >> bits);
    }
  }
  return id;
}

std::string Ulid::text() const {
  std::string out;
  out.reserve(kTextSize);
  std::uint32_t pending = 0;
  int bits = kLooseBits;
  for (const std::uint8_t byte : bytes_) {
    pending = pending << 8 | byte;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      out += kAlphabet[pending >> bits & 31];
    }
  }
  return out;
}

WallMs Ulid::when() const {
  std::int64_t ms = 0;
  for (int i = 0; i < 6; ++i) ms = ms << 8 | bytes_[i];
  return WallMs{ms};
}

}  // namespace holdfast
