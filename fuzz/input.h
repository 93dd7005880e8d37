// The bytes that a fuzzer invents, read as decisions: which of so many, how much, what text.
//
// Made for mutation: every read takes from the front, a text says its length before it, and at the
// end everything is zero, so that any bytes at all are a valid input and a change of one byte
// changes one decision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace holdfast::fuzz {

class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte();
  bool flag() { return (byte() & 1) != 0; }
  std::uint32_t number();                  // four bytes
  std::size_t below(std::size_t choices);  // of at most 256
  template <class List>
  auto& one_of(List& list) {
    return list[below(std::size(list))];
  }
  std::string text();  // two bytes of length, then as much of it as there is
  std::string rest();  // all that is left

 private:
  std::string_view rest_;
};

// Writes what Input reads: for seeds.
class Script {
 public:
  Script& byte(std::size_t value);
  Script& number(std::uint32_t value);
  Script& text(std::string_view text);
  Script& rest(std::string_view text);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Changes one of the text's bytes, or does nothing: so often that most of what follows is sound.
void maybe_damage(Input& input, std::string& text);

}  // namespace holdfast::fuzz
