// Reading and making an event's content, with the codes of the wire. docs/protocol.md §2.
//
// Two strictnesses, on purpose: read_content() takes whatever is well formed, of any kind, because
// facts of a newer version must survive; check_client_content() takes what this version lets a
// client say.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.h"
#include "protocol/event.h"
#include "protocol/names.h"

namespace holdfast::protocol {

// As parse_content(), with the code for the wire: frame_too_large, too_deep, bad_utf8, bad_text,
// bad_frame, bad_after, body_mismatch, version_unsupported.
Parsed<ContentPtr> read_content(std::string head_bytes, std::optional<std::string> body_bytes);

// Whether a client of this role may say this: kind, audience, authorship of a kind, `chat` of an
// opening event, form of the body. The caller compares author and site with the session.
// unknown_kind, not_allowed, forbidden_audience, bad_chat, bad_frame, bad_text, frame_too_large (it
// could not be given back).
std::expected<void, WireError> check_client_content(const Content& content, AuthorKind role);

// The form of a body of a known kind; of an unknown kind only that it is an object with a nonce.
std::expected<void, WireError> check_body(std::string_view kind, std::string_view body_bytes);

std::string_view name_of(Audience audience);
Audience audience_named(std::string_view name);  // an unknown one is kNodes

// ---- making content: nodes, the command line, the simulator and tests ----

struct Draft {
  SiteId site;
  ChatId chat;  // ignored for the kind `open`, whose chat is its own hash
  Author author;
  EventId id;
  std::string kind;
  Audience audience = Audience::kChat;
  std::vector<Digest> after;
};
// The content of the draft over `body_bytes` (a JSON object with its nonce). What it makes
// read_content() takes.
ContentPtr compose(const Draft& draft, std::string body_bytes);

// 22 characters, from 16 random bytes of the caller's.
std::string nonce_text(const std::array<std::uint8_t, 16>& random);
// The body of a message or note.
std::string text_body(std::string_view nonce, std::string_view text);

}  // namespace holdfast::protocol
