#include "protocol/json_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/plant.h"
#include "protocol/plain_run.h"

namespace holdfast::protocol {
namespace {

constexpr std::uint64_t kSafeInteger = 9'007'199'254'740'991;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

}  // namespace

bool JsonReader::fail(Code code, std::string_view why) {
  if (failed_) return false;
  failed_ = true;
  code_ = code;
  why_ = why;
  return false;
}

bool JsonReader::expected(const char* what) {
  if (failed_) return false;
  if (at_ == end_) return fail(Code::kBadFrame, fmt::format("ends where {} was due", what));
  return fail(Code::kBadFrame, fmt::format("{} was due at byte {}", what, at_ - begin_));
}

bool JsonReader::within(std::string_view field) {
  const bool joined = path_.empty() || path_.front() == '[';
  path_.insert(0, joined ? std::string(field) : std::string(field) + ".");
  return false;
}

bool JsonReader::within(std::size_t index) {
  const bool joined = path_.empty() || path_.front() == '[';
  path_.insert(0, fmt::format("[{}]{}", index, joined ? "" : "."));
  return false;
}

WireError JsonReader::error() const {
  return {code_, path_.empty() ? why_ : path_ + ": " + why_};
}

void JsonReader::skip_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
}

bool JsonReader::open(char bracket, const char* what) {
  skip_space();
  if (failed_ || at_ == end_ || *at_ != bracket) return expected(what);
  if (depth_ == depth_max_)
    return fail(Code::kTooDeep, fmt::format("nested deeper than {}", depth_max_));
  ++at_;
  ++depth_;
  first_ = true;
  return true;
}

bool JsonReader::open_object() {
  return open('{', "an object");
}
bool JsonReader::open_array() {
  return open('[', "a list");
}

bool JsonReader::next_item() {
  skip_space();
  if (failed_) return false;
  if (at_ == end_) return expected("an item or ]");
  if (*at_ == ']') {
    ++at_;
    --depth_;
    first_ = false;
    return false;
  }
  if (first_) {
    first_ = false;
    return true;
  }
  if (*at_ != ',') return expected(", or ]");
  ++at_;
  skip_space();
  if (at_ != end_ && *at_ == ']') return expected("an item");
  return true;
}

bool JsonReader::next_member(std::string_view& name) {
  skip_space();
  if (failed_) return false;
  if (at_ == end_) return expected("a member or }");
  if (*at_ == '}') {
    ++at_;
    --depth_;
    first_ = false;
    return false;
  }
  if (!first_) {
    if (*at_ != ',') return expected(", or }");
    ++at_;
    skip_space();
  }
  first_ = false;
  if (!read_name(name)) return false;
  skip_space();
  if (at_ == end_ || *at_ != ':') return expected("a colon");
  ++at_;
  return true;
}

bool JsonReader::read_name(std::string_view& name) {
  if (at_ == end_ || *at_ != '"') return expected("a name");
  const char* run = at_ + 1;
  const char* stop = plain_run_end(run, end_);
  if (stop != end_ && *stop == '"') {
    name = {run, static_cast<std::size_t>(stop - run)};
    at_ = stop + 1;
    return true;
  }
  if (!read_text(escaped_names_.emplace_front())) return false;
  name = escaped_names_.front();
  return true;
}

bool JsonReader::read_text(std::string& out) {
  skip_space();
  if (failed_ || at_ == end_ || *at_ != '"') return expected("a text");
  const char* run = ++at_;
  at_ = plain_run_end(run, end_);
  if (at_ != end_ && *at_ == '"') {
    out.assign(run, static_cast<std::size_t>(at_ - run));
    ++at_;
    first_ = false;
    return true;
  }
  out.clear();
  out.reserve(static_cast<std::size_t>(at_ - run) + 256);
  return read_string_rest(run, out);
}

// `at_` stands where the first plain run ended.
bool JsonReader::read_string_rest(const char* run, std::string& out) {
  for (;;) {
    out.append(run, static_cast<std::size_t>(at_ - run));
    if (at_ == end_) return expected("the end of a text");
    if (*at_ == '"') break;
    if (*at_ != '\\') return fail(Code::kBadFrame, "a bare control character in a text");
    // Embedded documents are made of \" and little else.
    if (end_ - at_ > 1 && at_[1] == '"') {
      out += '"';
      at_ += 2;
    } else if (!read_escape(out)) {
      return false;
    }
    run = at_;
    at_ = plain_run_end(run, end_);
  }
  ++at_;
  first_ = false;
  return true;
}

bool JsonReader::read_escape(std::string& out) {
  ++at_;
  if (at_ == end_) return expected("an escape");
  switch (*at_++) {
    case '"':
      out += '"';
      return true;
    case '\\':
      out += '\\';
      return true;
    case '/':
      out += '/';
      return true;
    case 'b':
      out += '\b';
      return true;
    case 'f':
      out += '\f';
      return true;
    case 'n':
      out += '\n';
      return true;
    case 'r':
      out += '\r';
      return true;
    case 't':
      out += '\t';
      return true;
    case 'u':
      break;
    default:
      --at_;
      return expected("an escape");
  }
  std::uint32_t c = 0;
  if (!read_hex4(c)) return false;
  if (c >= 0xDC00 && c <= 0xDFFF) return fail(Code::kBadText, "a lone surrogate");
  if (c >= 0xD800 && c <= 0xDBFF) {
    std::uint32_t low = 0;
    if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u')
      return fail(Code::kBadText, "a lone surrogate");
    at_ += 2;
    if (!read_hex4(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return fail(Code::kBadText, "a lone surrogate");
    c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
  }
  append_utf8(out, c);
  return true;
}

bool JsonReader::read_hex4(std::uint32_t& out) {
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_ == end_ && !planted(Plant::kHexBeyondTheEnd)) return expected("a hex digit");
    const char c = *at_;
    std::uint32_t digit;
    if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A') + 10;
    } else {
      return expected("a hex digit");
    }
    out = out << 4 | digit;
  }
  return true;
}

bool JsonReader::read_unsigned(std::uint64_t& out) {
  skip_space();
  if (failed_ || at_ == end_ || !is_digit(*at_)) return expected("a whole number");
  std::uint64_t value = 0;
  const char* const start = at_;
  for (; at_ != end_ && is_digit(*at_); ++at_) {
    if (at_ - start == 16) return fail(Code::kBadFrame, "a number above 2^53-1");
    value = value * 10 + static_cast<std::uint64_t>(*at_ - '0');
  }
  if (*start == '0' && at_ - start > 1)
    return fail(Code::kBadFrame, "a number with a leading zero");
  if (at_ != end_ && (*at_ == '.' || *at_ == 'e' || *at_ == 'E'))
    return fail(Code::kBadFrame, "not a whole number");
  if (value > kSafeInteger) return fail(Code::kBadFrame, "a number above 2^53-1");
  out = value;
  first_ = false;
  return true;
}

bool JsonReader::literal(std::string_view word) {
  if (static_cast<std::size_t>(end_ - at_) < word.size() ||
      std::memcmp(at_, word.data(), word.size()) != 0)
    return false;
  at_ += word.size();
  first_ = false;
  return true;
}

bool JsonReader::read_bool(bool& out) {
  skip_space();
  if (failed_) return false;
  if (literal("true")) {
    out = true;
    return true;
  }
  if (literal("false")) {
    out = false;
    return true;
  }
  return expected("true or false");
}

bool JsonReader::at_null() {
  skip_space();
  return !failed_ && at_ != end_ && *at_ == 'n';
}

bool JsonReader::read_null() {
  skip_space();
  return (!failed_ && literal("null")) || expected("null");
}

bool JsonReader::skip_string() {
  std::string ignored;
  return read_text(ignored);
}

bool JsonReader::skip_number() {
  if (at_ != end_ && *at_ == '-') ++at_;
  if (at_ == end_ || !is_digit(*at_)) return expected("a value");
  if (*at_ == '0' && end_ - at_ > 1 && is_digit(at_[1]))
    return fail(Code::kBadFrame, "a number with a leading zero");
  while (at_ != end_ && is_digit(*at_)) ++at_;
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (at_ == end_ || !is_digit(*at_)) return expected("a digit");
    while (at_ != end_ && is_digit(*at_)) ++at_;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (at_ == end_ || !is_digit(*at_)) return expected("a digit");
    while (at_ != end_ && is_digit(*at_)) ++at_;
  }
  first_ = false;
  return true;
}

bool JsonReader::skip_object() {
  Members members;
  std::string_view name;
  if (!open_object()) return false;
  while (next_member(name)) {
    if (!members.skip(*this, name)) return false;
  }
  return members.complete(*this, 0, nullptr);
}

// Recursion ends at depth_max_.
bool JsonReader::skip_value() {
  skip_space();
  if (failed_ || at_ == end_) return expected("a value");
  switch (*at_) {
    case '"':
      return skip_string();
    case '{':
      return skip_object();
    case '[':
      if (!open_array()) return false;
      while (next_item()) {
        if (!skip_value()) return false;
      }
      return !failed_;
    case 't':
      return literal("true") || expected("a value");
    case 'f':
      return literal("false") || expected("a value");
    case 'n':
      return literal("null") || expected("a value");
    default:
      return skip_number();
  }
}

bool JsonReader::read_raw(std::string_view& out) {
  skip_space();
  const char* const start = at_;
  if (!skip_value()) return false;
  out = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

bool JsonReader::finish() {
  skip_space();
  if (!failed_ && at_ != end_) return expected("the end");
  return !failed_;
}

bool Members::once(JsonReader& in, unsigned bit, std::string_view name) {
  if (has(bit)) return in.fail(Code::kBadFrame, fmt::format("{} stands twice", name));
  seen_ |= 1U << bit;
  return true;
}

bool Members::skip(JsonReader& in, std::string_view name) {
  unknown_.push_back(name);
  return in.skip_value();
}

bool Members::complete(JsonReader& in, std::uint32_t required, const std::string_view* names) {
  if (in.failed()) return false;
  if (unknown_.size() > 1) {
    std::ranges::sort(unknown_);
    if (std::ranges::adjacent_find(unknown_) != unknown_.end())
      return in.fail(Code::kBadFrame, "one name twice in an object");
  }
  const std::uint32_t missing = required & ~seen_;
  if (missing != 0) {
    in.fail(Code::kBadFrame, "missing");
    return in.within(names[static_cast<std::size_t>(__builtin_ctz(missing))]);
  }
  return true;
}

}  // namespace holdfast::protocol
