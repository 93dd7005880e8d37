#include "app/moderate/live/form.h"

#include <charconv>

namespace holdfast::app {
namespace {

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      plain += static_cast<char>(byte);
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

// Cuts the text at the first `end`, and takes both away.
std::string_view cut(std::string_view& text, char end) {
  const auto at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return part;
}

}  // namespace

std::map<std::string, std::string, std::less<>> read_form(std::string_view body) {
  std::map<std::string, std::string, std::less<>> fields;
  while (!body.empty()) {
    std::string_view value = cut(body, '&');
    const std::string_view name = cut(value, '=');
    fields.emplace(decoded(name), decoded(value));
  }
  return fields;
}

std::string_view cookie_named(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    std::string_view value = cut(cookies, ';');
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (cut(value, '=') == name) return value;
  }
  return "";
}

}  // namespace holdfast::app
