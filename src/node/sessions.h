// Every session of this node, and who they are: by session, by person, by site.
//
// Sessions, Persons and Crowds have stable addresses; others keep pointers to them. A Person goes
// when neither a session nor a loaded chat needs it, a Crowd stays.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "node/session.h"
#include "node/turn.h"

namespace holdfast::node {

class Sessions {
 public:
  explicit Sessions(Turn& turn) : turn_(turn) {}

  Session& open(const SessionOpened& opened);
  Session* find(SessionId id);
  // Its site and author are known from now on.
  void identify(Session& session, const SiteId& site, const Author& author, bool is_operator);
  // From now on it hears what concerns its person and site.
  void welcome(Session& session);
  // Forgets it; nothing is sent. Returns false for one that is not here.
  bool forget(SessionId id);
  // Says why and closes the link. `session` is gone afterwards.
  void close(Session& session, Code code, const std::string& why, std::uint64_t retry_ms = 0);
  void close_all(Code code, const std::string& why);

  Person& person(const SiteId& site, const Author& author);
  Person* find_person(const SiteId& site, const Author& author);
  Crowd& crowd(const SiteId& site);
  // Drops a Person that nobody needs any more.
  void release(Person& person);

  // Who went since the last call, for the rooms that remember sessions.
  struct Gone {
    SessionId session;
    SiteId site;
  };
  std::vector<Gone> take_gone() { return std::exchange(gone_, {}); }

  std::size_t size() const { return sessions_.size(); }
  // Open ones of people: those that probe are not counted.
  std::size_t clients() const;
  const std::map<SessionId, std::unique_ptr<Session>>& all() const { return sessions_; }
  const std::map<SiteId, std::unique_ptr<Crowd>>& crowds() const { return crowds_; }

 private:
  Turn& turn_;
  std::map<SessionId, std::unique_ptr<Session>> sessions_;
  std::vector<Gone> gone_;
  std::map<SiteId, std::unique_ptr<Crowd>> crowds_;
  std::map<std::pair<SiteId, Author>, std::unique_ptr<Person>> people_;
};

}  // namespace holdfast::node
