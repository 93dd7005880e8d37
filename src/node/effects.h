// Side effects: which are still to be done, who does them when, and what became of them.
//
// What a chat's events call for (src/chat/effects.h) stays open until a `done` says how it ended.
// Every node of both deployments knows what is open; only the decider performs: the active
// deployment's lease holder, or a standby whose peer has been silent for effect_alone_ms (then ids
// equal those of whatever the other one did). Before the first attempt in an (epoch, term) a
// `claim` is made durable, fenced by the lease; nobody else holds that term, so there is at most
// one. A node that dies between claim and attempt, or between attempt and `done`, leaves an open
// effect: its successor has a later term and claims again. A receiver may see an effect twice,
// under one id.
//
// Attempts leave through lanes, one for each receiver's host and one for mail: four at once in a
// lane, one while it fails, so that a receiver that hangs costs the others nothing. A failure is
// tried again after 5 s, 15 s, 45 s … 2 h, with jitter, until 24 h after the first claim; then it
// is a dead letter. Dead letters stay listed for a week, and can be tried again by a person.
//
// A chat with something open, or with a dead letter, is not marked closed in the journal: so a
// restart finds it. The state kept here is that of open effects and dead letters.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chat/effects.h"
#include "node/batches.h"
#include "node/chats.h"
#include "node/effect_lanes.h"
#include "node/effect_settings.h"
#include "node/gate.h"
#include "node/lease.h"
#include "node/ledger.h"
#include "node/peer.h"
#include "node/settings.h"
#include "node/verdicts.h"

namespace holdfast::node {

class SideEffects {
 public:
  struct Rooms {
    Turn& turn;
    Chats& chats;
    Batches& batches;
    Ledger& ledger;
    const Gate& gate;
    const Settings& settings;
    const Verdicts& verdicts;
    const Lease& lease;
    const Peer& peer;
  };
  explicit SideEffects(Rooms rooms) : rooms_(rooms), peer_seen_(rooms.turn.mono()) {}

  // A new event of the chat is durable here.
  void held(const CachedChat& chat, const Event& event);
  // A chat was read from the journal.
  void loaded(const CachedChat& chat);
  // The bodies of these events were erased: what is not done about them yet is not done any more.
  void erased(const ChatKey& chat, const std::vector<Digest>& events);
  // It leaves the memory.
  void dropped(const CachedChat& chat);
  void settings_changed(const SiteId& site);
  // The journal must go on naming it among the open ones.
  bool concerns(const ChatKey& chat) const;

  void performed(const Performed& performed);
  void tick();

  struct Line {
    chat::EffectKey key;
    ChatKey chat;
    chat::SideEffect effect;
    bool dead;
    std::uint64_t tries;
    std::string why;
    WallMs since;
  };
  // Open ones and dead letters, oldest first, at most `most` of each.
  std::vector<Line> list(std::size_t most) const;
  // Tries a dead letter again, or an open one at once. Only where effects are performed now.
  Parsed<void> retry(const chat::EffectKey& key);

  // Whether this node is the one that performs now.
  bool performs_here() const;

  std::size_t open() const { return open_.size(); }
  std::size_t dead() const { return dead_.size(); }
  std::size_t under_way() const { return attempts_.size(); }

 private:
  using Key = chat::EffectKey;
  struct Open {
    ChatKey chat;
    chat::SideEffect effect;
    WallMs since;                       // its cause was accepted, or it was first claimed
    std::optional<WallMs> given_until;  // from the first claim on
    std::set<std::pair<Epoch, Term>> our_claims;
    std::size_t claims = 0;  // of everybody
    MonoMs yield_until{};    // somebody else is at it
    LaneName lane;
    MonoMs due{};
    std::optional<PerformId> attempt;  // under way
    bool finishing = false;            // its `done` is on its way to the disk
    std::uint64_t failures = 0;        // in a row, here
    std::uint64_t tries = 0;           // here
    std::string why;                   // of the last failure
  };
  struct Dead {
    ChatKey chat;
    chat::SideEffect effect;
    WallMs since;
    WallMs died;
    std::uint64_t tries;
    std::string why;
    std::set<std::pair<Epoch, Term>> our_claims;
  };
  struct Attempt {
    Key key;
    ChatKey chat;
    LaneName lane;
  };
  // What is known of a chat's effects. `done` only while the chat is in memory.
  struct Known {
    std::set<Key> open, dead, done;
    std::set<Key> mails;
  };

  // ---- what is open ----
  const EffectSettings& settings_of(const SiteId& site);
  void look_for_causes(const CachedChat& chat);
  void owe_transcript(const CachedChat& chat);
  void call_for(const ChatKey& chat, const chat::SideEffect& effect, WallMs caused);
  Open& add(const Key& key, Open open);
  void note_claim(const ChatKey& chat, const Event& event);
  void note_done(const ChatKey& chat, const Event& event);
  void bury(const Key& key, const chat::Done& done, WallMs at);
  void remove(const Key& key);
  void let_go_of_old_letters();
  void let_go(const ChatKey& chat);
  LaneName lane_of(const SiteId& site, const chat::SideEffect& effect);
  bool is_wanted(const Open& open);

  // ---- what is done about it ----
  void start_due();
  void start(const Key& key);
  void claim(const Key& key, const Open& open, PerformId id);
  void attempt(const Key& key, PerformId id);
  void send(const Key& key, const CachedChat& chat, PerformId id);
  void end_attempt(PerformId id);
  void failed(const Key& key, Open& open, const std::string& why, bool hopeless);
  void finish(const Key& key, const ChatKey& chat, const chat::Done& done);
  ContentPtr compose(const ChatKey& chat, const std::string& kind, std::string body);
  void wait(const Key& key, Open& open, MonoMs due);
  Ms pause_after(std::uint64_t failures);

  Rooms rooms_;
  std::map<SiteId, EffectSettings> settings_;
  std::map<ChatKey, Known> known_;
  std::map<Key, Open> open_;
  std::map<Key, Dead> dead_;
  EffectLanes lanes_;
  std::map<PerformId, Attempt> attempts_;
  std::uint64_t last_attempt_ = 0;
  MonoMs peer_seen_;
  MonoMs next_burial_{};
};

}  // namespace holdfast::node
