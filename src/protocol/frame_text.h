// From a frame's text to its reader: the checks that come before any field. Private to the
// generated frames.
#pragma once

#include <string>
#include <string_view>

#include "protocol/codes.h"
#include "protocol/json_reader.h"

namespace holdfast::protocol {

// Size, then UTF-8.
std::expected<void, WireError> check_text(std::string_view text, std::size_t bytes_max);

// The text member `name` of the object that stands next in `in`, which is not moved. Fails `in`
// when there is none.
bool peek_member(JsonReader& in, std::string_view name, std::string& value);

// Fails: nobody knows a frame of this type. What follows it must be JSON all the same, so that the
// reason is the true one.
bool unknown_type(JsonReader& in, std::string_view type);

template <class T, class Read>
Parsed<T> parse_document(std::string_view text, std::size_t bytes_max, Read read) {
  if (auto checked = check_text(text, bytes_max); !checked)
    return std::unexpected(std::move(checked).error());
  JsonReader in(text, kDepthMax);
  Parsed<T> value(std::in_place);
  if (!read(in, *value) || !in.finish()) return std::unexpected(in.error());
  return value;
}

template <class Frame, class Read>
Parsed<Frame> parse_frame(std::string_view text, std::size_t bytes_max, Read read) {
  return parse_document<Frame>(text, bytes_max, [&read](JsonReader& in, Frame& frame) {
    std::string type;
    return peek_member(in, "t", type) && read(in, type, frame);
  });
}

}  // namespace holdfast::protocol
