// A number or a text that is not just any number or text.
//
//   using Epoch = Strong<struct EpochTag, std::uint64_t>;
//
// Two Strong types never compare, convert or mix, whatever they are made of. Ordered, hashable and
// printable like their content; nothing else: arithmetic is for the types that mean a quantity.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <functional>
#include <ostream>
#include <utility>

namespace holdfast {

template <class Tag, class Rep>
class Strong {
 public:
  using rep = Rep;

  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(std::move(value)) {}

  constexpr const Rep& value() const& { return value_; }
  constexpr Rep value() && { return std::move(value_); }

  auto operator<=>(const Strong&) const = default;

  friend std::ostream& operator<<(std::ostream& out, const Strong& strong) {
    return out << strong.value_;
  }

 private:
  Rep value_{};
};

}  // namespace holdfast

template <class Tag, class Rep>
struct std::hash<holdfast::Strong<Tag, Rep>> {
  std::size_t operator()(const holdfast::Strong<Tag, Rep>& strong) const {
    return std::hash<Rep>{}(strong.value());
  }
};

template <class Tag, class Rep>
struct fmt::formatter<holdfast::Strong<Tag, Rep>> : fmt::formatter<Rep> {
  template <class Context>
  auto format(const holdfast::Strong<Tag, Rep>& strong, Context& context) const {
    return fmt::formatter<Rep>::format(strong.value(), context);
  }
};
