// The words that stand for an enumeration in JSON, both ways.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "moderator/record/line.h"

namespace holdfast::record {

inline constexpr std::array<std::string_view, 3> kConditions{"unknown", "up", "down"};
inline constexpr std::array<std::string_view, 5> kCauses{"failover", "failback", "maintenance",
                                                         "manual", "other"};
inline constexpr std::array<std::string_view, 4> kSteps{"begun", "safe", "interrupted", "ended"};

template <class Enum, std::size_t N>
std::string_view word_of(Enum value, const std::array<std::string_view, N>& words) {
  return words[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t N>
Result<Enum> enum_of(std::string_view word, const std::array<std::string_view, N>& words) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return fail(ErrorCode::kInvalid, "\"{}\" is not known here", word);
}

inline Result<Deployment> deployment_of(std::string_view word) {
  const auto named = protocol::deployment_named(word);
  if (!named) return fail(ErrorCode::kInvalid, "\"{}\" is no deployment", word);
  return *named;
}

}  // namespace holdfast::record
