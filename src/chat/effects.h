// Side effects as facts: which of them a chat's events call for, and what the journal says of each.
//
// An effect (an e-mail, a call of a webhook) is named by a key that every holder of its cause
// computes alike, so that two deployments that cannot hear each other still speak of one effect.
// `claim` and `done` are events of the chat that the effect is about. docs/protocol.md §12.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/chat.h"
#include "protocol/event.h"

namespace holdfast::chat {

using EffectKey = Strong<struct EffectKeyTag, Hash32>;

inline constexpr std::string_view kTranscriptMail = "email.transcript";
inline constexpr std::string_view kOfflineMail = "email.offline";
inline constexpr std::string_view kWebhookPrefix = "webhook:";

// What is done, because of which event, for whom: a webhook's id or an e-mail address.
struct SideEffect {
  std::string what;
  protocol::Digest of;
  std::string to;
  friend auto operator<=>(const SideEffect&, const SideEffect&) = default;
};
EffectKey key_of(const protocol::SiteId& site, const protocol::ChatId& chat,
                 const SideEffect& effect);

// What a site's settings ask for: `what` for `to`, because of events that were accepted after
// `since`. `to` of email.transcript is empty: its visitor names it.
struct StandingOrder {
  std::string what;
  std::string to;
  protocol::Hlc since;
  friend auto operator<=>(const StandingOrder&, const StandingOrder&) = default;
};

// The effects that one event calls for by itself; none when its body was erased.
std::vector<SideEffect> effects_of(const protocol::Event& event,
                                   std::span<const StandingOrder> orders);

// The transcript that a closed chat owes its visitor: `of` is the newest message that the closing
// covers, so that two deployments that both close it owe one, and a chat that was closed, taken up
// again and closed owes another only when something was said in between. None while an event that
// the closing covers is missing, and none for a chat in which no operator spoke: else anybody could
// have any text sent to any address.
std::optional<SideEffect> transcript_owed(std::span<const protocol::Event> events,
                                          std::span<const StandingOrder> orders);

// What the visitor said about themselves: field by field the last one in the transcript counts.
struct Contact {
  std::string name;
  std::string email;
  bool transcript = false;
};
Contact contact_of(std::span<const protocol::Event> events);

// "I am about to do this", by the decider of (epoch, term).
struct Claim {
  EffectKey key;
  SideEffect effect;
  protocol::Epoch epoch;
  protocol::Term term;
  bool autonomous = false;
};
// Fails for an event that is no claim of a deployment's, or whose key is not that of its fields.
Result<Claim> parse_claim(const protocol::Content& content);
std::string claim_body(const Claim& claim, const std::string& nonce);

// The end of it: delivered, or given up. Of several, one that delivered counts.
struct Done {
  EffectKey key;
  bool ok = false;
  std::uint64_t tries = 0;
  std::string why;  // of giving up
};
Result<Done> parse_done(const protocol::Content& content);
std::string done_body(const Done& done, const std::string& nonce);

}  // namespace holdfast::chat
