// What the bodies of decisions and settings writes share. Private to this folder.
#pragma once

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

// What every body of both kinds must have.
inline constexpr std::size_t kNonceSize = 22;

inline bool read_nonce(protocol::JsonReader& in) {
  std::string nonce;
  return protocol::read_text(in, nonce, {.min = kNonceSize, .max = kNonceSize});
}

}  // namespace holdfast::chat
