#include "protocol/json_writer.h"

#include <array>
#include <charconv>

#include "base/encoding.h"
#include "protocol/base64url32.h"
#include "protocol/hlc.h"
#include "protocol/plain_run.h"

namespace holdfast::protocol {
namespace {

// 0: as it is. 'u': \u00XX. Anything else: backslash and that.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

}  // namespace

std::size_t json_text_size(std::string_view text) {
  std::size_t size = text.size() + 2;
  for (const char c : text) {
    const char escape = kEscapes[static_cast<std::uint8_t>(c)];
    if (escape != 0) size += escape == 'u' ? 5 : 1;
  }
  return size;
}

void JsonWriter::text(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  out_ += '"';
  for (;;) {
    const char* const stop = plain_run_end(at, end);
    out_.append(at, static_cast<std::size_t>(stop - at));
    if (stop == end) break;
    escape(*stop);
    at = stop + 1;
  }
  out_ += '"';
}

void JsonWriter::escape(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  const char letter = kEscapes[byte];
  const char escaped[] = {'\\', letter, '0', '0', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
  out_.append(escaped, letter == 'u' ? 6 : 2);
}

void JsonWriter::number(std::uint64_t value) {
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  out_.append(digits, result.ptr);
}

void JsonWriter::hash(const Hash32& hash) {
  char quoted[kHashTextSize + 2];
  quoted[0] = quoted[kHashTextSize + 1] = '"';
  encode_base64url32(hash, quoted + 1);
  out_.append(quoted, sizeof quoted);
}

void JsonWriter::hlc(Hlc hlc) {
  out_ += '"';
  out_ += hlc_text(hlc);
  out_ += '"';
}

}  // namespace holdfast::protocol
