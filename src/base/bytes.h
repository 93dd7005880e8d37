// Bytes, and views of them. A view never owns; it dies with what it was made from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline ByteView view_of(ByteView bytes) {
  return bytes;
}

inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string to_string(ByteView bytes) {
  return std::string(text_of(bytes));
}

inline Bytes to_bytes(std::string_view text) {
  const ByteView bytes = view_of(text);
  return {bytes.begin(), bytes.end()};
}

// In time that depends on the lengths alone: for MACs, tokens and passwords.
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace holdfast
