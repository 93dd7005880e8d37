// The type of a frame that could not be read: is it of a newer version, and to be ignored, or
// broken?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/codes.h"

namespace holdfast::replication {

// Nothing when the text is no JSON object with a `t`.
std::optional<std::string> type_of(std::string_view frame);
// Whether version 1 of the peer link knows it.
bool is_known_type(std::string_view type);
// The `n` of an `entries` frame, whatever else is wrong with it.
std::optional<std::uint64_t> number_of(std::string_view frame);

}  // namespace holdfast::replication
