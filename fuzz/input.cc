#include "fuzz/input.h"

#include <algorithm>
#include <utility>

namespace holdfast::fuzz {

std::uint8_t Input::byte() {
  if (rest_.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return first;
}

std::uint32_t Input::number() {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | byte();
  return value;
}

std::size_t Input::below(std::size_t choices) {
  return choices == 0 ? 0 : byte() % choices;
}

std::string Input::text() {
  const std::size_t high = byte();
  const std::size_t size = std::min(high << 8 | byte(), rest_.size());
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return text;
}

std::string Input::rest() {
  return std::string(std::exchange(rest_, {}));
}

Script& Script::byte(std::size_t value) {
  bytes_ += static_cast<char>(value);
  return *this;
}

Script& Script::number(std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) byte(value >> shift & 0xff);
  return *this;
}

Script& Script::text(std::string_view text) {
  return byte(text.size() >> 8).byte(text.size() & 0xff).rest(text);
}

Script& Script::rest(std::string_view text) {
  bytes_ += text;
  return *this;
}

void maybe_damage(Input& input, std::string& text) {
  constexpr std::uint8_t kDamage = 0x40;
  const std::uint8_t how = input.byte();
  if ((how & kDamage) == 0 || text.empty()) return;
  const std::size_t at = input.number() % text.size();
  switch (how % 3) {
    case 0:
      text[at] = static_cast<char>(input.byte());
      break;
    case 1:
      text.erase(at, 1 + input.byte());
      break;
    default:
      text.insert(at, input.text());
      break;
  }
}

}  // namespace holdfast::fuzz
