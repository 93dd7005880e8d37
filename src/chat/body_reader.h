// What those share who read the bodies of events. Private to this folder.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/event.h"
#include "protocol/fields.h"
#include "protocol/frame_text.h"

namespace holdfast::chat {

inline constexpr std::size_t kReplacesMax = 300;

inline bool read_digests(protocol::JsonReader& in, std::vector<protocol::Digest>& out) {
  return protocol::read_list(in, out, kReplacesMax,
                             [](protocol::JsonReader& in, protocol::Digest& digest) {
                               return protocol::read_hash(in, digest);
                             });
}

// The body of `content`, which must be of `kind`, read by `read(in, value)`.
template <class T, class Read>
Result<T> read_body(const protocol::Content& content, std::string_view kind, Read read) {
  if (content.head.kind != kind)
    return fail(ErrorCode::kInvalid, "kind {}, not {}", content.head.kind, kind);
  if (!content.body_bytes) return fail(ErrorCode::kNotFound, "the body was erased");
  auto value = protocol::parse_document<T>(*content.body_bytes, protocol::kBodyBytesMax, read);
  if (!value) return fail(ErrorCode::kInvalid, "{}", value.error().why);
  return *std::move(value);
}

// The members of the object that stands next in `in`: those that have a name here are read by
// `read_member(in, number, value)` and noted in `members`, others may be anything.
template <std::size_t N, class T>
bool read_members(protocol::JsonReader& in, protocol::Members& members,
                  const std::string_view (&names)[N], T& value,
                  bool (*read_member)(protocol::JsonReader&, std::size_t, T&)) {
  if (!in.open_object()) return false;
  std::string_view name;
  while (in.next_member(name)) {
    const auto number = static_cast<std::size_t>(std::ranges::find(names, name) - names);
    if (number == N) {
      if (!members.skip(in, name)) return false;
    } else if (!members.once(in, static_cast<unsigned>(number), name) ||
               !read_member(in, number, value)) {
      return in.within(names[number]);
    }
  }
  return !in.failed();
}

// What a body that a person or a decider wrote must have.
inline constexpr std::size_t kNonceSize = 22;

inline bool read_nonce(protocol::JsonReader& in) {
  std::string nonce;
  return protocol::read_text(in, nonce, {.min = kNonceSize, .max = kNonceSize});
}

}  // namespace holdfast::chat
