// What people type: which characters it may hold. docs/protocol.md §2.
#pragma once

#include <optional>
#include <string_view>

namespace holdfast::protocol {

// Why `text` may not be shown: it is not UTF-8, or holds a control character (Unicode's category
// Cc) other than tab and line feed. Nothing when it may.
std::optional<std::string_view> text_fault(std::string_view text);

}  // namespace holdfast::protocol
