// The error codes of docs/protocol.md §5: one number for `error`, `refused`, `decided` and for
// closing a WebSocket. The table itself is generated from schema.json.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/codes.gen.h"

namespace holdfast::protocol {

// What a client does about a code; the code's range says it, so that a client of version N-1 knows
// what to do with a code of version N.
enum class ClientAction { kRetry, kResync, kAuthenticate, kGiveUp };
ClientAction client_action(Code code);

std::string_view name(Code code);  // "going_away"; "unknown" for a number that is not in the table
std::string_view meaning(Code code);  // "shutting down or drained"
std::optional<Code> code_of(std::uint16_t number);
constexpr std::uint16_t number(Code code) {
  return static_cast<std::uint16_t>(code);
}

// A refusal as it goes onto the wire. `why` is for a person and names the field.
struct WireError {
  Code code;
  std::string why;
  friend bool operator==(const WireError&, const WireError&) = default;
};

// What reading something from the wire yields.
template <class T>
using Parsed = std::expected<T, WireError>;

template <class... Args>
std::unexpected<WireError> refuse(Code code, fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(WireError{code, fmt::format(text, std::forward<Args>(args)...)});
}

}  // namespace holdfast::protocol
