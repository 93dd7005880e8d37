// Reads the field types of schema.json: each checks form and bounds, and fails with the code and
// the reason that go on the wire. Private to the generated frames and to event.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "protocol/ids.h"
#include "protocol/json_reader.h"

namespace holdfast::protocol {

struct Bounds {
  std::size_t min = 0;
  std::size_t max = 9'007'199'254'740'991;
};

bool read_int(JsonReader& in, std::uint64_t& out, Bounds bounds);
bool read_ms(JsonReader& in, WallMs& out);
bool read_text(JsonReader& in, std::string& out, Bounds bytes);
bool read_clean(JsonReader& in, std::string& out, Bounds bytes);  // no control characters
bool read_json(JsonReader& in, std::string& out, Bounds bytes);   // an embedded document, as text
bool read_url(JsonReader& in, std::string& out);
bool read_secret(JsonReader& in, std::string& out);
bool read_ulid(JsonReader& in, std::string& out);
bool read_hash(JsonReader& in, Hash32& out);
bool read_site(JsonReader& in, SiteId& out);
bool read_chat(JsonReader& in, ChatId& out);
bool read_chat_or_none(JsonReader& in, ChatId& out);
bool read_author(JsonReader& in, Author& out);
bool read_operator(JsonReader& in, Author& out);
bool read_event_id(JsonReader& in, EventId& out);
bool read_origin(JsonReader& in, Origin& out);
bool read_seq(JsonReader& in, Seq& out);
bool read_hlc(JsonReader& in, Hlc& out);
bool read_key_id(JsonReader& in, KeyId& out);
bool read_epoch(JsonReader& in, Epoch& out);
bool read_term(JsonReader& in, Term& out);
bool read_deployment(JsonReader& in, Deployment& out);
bool read_code(JsonReader& in, Code& out);

template <class Tag>
bool read_hash(JsonReader& in, Strong<Tag, Hash32>& out) {
  Hash32 hash;
  if (!read_hash(in, hash)) return false;
  out = Strong<Tag, Hash32>(hash);
  return true;
}

// A list of at most `max` items, each read by `read_item(in, item)`.
template <class T, class ReadItem>
bool read_list(JsonReader& in, std::vector<T>& out, std::size_t max, ReadItem read_item) {
  if (!in.open_array()) return false;
  out.clear();
  while (in.next_item()) {
    if (out.size() == max) return in.fail(Code::kTooMany, "more than " + std::to_string(max));
    if (!read_item(in, out.emplace_back())) return in.within(out.size() - 1);
  }
  return !in.failed();
}

}  // namespace holdfast::protocol
