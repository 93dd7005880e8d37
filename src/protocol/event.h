// Content, acceptance and entry: the small immutable facts that everything else moves about.
// Formats: docs/protocol.md §§2-3.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/ids.h"

namespace holdfast::protocol {

// Widest first; an unknown one is read as kNodes.
enum class Audience { kChat, kOperators, kNodes };

// What a head says. The bytes it was read from stay beside it in Content; this is a view for code,
// never re-serialised.
struct Head {
  SiteId site;
  ChatId chat;
  Author author;
  EventId id;
  std::string kind;
  Audience audience;
  std::vector<Digest> after;
  Hash32 body_hash;
};

// One event's content as its author made it. Immutable and shared: parsed once, held by whoever
// needs it.
struct Content {
  std::string head_bytes;
  std::optional<std::string> body_bytes;  // empty when erased
  Head head;
  Digest digest;
};
using ContentPtr = std::shared_ptr<const Content>;

// Parses and checks a head and (when given) its body's hash. Fails with kInvalid and a reason that
// names the field. Unknown fields and kinds pass: refusing them is the node's business, and only
// for clients.
Result<ContentPtr> parse_content(std::string head_bytes, std::optional<std::string> body_bytes);

// The same event after its body was erased: head and digest as they were.
ContentPtr without_body(const Content& content);

// Made by the node that takes an event. Its identity is `mac`.
struct Acceptance {
  Origin origin;
  Seq seq;
  Hlc hlc;
  KeyId key;
  Mac mac;
  friend auto operator<=>(const Acceptance&, const Acceptance&) = default;
};

// Entry `seq` of `origin`: own when its acceptance names the same origin and seq, else carried
// (given back, re-entered).
struct Entry {
  Origin origin;
  Seq seq;
  ChainHash h;  // chain hash after this entry
  ContentPtr content;
  Acceptance acceptance;
  // h[seq-1]. Every entry carries it, so that one whose predecessor is not held still makes an
  // exact interval, and so that h == chain(before, digest, mac) can be checked of any entry by
  // itself.
  ChainHash before{};
};

// An event with every acceptance known to the holder, ascending by mac.
struct Event {
  ContentPtr content;
  std::vector<Acceptance> acceptances;
};

// Adds one acceptance to the known ones of an event, keeping them ascending by mac. False when it
// was known: merging is by union.
bool add_acceptance(std::vector<Acceptance>& known, const Acceptance& more);

}  // namespace holdfast::protocol
