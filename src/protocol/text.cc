#include "protocol/text.h"

#include <cstdint>

#include "base/encoding.h"

namespace holdfast::protocol {

std::optional<std::string_view> text_fault(std::string_view text) {
  if (!is_valid_utf8(text)) return "not UTF-8";
  std::uint8_t previous = 0;
  for (const char at : text) {
    const auto c = static_cast<std::uint8_t>(at);
    const bool c0 = c < 0x20 && c != '\t' && c != '\n';
    const bool c1 = previous == 0xC2 && c <= 0x9F;  // U+0080 to U+009F
    if (c0 || c == 0x7F || c1) return "a control character";
    previous = c;
  }
  return std::nullopt;
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > kEmailCharsMax)
    return false;
  if (text_fault(text)) return false;
  const std::string_view domain = text.substr(at + 1);
  constexpr std::string_view kNever = " \t\n@,;:<>()[]\"\\";
  if (text.substr(0, at).find_first_of(kNever) != std::string_view::npos) return false;
  if (domain.empty() || domain.find_first_of(kNever) != std::string_view::npos) return false;
  return !domain.starts_with('.') && !domain.ends_with('.') && !domain.starts_with('-') &&
         domain.find("..") == std::string_view::npos;
}

}  // namespace holdfast::protocol
