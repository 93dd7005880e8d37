// A TOML file as a tree that knows its lines. The only place that sees toml++.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace holdfast::app {

struct TomlValue;

struct TomlTable {
  int line = 1;
  std::map<std::string, TomlValue, std::less<>> values;
};

struct TomlValue {
  using List = std::vector<TomlValue>;
  // Dates and floating point numbers are read as std::monostate: nothing of ours is one.
  std::variant<std::monostate, std::string, std::int64_t, bool, std::shared_ptr<List>,
               std::shared_ptr<TomlTable>>
      value;
  int line = 1;
};

// Fails with one line: "FILE:LINE: what is wrong".
Result<TomlTable> read_toml(const std::filesystem::path& file);
Result<TomlTable> parse_toml(std::string_view text, const std::string& file_name);

// What people are told of a file stays one line, whatever stands in the file (a key may be "a\nb"):
// `text` with a space for each control character.
std::string one_line(std::string text);

// `text` as a TOML string, quotes included.
std::string toml_quoted(std::string_view text);

}  // namespace holdfast::app
