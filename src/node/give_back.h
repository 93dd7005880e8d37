// Give-back: who brings this deployment what a client has and it lacks.
//
// A client whose digest of a chat differs from ours says what it holds (`have`). What it lacks it
// is sent. What we lack is asked of one holder (`want`); the others, and everybody while the peer
// is sending, hear `wait`. A holder or a peer that brings nothing within give_back_lapse_ms loses
// its turn to the next one. When no holder is left the digests still differ, and the next `have`
// starts again; so nothing here must be remembered for long, and nothing is lost when a session
// goes.
//
//   visitor  have [m1 m2] --> node        operator  have [m1 m2] --> node
//            <-- want [m2]                          <-- wait [m2]      (the visitor was asked)
//            (gone)                                 <-- want [m2]      (2 s later)
//                                                   give m2 -->
#pragma once

#include <map>
#include <vector>

#include "node/intake.h"
#include "replication/peer_link.h"

namespace holdfast::node {

class GiveBack {
 public:
  GiveBack(Turn& turn, Sessions& sessions, Chats& chats, Batches& batches, Delivery& delivery,
           Intake& intake, Gate& gate, const replication::PeerLink& link)
      : turn_(turn),
        sessions_(sessions),
        chats_(chats),
        batches_(batches),
        delivery_(delivery),
        intake_(intake),
        gate_(gate),
        link_(link) {}

  // One page; the last one is answered.
  void have(Session& session, from_client::Have page);
  void give(Session& session, from_client::Give frame);

  // It is here: nobody needs to bring it any more.
  void arrived(const ChatKey& key, const Digest& digest);
  void session_gone(SessionId session);
  void tick();

  std::size_t wanted() const { return wanted_.size(); }

 private:
  using Items = std::vector<protocol::HeldItem>;
  struct Wanted {
    std::optional<SessionId> asked;  // empty: the peer is expected to send it
    MonoMs since;
    std::vector<SessionId> holders;  // who else has it, in the order in which they said so
  };
  using Key = std::pair<ChatKey, Digest>;

  void answer(Session& session, CachedChat& chat, const Items& items);
  void tell_erased(Session& session, const CachedChat& chat, const Items& items);
  void send_lacking(Session& session, const CachedChat& chat, const Items& items);
  void ask_for_missing(Session& session, const CachedChat& chat, const Items& items);
  bool lacks(const CachedChat& chat, const protocol::HeldItem& item) const;
  bool was_asked(const Session& session, const ChatKey& key,
                 const protocol::GivenEvent& given) const;
  void ask_next(const Key& key, Wanted& wanted,
                std::map<std::pair<SessionId, ChatKey>, std::vector<Digest>>& asks);

  Turn& turn_;
  Sessions& sessions_;
  Chats& chats_;
  Batches& batches_;
  Delivery& delivery_;
  Intake& intake_;
  Gate& gate_;
  const replication::PeerLink& link_;
  std::map<Key, Wanted> wanted_;
};

}  // namespace holdfast::node
