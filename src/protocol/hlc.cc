#include "protocol/hlc.h"

#include <algorithm>

#include "base/encoding.h"

namespace holdfast::protocol {
namespace {

constexpr std::size_t kTextSize = 16;

std::uint64_t at(WallMs wall) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(wall.value(), 0)) * kHlcPerMs;
}

}  // namespace

std::string hlc_text(Hlc hlc) {
  std::string text(kTextSize, '0');
  std::uint64_t rest = hlc.value();
  for (std::size_t i = kTextSize; i-- > 0; rest >>= 4) text[i] = kHexDigits[rest & 15];
  return text;
}

std::optional<Hlc> parse_hlc(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    unsigned digit;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return Hlc(value);
}

Hlc HybridClock::next(WallMs now) {
  last_ = Hlc(std::max(at(now), last_.value() + 1));
  return last_;
}

bool HybridClock::observe(Hlc hlc, WallMs now, Ms bound) {
  if (hlc.value() > at(now + bound)) return false;
  last_ = std::max(last_, hlc);
  return true;
}

}  // namespace holdfast::protocol
