// What an `erase` event covers, as pure functions. docs/protocol.md §11.
//
// An erasure names a person or a chat and a cut in time. It takes the bodies of what people wrote
// in the chats that it names, up to the cut; it takes no head, no acceptance and no decision, so
// every holder computes the same transcript, digests and routing as before, with less to read.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "protocol/event.h"

namespace holdfast::chat {

// Read from an `erase` event.
struct Erasure {
  protocol::SiteId site;
  std::optional<protocol::Author> visitor;  // all chats that they opened; or
  std::optional<protocol::ChatId> chat;     // this one
  protocol::Hlc until;
};

// kInvalid, with the field: not a body of an `erase` event, or by an author who cannot erase that
// (a deployment erases chats, whose time is over; administrators and operators people, too).
// kNotFound: it has no body.
Result<Erasure> parse_erasure(const protocol::Content& content);
std::string erasure_body(const Erasure& erasure, const std::string& nonce, std::string_view why);

// Whether an erasure takes this body: it is what a visitor or an operator wrote, of whatever kind,
// or a deployment's note of an e-mail address (a claim of a transcript).
bool is_erasable(const protocol::Content& content);
// Whether one of these acceptances was made at or before the cut.
bool accepted_by(std::span<const protocol::Acceptance> acceptances, protocol::Hlc until);

// All erasures that are known, folded: the latest cut for each person and each chat.
class Erasures {
 public:
  // False when it says nothing new.
  bool add(const Erasure& erasure);
  // The latest cut for a chat; `visitor`: who opened it, where that is known.
  std::optional<protocol::Hlc> until(const protocol::SiteId& site, const protocol::ChatId& chat,
                                     const std::optional<protocol::Author>& visitor) const;
  bool empty() const { return visitors_.empty() && chats_.empty(); }

 private:
  std::map<std::pair<protocol::SiteId, protocol::Author>, protocol::Hlc> visitors_;
  std::map<std::pair<protocol::SiteId, protocol::ChatId>, protocol::Hlc> chats_;
};

}  // namespace holdfast::chat
