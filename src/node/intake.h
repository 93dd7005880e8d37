// What a client says becomes an entry, or is refused with a code.
//
// The checks stand in this order: may this session say anything now (rate, gate), is it well
// formed, is it the session's own to say (site, author, kind, audience), and then, with the chat at
// hand: is it the chat's visitor, is its id free, does it come after what it may come after, and
// does the identity that it carries hold (identity.h). An event that is held already is no error:
// it is answered with the acceptance it has.
//
// Give-back follows other rules for the second half: what carries a genuine acceptance was checked
// by whoever took it, is taken whatever its kind, and keeps its acceptance. What carries none
// counts as sent by the session.
#pragma once

#include <functional>

#include "node/batches.h"
#include "node/carry.h"
#include "node/chats.h"
#include "node/delivery.h"
#include "node/gate.h"
#include "node/ledger.h"
#include "node/sessions.h"
#include "node/settings.h"

namespace holdfast::node {

class Intake {
 public:
  // Takes an event that belongs to no chat: settings, erasures.
  using TakeChatless =
      std::function<void(Session&, const ContentPtr&, const std::vector<Acceptance>&)>;

  // Whether an erasure that is known here covers this event, as genuine ones of these acceptances
  // say.
  using IsErased = std::function<bool(const CachedChat&, const protocol::Content&,
                                      const std::vector<Acceptance>&)>;

  Intake(Turn& turn, Sessions& sessions, const Settings& settings, Chats& chats, Batches& batches,
         Ledger& ledger, Delivery& delivery, Gate& gate, TakeChatless take_chatless,
         IsErased is_erased);

  void send(Session& session, from_client::Send frame);
  // One event of a give-back for `chat`, which is here.
  void give(Session& session, CachedChat& chat, protocol::GivenEvent given);

 private:
  // A client's event that needs only its chat to be judged.
  struct Claim {
    ContentPtr content;
    std::vector<Acceptance> acceptances;  // that the client knows of, not checked yet
    SessionId session;
    bool is_operator;
  };

  bool within_rate(Session& session, const Digest& digest);
  Parsed<ContentPtr> own_content(const Session& session, std::string head, std::string body) const;
  void take(CachedChat& chat, const Claim& claim);
  Parsed<void> judge(CachedChat& chat, const Claim& claim);
  // A node that took it has judged it.
  bool is_accepted_elsewhere(const Claim& claim) const;
  Parsed<void> check_after(const CachedChat& chat, const protocol::Content& content);
  // Journals those acceptances that are genuine and not known yet; returns how many were genuine.
  std::size_t carry(const CachedChat& chat, const ContentPtr& content,
                    const std::vector<Acceptance>& acceptances);
  bool answer_known(CachedChat& chat, const Claim& claim);
  // Of the address from which the session came; nothing where none is limited.
  TokenBucket* new_chats_from(SessionId session);
  void refuse_to(SessionId session, const Digest& digest, const WireError& error,
                 std::uint64_t retry_ms = 0);

  Turn& turn_;
  Sessions& sessions_;
  const Settings& settings_;
  Chats& chats_;
  Batches& batches_;
  Ledger& ledger_;
  Delivery& delivery_;
  Gate& gate_;
  TakeChatless take_chatless_;
  IsErased is_erased_;
  TokenBucket new_chats_;  // of the whole node
  std::map<std::string, TokenBucket> new_chats_by_address_;
};

}  // namespace holdfast::node
