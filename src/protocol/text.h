// What people type: which characters it may hold. docs/protocol.md §2.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::protocol {

// Why `text` may not be shown: it is not UTF-8, or holds a control character (Unicode's category
// Cc) other than tab and line feed. Nothing when it may.
std::optional<std::string_view> text_fault(std::string_view text);

// Whether `text` may be an e-mail address: something@something, without white space and without
// the characters that would end or add an address in a mail's head. Nobody knows whether anybody
// reads it.
inline constexpr std::size_t kEmailCharsMax = 254;
bool is_email(std::string_view text);

}  // namespace holdfast::protocol
