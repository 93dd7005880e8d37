// An id that its maker draws alone and that sorts by the time it was made: 48 bits of milliseconds,
// 80 random bits. In text 26 characters of Crockford's base 32, which sort as the value does.
// After https://github.com/ulid/spec, but strict: upper case only, no I, L, O or U.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace holdfast {

class Ulid {
 public:
  static constexpr std::size_t kTextSize = 26;

  constexpr Ulid() = default;
  constexpr explicit Ulid(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}

  // `when` is cut to 48 bits.
  static Ulid make(WallMs when, const std::array<std::uint8_t, 10>& random);
  static Ulid make(WallMs when, Random& random) { return make(when, random.bytes<10>()); }

  static Result<Ulid> parse(std::string_view text);

  std::string text() const;
  WallMs when() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  auto operator<=>(const Ulid&) const = default;

  friend std::ostream& operator<<(std::ostream& out, const Ulid& id) { return out << id.text(); }

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// For texts that stay texts: the same answer as Ulid::parse without making one.
bool is_ulid(std::string_view text);

}  // namespace holdfast

template <>
struct std::hash<holdfast::Ulid> {
  std::size_t operator()(const holdfast::Ulid& id) const {
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()});
  }
};

template <>
struct fmt::formatter<holdfast::Ulid> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const holdfast::Ulid& id, Context& context) const {
    return fmt::formatter<std::string_view>::format(id.text(), context);
  }
};
