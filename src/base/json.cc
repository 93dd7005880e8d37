#include "base/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>

namespace holdfast::json {
namespace {

namespace bj = boost::json;

// Builds a value as Boost's own parser does, and counts the members that the text announced: where
// the value has fewer, a name stood twice.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = Object::max_size();
  static constexpr std::size_t max_string_size = bj::string::max_size();

  Builder() { stack_.reset(); }

  Value release() { return stack_.release(); }
  std::size_t members() const { return members_; }

  using Code = bj::error_code;
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_array_begin(Code&) { return true; }

  bool on_object_end(std::size_t count, Code&) {
    members_ += count;
    stack_.push_object(count);
    return true;
  }

  bool on_array_end(std::size_t count, Code&) {
    stack_.push_array(count);
    return true;
  }

  bool on_key_part(bj::string_view part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }

  bool on_key(bj::string_view rest, std::size_t, Code&) {
    stack_.push_key(rest);
    return true;
  }

  bool on_string_part(bj::string_view part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }

  bool on_string(bj::string_view rest, std::size_t, Code&) {
    stack_.push_string(rest);
    return true;
  }

  bool on_number_part(bj::string_view, Code&) { return true; }

  bool on_int64(std::int64_t n, bj::string_view, Code&) {
    stack_.push_int64(n);
    return true;
  }

  bool on_uint64(std::uint64_t n, bj::string_view, Code&) {
    stack_.push_uint64(n);
    return true;
  }

  bool on_double(double n, bj::string_view, Code&) {
    stack_.push_double(n);
    return true;
  }

  bool on_bool(bool b, Code&) {
    stack_.push_bool(b);
    return true;
  }

  bool on_null(Code&) {
    stack_.push_null();
    return true;
  }

  bool on_comment_part(bj::string_view, Code&) { return true; }
  bool on_comment(bj::string_view, Code&) { return true; }

 private:
  bj::value_stack stack_;
  std::size_t members_ = 0;
};

std::size_t count_members(const Value& value) {
  std::size_t count = 0;
  if (const Object* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const Array* array = value.if_array()) {
    for (const Value& item : *array) count += count_members(item);
  }
  return count;
}

Result<const Value*> required(const Object& object, std::string_view field) {
  const Value* value = object.if_contains(field);
  if (value == nullptr) return fail(ErrorCode::kInvalid, "{}: missing", field);
  return value;
}

std::unexpected<Error> not_a(std::string_view field, std::string_view type) {
  return fail(ErrorCode::kInvalid, "{}: not {}", field, type);
}

// The typed getters, each from a value that is there.

Result<std::string_view> as_text(const Value& value, std::string_view field) {
  const bj::string* text = value.if_string();
  if (text == nullptr) return not_a(field, "a text");
  return std::string_view(text->data(), text->size());
}

Result<std::int64_t> as_int(const Value& value, std::string_view field, IntRange range) {
  // Boost holds as uint64 only what is too large for int64.
  if (!value.is_int64() && !value.is_uint64()) return not_a(field, "an integer");
  if (value.is_uint64() || value.get_int64() < range.min || value.get_int64() > range.max) {
    return fail(ErrorCode::kInvalid, "{}: not within {} to {}", field, range.min, range.max);
  }
  return value.get_int64();
}

Result<bool> as_bool(const Value& value, std::string_view field) {
  if (!value.is_bool()) return not_a(field, "true or false");
  return value.get_bool();
}

Result<const Object*> as_object(const Value& value, std::string_view field) {
  if (!value.is_object()) return not_a(field, "an object");
  return &value.get_object();
}

Result<const Array*> as_array(const Value& value, std::string_view field) {
  if (!value.is_array()) return not_a(field, "an array");
  return &value.get_array();
}

template <class T>
Result<std::optional<T>> optionally(Result<T> result) {
  HF_TRY(value, std::move(result));
  return std::optional<T>(value);
}

}  // namespace

Result<Value> parse(std::string_view text, Limits limits) {
  bj::parse_options options;
  options.max_depth = limits.depth_max;
  bj::basic_parser<Builder> parser(options);
  bj::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (error) return fail(ErrorCode::kInvalid, "JSON at byte {}: {}", read, error.message());
  if (read != text.size()) return fail(ErrorCode::kInvalid, "JSON ends at byte {}", read);
  Value value = parser.handler().release();
  if (count_members(value) != parser.handler().members()) {
    return fail(ErrorCode::kInvalid, "JSON with one name twice in an object");
  }
  return value;
}

Result<Object> parse_object(std::string_view text, Limits limits) {
  HF_TRY(value, parse(text, limits));
  if (!value.is_object()) return fail(ErrorCode::kInvalid, "JSON that is no object");
  return std::move(value.get_object());
}

std::string serialize(const Value& value) {
  return bj::serialize(value);
}

Result<std::string_view> get_text(const Object& object, std::string_view field) {
  HF_TRY(value, required(object, field));
  return as_text(*value, field);
}

Result<std::int64_t> get_int(const Object& object, std::string_view field, IntRange range) {
  HF_TRY(value, required(object, field));
  return as_int(*value, field, range);
}

Result<double> get_number(const Object& object, std::string_view field) {
  HF_TRY(value, required(object, field));
  if (!value->is_number()) return not_a(field, "a number");
  return value->to_number<double>();
}

Result<bool> get_bool(const Object& object, std::string_view field) {
  HF_TRY(value, required(object, field));
  return as_bool(*value, field);
}

Result<const Object*> get_object(const Object& object, std::string_view field) {
  HF_TRY(value, required(object, field));
  return as_object(*value, field);
}

Result<const Array*> get_array(const Object& object, std::string_view field) {
  HF_TRY(value, required(object, field));
  return as_array(*value, field);
}

Result<std::optional<std::string_view>> find_text(const Object& object, std::string_view field) {
  const Value* value = object.if_contains(field);
  if (value == nullptr) return std::nullopt;
  return optionally(as_text(*value, field));
}

Result<std::optional<std::int64_t>> find_int(const Object& object, std::string_view field,
                                             IntRange range) {
  const Value* value = object.if_contains(field);
  if (value == nullptr) return std::nullopt;
  return optionally(as_int(*value, field, range));
}

Result<std::optional<bool>> find_bool(const Object& object, std::string_view field) {
  const Value* value = object.if_contains(field);
  if (value == nullptr) return std::nullopt;
  return optionally(as_bool(*value, field));
}

Result<const Object*> find_object(const Object& object, std::string_view field) {
  const Value* value = object.if_contains(field);
  if (value == nullptr) return nullptr;
  return as_object(*value, field);
}

Result<const Array*> find_array(const Object& object, std::string_view field) {
  const Value* value = object.if_contains(field);
  if (value == nullptr) return nullptr;
  return as_array(*value, field);
}

Result<void> only_fields(const Object& object, std::initializer_list<std::string_view> fields) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(fields, name) == fields.end()) {
      return fail(ErrorCode::kInvalid, "{}: unknown field", name);
    }
  }
  return {};
}

}  // namespace holdfast::json
