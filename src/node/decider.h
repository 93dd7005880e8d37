// Who gets a chat: the decider's role, and how an ask finds its decider.
//
// One deployment decides at a time, the one that the highest verdict names, and in it the node that
// holds the lease. An ask that reaches another one is passed on: to the lease holder over the bus,
// to the other deployment over the peer link. While an ask lives, whoever asked hears `pending`
// every 5 s; a decider that answers nothing for autonomous_after_ms is taken for gone, and the
// deployment to which the chat's client is attached decides by itself (`auto`), whatever the
// moderator says. So a lone survivor serves new chats; at worst two operators are in one chat, and
// both see it.
//
// A decision is an event like any other: it names every decision that it replaces, and goes out
// when it is durable. The commit checks the lease again, so a node that lost it without noticing
// decides nothing. Who may ask what is chat/permissions.h: everybody takes waiting chats and
// disposes of their own, a supervisor of everybody's. Asks are idempotent by `rid`: a client may
// ask over both of its links, and again.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "node/batches.h"
#include "node/chats.h"
#include "node/gate.h"
#include "node/lease.h"
#include "node/ledger.h"
#include "node/peer.h"
#include "node/settings.h"
#include "node/verdicts.h"

namespace holdfast::node {

class Decider {
 public:
  // Whether an operator is known to be here, at either deployment.
  using IsOnline = std::function<bool(const SiteId&, const Author&)>;

  Decider(Turn& turn, Chats& chats, Batches& batches, Ledger& ledger, Gate& gate,
          const Settings& settings, const Verdicts& verdicts, const Lease& lease, Peer& peer,
          IsOnline is_online);

  void ask(Session& session, from_client::Ask frame);
  void peer_asks(const from_peer::Ask& ask);
  void neighbour_asks(const Origin& node, const from_peer::Ask& ask);

  // Answers to what was passed on, from the peer or from another node.
  void decided(const from_peer::Decided& answer);
  void pending(const from_peer::Pending& answer);

  // Something of this chat arrived: asks that waited for it are looked at again.
  void chat_changed(const ChatKey& key);
  void session_gone(SessionId session);
  void tick();
  // A synthetic chat that its prober left behind is closed after an hour.
  void close_old_probes();

  std::size_t open_asks() const { return asks_.size(); }

 private:
  struct Open {
    from_peer::Ask ask;
    std::set<SessionId> sessions;  // who waits for the answer
    std::set<Origin> nodes;
    bool peer = false;
    MonoMs since;
    MonoMs heard;           // of a decider elsewhere, or `since`
    MonoMs renew;           // the next `pending`
    MonoMs forward;         // not before
    bool reading = false;   // the chat is being read
    bool deciding = false;  // the decision is on its way to the disk
  };
  struct Outcome {
    Author by;
    from_node::Decided answer;
  };
  enum class Where { kHere, kOtherNode, kPeer };

  Open* open(const from_peer::Ask& ask);
  // The answer, when it was given before; also when the rid is somebody else's.
  std::optional<from_node::Decided> answered_before(const from_peer::Ask& ask) const;
  Where where(const from_peer::Ask& ask) const;
  void consider(Open& open);
  void forward(Open& open);
  bool decider_is_silent(const Open& open) const;
  void decide_here(Open& open, bool autonomous);
  void decide(CachedChat& chat, Open& open, bool autonomous);
  Parsed<std::optional<chat::Decision>> weigh(const CachedChat& chat,
                                              const from_peer::Ask& ask) const;
  Parsed<void> may_ask(const CachedChat& chat, const from_peer::Ask& ask) const;
  Parsed<Author> heir_of(const from_peer::Ask& ask) const;
  // What whoever asked should know of a granted ask.
  std::optional<std::string> remark_on(const from_peer::Ask& ask) const;
  // Makes the decision; `then` hears its digest when it is durable.
  void write(CachedChat& chat, chat::Decision decision, std::function<void(const Digest&)> then);
  void renew(Open& open);
  void finish(const std::string& rid, from_node::Decided answer);
  void tell(const Open& open, const from_node::Decided& answer);
  void refuse_ask(const std::string& rid, const WireError& error);
  void remember(Outcome outcome);

  Turn& turn_;
  Chats& chats_;
  Batches& batches_;
  Ledger& ledger_;
  Gate& gate_;
  const Settings& settings_;
  const Verdicts& verdicts_;
  const Lease& lease_;
  Peer& peer_;
  IsOnline is_online_;
  std::map<std::string, Open> asks_;  // by rid
  std::map<std::string, Outcome> outcomes_;
  std::deque<std::string> outcome_order_;
  std::set<ChatKey> deciding_;
  MonoMs peer_seen_;  // when the link was last alive
};

}  // namespace holdfast::node
