// What `set` events say: sites, their exact origins, operators. A projection of registers;
// docs/protocol.md §6.
//
// A write is obeyed when it is well formed and by an administrator; any other stays held and does
// nothing. Settings are made from whatever arrives, in any order, and are the same for the same
// set.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "chat/chat.h"
#include "node/words.h"

namespace holdfast::node {

struct Operator {
  std::string name;
  std::string password;  // Argon2id; empty: nobody can sign in
  std::string role;
  bool active = false;
  WallMs sessions_after{};  // tokens issued before are revoked
};

struct Site {
  std::string name;
  std::set<std::string> origins;
  std::map<Author, Operator> operators;
};

class Settings {
 public:
  struct Key {
    SiteId site;
    std::string entity;
    std::string field;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  // Takes a `set` event or one more acceptance of it. The site whose settings may have changed,
  // when any.
  std::optional<SiteId> hold(const ContentPtr& content, const Acceptance& acceptance);

  // No site was ever written: nothing can be done here.
  bool empty() const { return sites_.empty(); }
  const Site* site(const SiteId& id) const;
  // The operator of that site, when there is one, active or not.
  const Operator* find_operator(const SiteId& site, const Author& author) const;

  // The held write with this digest, or nullptr.
  const Event* find(const Digest& digest) const;
  // Another write by this author with this id and another digest is held.
  bool conflicts(const protocol::Content& content) const;

  const std::map<Key, chat::Register>& registers() const { return registers_; }
  const std::map<SiteId, Site>& sites() const { return sites_; }

 private:
  void obey(const Key& key, const chat::Register& value);

  std::map<Digest, Event> events_;
  std::map<std::tuple<SiteId, Author, EventId>, Digest> ids_;
  std::map<Key, std::vector<Digest>> writes_;
  std::map<Key, chat::Register> registers_;
  std::map<SiteId, Site> sites_;
};

// Whether a write means something to this version: its entity and field are known and its value has
// their type. What an administrator is told; kUnknownKind is no error for a write that arrives from
// elsewhere.
Parsed<void> check_write(const SiteId& site, const chat::Write& write);

}  // namespace holdfast::node
