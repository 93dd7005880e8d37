// Erasure: every `erase` event that is held here is obeyed, for ever. docs/protocol.md §11.
//
//   an erase event becomes durable
//     -> bodies in memory go at once, and whoever looks at them hears `erased`
//     -> one order after the other: which chats, which events of them, then the journal takes the
//        bodies away; then the shell stores how far that has come
//
//   a covered body comes again (a peer that was down, a browser, a backup, a branch)
//     -> its entry is journalled with the head alone (obey); one that was on its way already is
//        wiped when it turns up (held, loaded)
//
//   a head comes without its body
//     -> whoever may hold that body hears `erased`: the order may have been carried out before the
//        head was here, and no digest shows that a browser still has what it should not
//
// While the ledger is in doubt (erasure_ledger.h) events from before this start are hidden from
// clients. It ends when the peer's erasures have been fetched, or a person confirms the ledger; new
// chats always go on.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "chat/erasure.h"
#include "node/batches.h"
#include "node/chats.h"
#include "node/delivery.h"
#include "node/erasure_ledger.h"
#include "node/peer.h"

namespace holdfast::node {

class Erasure {
 public:
  // Hears of the events whose bodies went.
  using Went = std::function<void(const ChatKey&, const std::vector<Digest>&)>;

  Erasure(Turn& turn, Sessions& sessions, Chats& chats, const Peer& peer, Went went);

  // ---- what is to be erased ----
  // Reads what the journal knows. Until that is done nothing may be shown.
  void start();
  bool is_reading() const { return reading_.has_value(); }
  // An entry with an `erase` event is durable.
  void hold(const Entry& entry);
  // Nothing when that event is not held here.
  const std::vector<Acceptance>* find(const Digest& digest) const;
  // True when the read was one of ours.
  bool read_done(ReadId read, ReadAnswer& answer);
  // True when an erasure of that chat is known which covers everything up to `newest`.
  bool covers(const ChatKey& key, protocol::Hlc newest) const;

  // True when one covers this event, as genuine ones of these acceptances say.
  bool covers(const CachedChat& chat, const protocol::Content& content,
              const std::vector<Acceptance>& acceptances) const;

  // ---- what comes and goes ----
  // An entry on its way to the journal, behind those of the same turn: what is covered loses its
  // body here.
  void obey(Entry& entry, std::vector<Entry>& same_turn);
  // An entry was held: before anybody is told of it.
  void held(CachedChat& chat, std::size_t index, const Entry& entry);
  // A chat was read.
  void loaded(CachedChat& chat);
  // Tells a session, which has just been welcomed, what to drop of the chats that it knows.
  void tell(const Session& session, const std::vector<ChatId>& known);
  // At the end of a turn: tells everybody of the heads that came without their bodies in it.
  void tell_what_came();

  void tick();

  // ---- is the ledger whole? ----
  bool in_doubt() const { return turn_.veil.is_down(); }
  // It is: the peer's was fetched, or a person says so.
  void end_doubt();
  ErasureMark head() const { return ledger_.mark(ledger_.size()); }
  std::uint64_t carried_out() const { return carried_out_; }

 private:
  struct Order {
    chat::Erasure what;
    std::deque<ChatKey> chats;  // still to be looked at
    bool chats_known = false;
  };
  // An event whose body went.
  struct Gone {
    Digest digest;
    Audience audience;
  };

  void learn(const Entry& entry);
  void strip_in_memory(const chat::Erasure& what);
  void strip(CachedChat& chat, bool wipe);
  void strip(CachedChat& chat, std::size_t first, std::size_t last, bool wipe);
  std::optional<protocol::Hlc> cut_of(const CachedChat& chat) const;
  static bool covers(const protocol::Hlc& cut, const Event& event);
  // Tells everybody here who may hold them: every console of the site, whoever's the chat is by
  // now, and its visitor.
  void tell_everybody(const ChatKey& key, const std::optional<Author>& visitor,
                      const std::vector<Gone>& gone);
  // What should be gone: people are told, effects with these bodies given up.
  void went(const ChatKey& key, const std::optional<Author>& visitor,
            const std::vector<Gone>& gone);
  void tell(const std::vector<Session*>& sessions, const ChatId& chat, Audience up_to,
            const std::vector<Gone>& gone);
  void wipe_later(const ChatKey& key, const Digest& digest);
  // Starts the next piece of work for the journal, when none is under way.
  void work();
  void work_on(Order& order);
  void wipe_covered(const std::vector<journal::StoredEntry>& entries);
  void finish_order();
  void store();

  Turn& turn_;
  Sessions& sessions_;
  Chats& chats_;
  const Peer& peer_;
  const Went went_;

  chat::Erasures erasures_;
  ErasureLedger ledger_;
  std::map<Digest, std::vector<Acceptance>> held_;  // of those that people made
  std::optional<ReadId> reading_;
  std::vector<Entry> early_;  // durable before the journal was read
  std::uint64_t carried_out_ = 0;
  std::deque<std::optional<Order>> orders_;    // one for each event that is not carried out yet
  std::map<ChatKey, std::set<Digest>> wipes_;  // bodies that came again
  std::map<ChatKey, std::map<Digest, Audience>> came_;  // heads without bodies, in this turn
  std::optional<ReadId> under_way_;
  bool wiping_ = false;  // what is under way takes bodies that came again, not those of an order
};

}  // namespace holdfast::node
