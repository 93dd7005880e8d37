// Reads a JSON text in one pass, without building a tree: the caller asks for what it expects, the
// reader gives it or fails.
//
//   JsonReader in(text, kDepthMax);
//   std::string_view name;
//   if (!in.open_object()) return in.error();
//   while (in.next_member(name)) { if (name == "why") in.read_text(why); else unknown.skip(in,
//   name); } if (!in.finish() …) return in.error();
//
// Strict like base/json.h (RFC 8259 and nothing more). The text must be valid UTF-8; whoever opens
// the reader has checked that. Every call returns false once something failed; the first failure
// stands, and names its field with its path. A duplicate name is found by the caller's Members,
// which every object has.
#pragma once

#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.h"

namespace holdfast::protocol {

class JsonReader {
 public:
  JsonReader(std::string_view text, unsigned depth_max)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), depth_max_(depth_max) {}

  bool open_object();
  // The next member's name; its value must be read or skipped before the next call. False at the
  // end of the object.
  bool next_member(std::string_view& name);
  bool open_array();
  // True when an item follows, which must be read or skipped. False at the end of the array.
  bool next_item();

  bool read_text(std::string& out);
  bool read_unsigned(
      std::uint64_t& out);  // an integer of 0 to 2^53-1, without fraction or exponent
  bool read_bool(bool& out);
  bool at_null();  // looks, takes nothing
  bool read_null();
  bool skip_value();  // of any type, checked as strictly
  // The bytes of the next value as they stand.
  bool read_raw(std::string_view& out);

  // Nothing but white space is left.
  bool finish();

  bool failed() const { return failed_; }
  bool fail(Code code, std::string_view why);  // returns false, for `return in.fail(…)`
  // Puts the name of the surrounding field, or an index, before the path of the failure. Returns
  // false.
  bool within(std::string_view field);
  bool within(std::size_t index);
  WireError error() const;

 private:
  void skip_space();
  bool open(char bracket, const char* what);
  bool read_name(std::string_view& name);
  bool read_string_rest(const char* run, std::string& out);
  bool read_escape(std::string& out);
  bool read_hex4(std::uint32_t& out);
  bool skip_string();
  bool skip_number();
  bool skip_object();
  bool literal(std::string_view word);
  bool expected(const char* what);

  const char* begin_;
  const char* at_;
  const char* end_;
  unsigned depth_max_;
  unsigned depth_ = 0;
  bool first_ = true;  // nothing was read yet in the innermost container
  bool failed_ = false;
  Code code_ = Code::kBadFrame;
  std::string why_;
  std::string path_;
  std::forward_list<std::string> escaped_names_;
};

// The names of one object's members: which of the known ones were seen, and that none stands twice.
class Members {
 public:
  // Marks known member number `bit`; fails when it was seen before.
  bool once(JsonReader& in, unsigned bit, std::string_view name);
  // Skips the value of a member that nobody here knows.
  bool skip(JsonReader& in, std::string_view name);
  // At the end of the object: no failure, no name twice among the unknown, and every bit of
  // `required` seen; `names` are those of the bits.
  bool complete(JsonReader& in, std::uint32_t required, const std::string_view* names);
  bool has(unsigned bit) const { return (seen_ >> bit & 1U) != 0; }

 private:
  std::uint32_t seen_ = 0;
  std::vector<std::string_view> unknown_;
};

}  // namespace holdfast::protocol
