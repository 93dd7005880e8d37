// Appends JSON to a string: the caller writes the punctuation, the writer the values. No tree, one
// buffer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "protocol/ids.h"

namespace holdfast::protocol {

// The size of `text` as JsonWriter::text() writes it, quotes included.
std::size_t json_text_size(std::string_view text);

class JsonWriter {
 public:
  explicit JsonWriter(std::size_t expected_size = 256) { out_.reserve(expected_size); }

  void raw(std::string_view text) { out_.append(text); }
  void raw(char c) { out_ += c; }
  void text(std::string_view text);  // quoted, escaped as JSON.stringify does
  void number(std::uint64_t value);
  void boolean(bool value) { raw(value ? std::string_view("true") : std::string_view("false")); }
  void hash(const Hash32& hash);  // quoted
  void hlc(Hlc hlc);              // quoted

  std::string take() { return std::move(out_); }

 private:
  void escape(char c);

  std::string out_;
};

}  // namespace holdfast::protocol
