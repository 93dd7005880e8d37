#include "protocol/fields.h"

#include <fmt/core.h>

#include "base/ulid.h"
#include "protocol/base64url32.h"
#include "protocol/hlc.h"
#include "protocol/names.h"
#include "protocol/text.h"

namespace holdfast::protocol {
namespace {

bool within_bounds(JsonReader& in, std::size_t size, Bounds bytes, Code too_long) {
  if (size > bytes.max)
    return in.fail(too_long, fmt::format("{} bytes, at most {}", size, bytes.max));
  if (size < bytes.min)
    return in.fail(Code::kBadFrame, fmt::format("{} bytes, at least {}", size, bytes.min));
  return true;
}

// A name: a text of a form that `is_form` knows.
template <class Name>
bool read_name(JsonReader& in, Name& out, bool (*is_form)(std::string_view), const char* what) {
  std::string text;
  if (!in.read_text(text)) return false;
  if (!is_form(text)) return in.fail(Code::kBadFrame, fmt::format("not {}", what));
  out = Name(std::move(text));
  return true;
}

template <class Number>
bool read_number(JsonReader& in, Number& out, Bounds bounds) {
  std::uint64_t value = 0;
  if (!read_int(in, value, bounds)) return false;
  out = Number(value);
  return true;
}

bool is_none_or_hash_text(std::string_view text) {
  return text.empty() || is_hash_text(text);
}

bool is_url(std::string_view text) {
  const bool scheme = text.starts_with("http://") || text.starts_with("https://") ||
                      text.starts_with("ws://") || text.starts_with("wss://");
  return scheme && text.size() <= 500 &&
         text.find_first_of(" \"<>\\^`{|}\t\n\r") == std::string_view::npos && !text_fault(text);
}

}  // namespace

bool read_int(JsonReader& in, std::uint64_t& out, Bounds bounds) {
  if (!in.read_unsigned(out)) return false;
  if (out < bounds.min || out > bounds.max) {
    return in.fail(Code::kBadFrame,
                   fmt::format("{}, not within {} to {}", out, bounds.min, bounds.max));
  }
  return true;
}

bool read_ms(JsonReader& in, WallMs& out) {
  std::uint64_t value = 0;
  if (!in.read_unsigned(value)) return false;
  out = WallMs(static_cast<std::int64_t>(value));
  return true;
}

bool read_text(JsonReader& in, std::string& out, Bounds bytes) {
  return in.read_text(out) && within_bounds(in, out.size(), bytes, Code::kBadText);
}

bool read_clean(JsonReader& in, std::string& out, Bounds bytes) {
  if (!read_text(in, out, bytes)) return false;
  if (const auto fault = text_fault(out)) return in.fail(Code::kBadText, *fault);
  return true;
}

bool read_json(JsonReader& in, std::string& out, Bounds bytes) {
  return in.read_text(out) && within_bounds(in, out.size(), bytes, Code::kFrameTooLarge);
}

bool read_url(JsonReader& in, std::string& out) {
  return read_name(in, out, is_url, "a URL");
}

bool read_secret(JsonReader& in, std::string& out) {
  return read_name(in, out, is_hash_text, "43 characters of base64url");
}

bool read_ulid(JsonReader& in, std::string& out) {
  return read_name(in, out, is_ulid, "a ULID");
}

bool read_hash(JsonReader& in, Hash32& out) {
  std::string text;
  if (!in.read_text(text)) return false;
  const auto hash = decode_base64url32(text);
  if (!hash) return in.fail(Code::kBadFrame, "not 43 characters of base64url");
  out = *hash;
  return true;
}

bool read_site(JsonReader& in, SiteId& out) {
  return read_name(in, out, is_site, "a site");
}
bool read_chat(JsonReader& in, ChatId& out) {
  return read_name(in, out, is_hash_text, "a chat");
}
bool read_chat_or_none(JsonReader& in, ChatId& out) {
  return read_name(in, out, is_none_or_hash_text, "a chat");
}
bool read_author(JsonReader& in, Author& out) {
  return read_name(in, out, is_author, "an author");
}
bool read_operator(JsonReader& in, Author& out) {
  return read_name(in, out, is_operator, "an operator");
}
bool read_event_id(JsonReader& in, EventId& out) {
  return read_name(in, out, is_ulid, "a ULID");
}
bool read_origin(JsonReader& in, Origin& out) {
  return read_name(in, out, is_origin, "an origin");
}
bool read_key_id(JsonReader& in, KeyId& out) {
  return read_name(in, out, is_key_id, "a key id");
}

bool read_seq(JsonReader& in, Seq& out) {
  return read_number(in, out, {.min = 1});
}
bool read_epoch(JsonReader& in, Epoch& out) {
  return read_number(in, out, {});
}
bool read_term(JsonReader& in, Term& out) {
  return read_number(in, out, {});
}

bool read_hlc(JsonReader& in, Hlc& out) {
  std::string text;
  if (!in.read_text(text)) return false;
  const auto hlc = parse_hlc(text);
  if (!hlc) return in.fail(Code::kBadFrame, "not 16 hex digits");
  out = *hlc;
  return true;
}

bool read_deployment(JsonReader& in, Deployment& out) {
  std::string text;
  if (!in.read_text(text)) return false;
  const auto deployment = deployment_named(text);
  if (!deployment) return in.fail(Code::kBadFrame, "neither primary nor redundant");
  out = *deployment;
  return true;
}

bool read_code(JsonReader& in, Code& out) {
  std::uint64_t value = 0;
  if (!read_int(in, value, {.min = 4000, .max = 4999})) return false;
  out = static_cast<Code>(value);
  return true;
}

}  // namespace holdfast::protocol
