#include "node/sessions.h"

#include "base/check.h"

namespace holdfast::node {
namespace {

// An operator answers for many chats, and a console that comes back gives its outbox at once.
constexpr double kOperatorFactor = 10;
// Far above what a console needs that comes back with a hundred chats to give.
constexpr double kFrameBurst = 2'000;
constexpr double kFramesPerS = 400;
constexpr double kListBurst = 220;  // a console's whole list of chats, twice
constexpr double kListsPerS = 20;
constexpr double kSignalBurst = 30;
constexpr double kSignalsPerS = 10;
constexpr double kFaultBurst = 20;
constexpr double kFaultsPerS = 1;

}  // namespace

Session& Sessions::open(const SessionOpened& opened) {
  auto session = std::make_unique<Session>();
  session->id = opened.session;
  session->http_origin = opened.http_origin;
  session->host = opened.host;
  session->address = opened.address;
  turn_.random.fill(session->nonce.bytes);
  session->opened = session->last_heard = turn_.mono();
  session->frames = TokenBucket(kFrameBurst, kFramesPerS, turn_.mono());
  session->lists = TokenBucket(kListBurst, kListsPerS, turn_.mono());
  session->signals = TokenBucket(kSignalBurst, kSignalsPerS, turn_.mono());
  session->faults = TokenBucket(kFaultBurst, kFaultsPerS, turn_.mono());
  auto& slot = sessions_[opened.session];
  CHECK(slot == nullptr, "session {} was opened twice", opened.session);
  slot = std::move(session);
  return *slot;
}

Session* Sessions::find(SessionId id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void Sessions::identify(Session& session, const SiteId& site, const Author& author,
                        bool is_operator) {
  CHECK(session.person == nullptr, "session {} has a person already", session.id);
  session.site = site;
  session.author = author;
  session.is_operator = is_operator;
  session.person = &person(site, author);
  ++session.person->links;
}

void Sessions::welcome(Session& session) {
  const double factor = session.is_operator ? kOperatorFactor : 1;
  session.facts =
      TokenBucket(turn_.config.rate_burst * factor, turn_.config.rate_per_s * factor, turn_.mono());
  session.stage = Stage::kOpen;
  session.person->sessions.push_back(&session);
  Crowd& crowd = *session.person->crowd;
  (session.is_operator ? crowd.operators : crowd.visitors).push_back(&session);
}

bool Sessions::forget(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return false;
  Session& session = *found->second;
  if (session.person != nullptr) {
    Person& person = *session.person;
    --person.links;
    std::erase(person.sessions, &session);
    std::erase(person.crowd->operators, &session);
    std::erase(person.crowd->visitors, &session);
    release(person);
  }
  gone_.push_back({id, session.site});
  sessions_.erase(found);
  return true;
}

std::size_t Sessions::clients() const {
  std::size_t all = 0;
  for (const auto& [site, crowd] : crowds_) {
    if (site.value() != protocol::kProbeSite)
      all += crowd->visitors.size() + crowd->operators.size();
  }
  return all;
}

void Sessions::close(Session& session, Code code, const std::string& why, std::uint64_t retry_ms) {
  const SessionId id = session.id;
  turn_.complain(id, code, why, retry_ms);
  turn_.emit(CloseSession{id, code, why});
  forget(id);
}

void Sessions::close_all(Code code, const std::string& why) {
  while (!sessions_.empty()) close(*sessions_.begin()->second, code, why);
}

Person& Sessions::person(const SiteId& site, const Author& author) {
  auto& slot = people_[{site, author}];
  if (slot == nullptr) {
    Crowd& here = crowd(site);
    slot = std::make_unique<Person>(Person{site, author, &here, 0, {}, {}});
    here.present.emplace(author, slot.get());
  }
  return *slot;
}

Person* Sessions::find_person(const SiteId& site, const Author& author) {
  const auto found = people_.find({site, author});
  return found == people_.end() ? nullptr : found->second.get();
}

Crowd& Sessions::crowd(const SiteId& site) {
  auto& slot = crowds_[site];
  if (slot == nullptr) {
    slot = std::make_unique<Crowd>();
    slot->site = site;
  }
  return *slot;
}

void Sessions::release(Person& person) {
  if (person.links != 0 || !person.chats.empty()) return;
  person.crowd->present.erase(person.author);
  people_.erase({person.site, person.author});
}

}  // namespace holdfast::node
