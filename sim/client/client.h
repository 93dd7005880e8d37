// A browser's tab: the client model, which follows the rules of the TypeScript core (web/core) so
// that the nodes meet what they will meet in the world. The transcript, the digest and the frontier
// are the product's own C++ folds.
//
// One life of a tab. What survives a reload is Storage.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ulid.h"
#include "protocol/keys.h"
#include "sim/client/asks.h"
#include "sim/client/delivery.h"
#include "sim/client/give_back.h"
#include "sim/client/links.h"
#include "sim/client/reports.h"
#include "sim/client/storage.h"
#include "sim/client/turns.h"
#include "sim/client/verdict_watch.h"
#include "sim/client/watcher.h"
#include "sim/process.h"

namespace holdfast::sim {

struct ClientOptions {
  std::string name;  // in traces
  protocol::Role role;
  protocol::SiteId site;
  Author author;
  std::function<protocol::Auth()> auth;
  std::vector<Party> primary, redundant;
  std::optional<Party> moderator;
  std::vector<protocol::PublicKey> moderator_keys;
  protocol::VerifySignature verify;
  // The tab is hidden, and another one is not: that one talks for both.
  std::function<bool()> in_background = [] { return false; };
};

// What a node said about a chat in a console's list.
struct Told {
  protocol::ChatState state;
  std::optional<Author> operator_id;
  bool gone = false;
};

class Client final : LinkOwner {
 public:
  Client(ClientOptions options, Process& process, const Env& env, Storage& storage,
         Storage::TabId tab, Watcher& watcher);

  // ---- what people do ----
  ChatId open_chat(const std::string& page);
  void say(const ChatId& chat, const std::string& text) {
    compose(chat, "message", Audience::kChat, text);
  }
  void note(const ChatId& chat, const std::string& text) {
    compose(chat, "note", Audience::kOperators, text);
  }
  void ask(const ChatId& chat, protocol::AskWhat what, Asks::Answer answer);
  void set_presence(protocol::Presence state);
  void typing(const ChatId& chat, bool on);
  void wake();
  void renew();
  // What another tab wrote. It also sends what it wrote; this one takes over when nothing comes of
  // it.
  void adopt(const Storage::Changes& changes);

  // ---- what they see ----
  const std::string& name() const { return options_.name; }
  const Author& author() const { return options_.author; }
  Audience up_to() const { return up_to_; }
  bool trouble() const { return trouble_; }
  bool connected() const;
  const Link& link(Deployment deployment) const { return links_.get(deployment); }
  std::size_t outbox_size() const { return outbox_.size(); }
  std::vector<std::string> outbox_text() const;
  const std::map<ChatId, ChatSet>& chats() const { return sets_; }
  const ChatSet* chat(const ChatId& id) const;
  const std::map<ChatId, Told>& told() const { return told_; }
  protocol::Presence presence() const { return presence_; }  // an operator's own
  // Whether somebody is there to answer, as that deployment told last.
  bool available(Deployment deployment) const;
  // What stands on the screen.
  View view(const ChatSet& set) const;
  std::set<Digest> on_screen() const;

 private:
  // LinkOwner
  std::string hello(Link& link, const protocol::from_node::Challenge& challenge) override;
  void frame(Link& link, const protocol::from_node::Frame& frame) override;
  void health_changed(Link& link, Health health) override;
  void fell(Link& link) override;
  void trouble(Link& link, std::uint16_t code, const std::string& why) override;
  void bad_frame(Link& link, const std::string& why) override;
  void connect_failed(Link& link) override;

  // Frames.
  void take(Link& link, const protocol::from_node::Welcome& frame);
  void take(Link& link, const protocol::from_node::Accepted& frame);
  void take(Link& link, const protocol::from_node::Safe& frame);
  void take(Link& link, const protocol::from_node::Refused& frame);
  void take(Link& link, const protocol::from_node::Event& frame);
  void take(Link& link, const protocol::from_node::Acc& frame);
  void take(Link& link, const protocol::from_node::Chat& frame);
  void take(Link& link, const protocol::from_node::Beat& frame);
  void take(Link& link, const protocol::from_node::Erased& frame);
  void erase(ChatSet& set, Held& held);
  void accepted_at(Link& link, const Digest& digest, const std::vector<Acceptance>& acceptances);

  // What is held.
  struct Received {
    ChatSet* set;
    Held* held;
    bool fresh;
    bool changed;
  };
  Received receive(const ContentPtr& content, const std::vector<Acceptance>& acceptances);
  ChatSet& ensure(const ChatId& chat);
  ChatSet* find_set(const ChatId& chat);
  // Something about an event arrived over this link: perhaps the first word that an own one was
  // accepted.
  void note_first_word(Link& link, const Held& held, bool waited);
  std::pair<ChatSet*, Held*> find(const Digest& digest);
  void changed(ChatSet& set, Held& held);
  void settle(ChatSet& set, Held& held);
  void keep(const Held& held);
  Held* restore(const StoredEvent& stored);
  void load();

  void compose(const ChatId& chat, const std::string& kind, Audience audience,
               const std::string& text);
  static std::vector<Digest> after(const ChatSet& set, Audience audience,
                                   const std::map<protocol::EventId, const Held*>& own);
  void add_own(const ContentPtr& content, std::optional<Digest> own_before);
  std::string next_id();
  Need need() const;
  void end_turn();
  MonoMs due() const;
  void arm();
  void ring();

  ClientOptions options_;
  Audience up_to_;
  Process& process_;
  std::string tab_;
  const Env& env_;
  Storage& storage_;
  Storage::TabId storage_tab_;
  Watcher& watcher_;

  Turns turns_;
  Link primary_;
  Link redundant_;
  Links links_;
  Outbox outbox_;
  Delivery delivery_;
  GiveBack give_back_;
  Asks asks_;
  VerdictWatch verdicts_;
  Reports reports_;

  std::map<ChatId, ChatSet> sets_;
  bool some_set_changed_ = false;
  std::unordered_map<Digest, std::pair<ChatSet*, Held*>> where_;
  std::map<ChatId, Told> told_;
  std::multimap<ChatId, Digest> doubled_;  // only with the bug no_dedup planted
  struct Listed {
    std::vector<Digest> outbox;
    std::vector<ChatId> chats;
  };
  std::map<Deployment, Listed> listed_;

  protocol::Presence presence_ = protocol::Presence::kOnline;
  std::map<Deployment, bool> available_;  // as each told
  bool trouble_ = false;
  std::optional<Ulid> last_id_;
  Storage::Changes unsaved_;

  std::uint64_t alarm_number_ = 0;
  MonoMs alarm_at_ = kNever;
};

}  // namespace holdfast::sim
