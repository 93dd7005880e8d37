// What `set` events say: sites, their exact origins, operators, webhooks. A projection of
// registers; docs/protocol.md §6.
//
// A write is obeyed when it is well formed and by an administrator or an operator: whether they may
// write it was checked by the node that accepted it, and its acceptance says so. Any other stays
// held and does nothing. Settings are made from whatever arrives, in any order, and are the same
// for the same set.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "chat/chat.h"
#include "chat/permissions.h"
#include "node/words.h"

namespace holdfast::node {

struct Operator {
  std::string name;
  std::string password;  // Argon2id; empty: nobody can sign in
  std::string role;      // as written; what it allows: Settings::role_of
  bool active = false;
  WallMs sessions_after{};  // tokens issued before are revoked
};

struct SiteWebhook {
  std::string url;
  std::string secret;  // "whsec_…"
  std::set<std::string> events;
  bool active = false;
};

struct Site {
  std::string name;
  std::set<std::string> origins;
  std::string colour, greeting, away, zone;  // empty: not set
  std::optional<std::vector<protocol::OpenSpan>> hours;
  std::int64_t retention_days = 0;  // 0: for ever
  bool transcripts = false;         // visitors may ask for them by e-mail
  std::vector<std::string> offline_to;
  std::map<Author, Operator> operators;
  std::map<std::string, SiteWebhook> webhooks;  // by id
};

// What the pages show of it.
protocol::SiteView view_of(const Site& site);

// What a register is about.
struct Entity {
  enum class What { kSite, kOperator, kWebhook, kSession, kUnknown };
  What what = What::kUnknown;
  std::string_view id;  // "shop", "ann", "crm", a token's sid
};
// A view into `text`, which is "site:shop" or the like.
Entity entity_of(std::string_view text);
// "o:ann" of "operator:ann"; nothing when that is no operator's name.
std::optional<Author> operator_of(const Entity& entity);

// Whether a field is a secret, which no browser and no command is told.
bool is_secret(std::string_view field);

class Settings {
 public:
  struct Key {
    SiteId site;
    std::string entity;
    std::string field;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Change {
    Key key;
    bool value = false;  // another value counts now
  };

  // Takes a `set` event or one more acceptance of it. The register that it touched, when any.
  std::optional<Change> hold(const ContentPtr& content, const Acceptance& acceptance);
  // The entry of a new write is on its way: its (author, id) is taken. False, and nothing changes,
  // when another digest has the id.
  bool claim(const protocol::Content& content);

  // No site has pages that it belongs to: nothing can be done here. A single write of some
  // operator's name is no settings.
  bool empty() const;
  const Site* site(const SiteId& id) const;
  // The operator of that site, when there is one, active or not.
  const Operator* find_operator(const SiteId& site, const Author& author) const;
  // What they may do; the least for whoever is unknown.
  chat::Role role_of(const SiteId& site, const Author& author) const;
  // Whether the owner of this token, or somebody who may manage them, ended it. Once ended it stays
  // so, whatever else is written.
  bool session_ended(const SiteId& site, const Author& owner, const std::string& sid) const;

  // The held write with this digest, or nullptr.
  const Event* find(const Digest& digest) const;
  // Another write by this author with this id and another digest is held.
  bool conflicts(const protocol::Content& content) const;

  // Every write of a register that is held, in no order.
  std::vector<const Event*> writes(const Key& key) const;

  // All that is held, with every acceptance that is known.
  const std::map<Digest, Event>& events() const { return events_; }
  const std::map<Key, chat::Register>& registers() const { return registers_; }
  const std::map<SiteId, Site>& sites() const { return sites_; }

 private:
  void obey(const Key& key, const chat::Register& value);

  std::map<Digest, Event> events_;
  std::map<std::tuple<SiteId, Author, EventId>, Digest> ids_;
  std::map<Key, std::vector<Digest>> writes_;
  std::map<Key, chat::Register> registers_;
  std::map<SiteId, Site> sites_;
  std::map<std::pair<SiteId, std::string>, std::set<Author>> ended_;  // by whom, by sid
};

}  // namespace holdfast::node
