// Strict JSON, and typed access to objects whose errors name the field.
//
// Boost.JSON enters the code base here. Its parser keeps the last of two members with one name;
// ours refuses the text, so that two readers never see two meanings in one signed document.
#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

struct Limits {
  std::size_t depth_max = 16;
};

// RFC 8259 with nothing added: no comments, no trailing commas, valid UTF-8, no lone surrogates, no
// duplicate names, nothing after the value.
Result<Value> parse(std::string_view text, Limits limits = {});
Result<Object> parse_object(std::string_view text, Limits limits = {});

// Without white space; members in the order of their insertion.
std::string serialize(const Value& value);

struct IntRange {
  std::int64_t min = -9'007'199'254'740'991;  // what JavaScript holds exactly
  std::int64_t max = 9'007'199'254'740'991;
};

// The field, of that type, or kInvalid: "ttl_ms: missing", "ttl_ms: not an integer". Views and
// pointers live as long as `object`. A number with a fraction or an exponent is no integer.
Result<std::string_view> get_text(const Object& object, std::string_view field);
Result<std::int64_t> get_int(const Object& object, std::string_view field, IntRange range = {});
Result<double> get_number(const Object& object, std::string_view field);
Result<bool> get_bool(const Object& object, std::string_view field);
Result<const Object*> get_object(const Object& object, std::string_view field);
Result<const Array*> get_array(const Object& object, std::string_view field);

// As above for a field that may be absent; null is not absent.
Result<std::optional<std::string_view>> find_text(const Object& object, std::string_view field);
Result<std::optional<std::int64_t>> find_int(const Object& object, std::string_view field,
                                             IntRange range = {});
Result<std::optional<bool>> find_bool(const Object& object, std::string_view field);
Result<const Object*> find_object(const Object& object, std::string_view field);  // or nullptr
Result<const Array*> find_array(const Object& object, std::string_view field);    // or nullptr

// kInvalid, with its name, where `object` has a member that is not listed.
Result<void> only_fields(const Object& object, std::initializer_list<std::string_view> fields);

}  // namespace holdfast::json
