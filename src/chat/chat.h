// Pure functions of a set of events: the transcript, who has a chat, what a link may see of it, and
// its digest. Whoever holds the same set computes the same answers, whatever the clocks say.
// docs/protocol.md §§3, 6.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "protocol/event.h"

namespace holdfast::chat {

// Place in the transcript. `order` is an hlc, raised above everything the event comes after.
struct Place {
  std::uint64_t order;
  protocol::EventId id;
  protocol::Digest digest;
  // By order, id, digest; digests as the texts that the protocol writes.
  friend std::strong_ordering operator<=>(const Place&, const Place&);
  friend bool operator==(const Place&, const Place&) = default;
};

struct Placed {
  Place place;
  const protocol::Event* event;
};

// The transcript of one chat: every event once, ascending by place. `events` are of one chat and
// have distinct digests; those without acceptances stand last, by id. O(n log n).
std::vector<Placed> fold_transcript(std::span<const protocol::Event> events);

// What a new event's `after` should name: of the events of `audience` or wider those that no other
// one of them names, ascending by place, the last 32.
inline constexpr std::size_t kFrontierMax = 32;
std::vector<protocol::Digest> frontier(std::span<const protocol::Event> events,
                                       protocol::Audience audience);

// Digest of a chat as a link may see it: kChat for a visitor, kOperators for a console.
Hash32 set_digest(std::span<const protocol::Event> events, protocol::Audience up_to);

// A decision, read from the body of a `route` event.
struct Decision {
  enum class State { kQueued, kAssigned, kClosed };
  State state = State::kQueued;
  std::optional<protocol::Author> operator_id;  // of kAssigned
  protocol::Epoch epoch;
  protocol::Term term;
  bool autonomous = false;
  std::vector<protocol::Digest> replaces;
  std::vector<protocol::Digest> covers;  // of kClosed
};
Result<Decision> parse_decision(const protocol::Content& content);
std::string decision_body(const Decision& decision, const std::string& nonce);

// Who has the chat.
struct Routing {
  Decision::State state = Decision::State::kQueued;
  std::optional<protocol::Author> operator_id;
  std::optional<protocol::Digest> winner;
  std::vector<protocol::Digest> unreplaced;  // what a new decision must name, ascending
};
Routing fold_routing(std::span<const protocol::Event> events);

// Every event that the named ones come after, themselves included.
std::set<protocol::Digest> past_of(std::span<const protocol::Event> events,
                                   std::span<const protocol::Digest> of);

// One register of the settings.
struct Write {
  std::string entity, field;
  std::string value_json;
  bool revoke = false;
  std::vector<protocol::Digest> replaces;
};
Result<Write> parse_write(const protocol::Content& content);
std::string write_body(const Write& write, const std::string& nonce);  // value_json verbatim
struct Register {
  std::optional<std::string> value_json;     // of the winner; empty when nothing was ever written
  std::vector<protocol::Digest> unreplaced;  // what a new write must name, ascending
  std::optional<protocol::Digest> winner;    // whose value it is
};
// `writes` are the `set` events of one (site, entity, field).
Register fold_register(std::span<const protocol::Event> writes);

}  // namespace holdfast::chat
