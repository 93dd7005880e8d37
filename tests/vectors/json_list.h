// The small JSON that the vectors are written in: objects on a line each, so that a change shows as
// one line of a diff.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/json_writer.h"

namespace holdfast::vectors {

// One object: Row().text("name", …).raw("acc", …).take().
class Row {
 public:
  Row& text(std::string_view name, std::string_view value) {
    key(name);
    out_.text(value);
    return *this;
  }
  Row& hash(std::string_view name, const Hash32& value) {
    key(name);
    out_.hash(value);
    return *this;
  }
  Row& hlc(std::string_view name, protocol::Hlc value) {
    key(name);
    out_.hlc(value);
    return *this;
  }
  Row& number(std::string_view name, std::uint64_t value) {
    key(name);
    out_.number(value);
    return *this;
  }
  Row& boolean(std::string_view name, bool value) {
    key(name);
    out_.boolean(value);
    return *this;
  }
  Row& raw(std::string_view name, std::string_view json) {
    key(name);
    out_.raw(json);
    return *this;
  }
  std::string take() {
    out_.raw(first_ ? std::string_view("{}") : std::string_view("}"));
    return out_.take();
  }

 private:
  void key(std::string_view name) {
    out_.raw(first_ ? '{' : ',');
    first_ = false;
    out_.text(name);
    out_.raw(':');
  }

  protocol::JsonWriter out_;
  bool first_ = true;
};

// A list with one item a line.
class Lines {
 public:
  Lines& add(std::string_view json) {
    text_ += text_.empty() ? "\n    " : ",\n    ";
    text_ += json;
    return *this;
  }
  std::string take() const { return "[" + text_ + "\n  ]"; }

 private:
  std::string text_;
};

// A file: named lists.
class File {
 public:
  File& add(std::string_view name, const Lines& lines) {
    text_ += text_.empty() ? "{\n  \"" : ",\n  \"";
    text_ += name;
    text_ += "\": " + lines.take();
    return *this;
  }
  std::string take() const { return text_ + "\n}\n"; }

 private:
  std::string text_;
};

}  // namespace holdfast::vectors
