#include "app/config/toml_tree.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace holdfast::app {
namespace {

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

TomlTable table_of(const toml::table& table);

TomlValue value_of(const toml::node& node) {
  TomlValue out;
  out.line = line_of(node);
  if (const auto* text = node.as_string()) {
    out.value = text->get();
  } else if (const auto* number = node.as_integer()) {
    out.value = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    out.value = flag->get();
  } else if (const auto* array = node.as_array()) {
    auto list = std::make_shared<TomlValue::List>();
    for (const auto& item : *array) list->push_back(value_of(item));
    out.value = std::move(list);
  } else if (const auto* table = node.as_table()) {
    out.value = std::make_shared<TomlTable>(table_of(*table));
  }
  return out;
}

TomlTable table_of(const toml::table& table) {
  TomlTable out;
  out.line = line_of(table);
  for (const auto& [key, node] : table) {
    auto value = value_of(node);
    if (value.line == 0) value.line = static_cast<int>(key.source().begin.line);
    out.values.emplace(std::string(key.str()), std::move(value));
  }
  return out;
}

}  // namespace

Result<TomlTable> parse_toml(std::string_view text, const std::string& file_name) {
  try {
    return table_of(toml::parse(text, file_name));
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalid, "{}:{}: {}", file_name, error.source().begin.line,
                one_line(std::string(error.description())));
  }
}

Result<TomlTable> read_toml(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(ErrorCode::kInvalid, "{}: cannot be read: {}", file.string(), std::strerror(errno));
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad() || std::filesystem::is_directory(file))
    return fail(ErrorCode::kInvalid, "{}: cannot be read: it is no file", file.string());
  return parse_toml(text, file.string());
}

std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return text;
}

std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace holdfast::app
