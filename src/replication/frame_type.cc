#include "replication/frame_type.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace holdfast::replication {

std::optional<std::string> type_of(std::string_view frame) {
  const auto object = json::parse_object(frame);
  if (!object) return std::nullopt;
  const auto type = json::get_text(*object, "t");
  if (!type) return std::nullopt;
  return std::string(*type);
}

bool is_known_type(std::string_view type) {
  static constexpr std::array<std::string_view, 11> kKnown{
      "peer_hello", "peer_proof", "holds",    "pull",    "entries", "ask",
      "decided",    "pending",    "presence", "verdict", "beat"};
  return std::ranges::find(kKnown, type) != kKnown.end();
}

std::optional<std::uint64_t> number_of(std::string_view frame) {
  const auto object = json::parse_object(frame);
  if (!object) return std::nullopt;
  const auto n = json::get_int(*object, "n", {.min = 0});
  if (!n) return std::nullopt;
  return static_cast<std::uint64_t>(*n);
}

}  // namespace holdfast::replication
