#include "node/erasure.h"

#include <algorithm>

#include "base/plant.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kErasedPerFrame = 300;

bool has_body(const Event& event) {
  return event.content->body_bytes.has_value();
}

protocol::Hlc begin_of(WallMs wall) {
  return protocol::Hlc(static_cast<std::uint64_t>(std::max<std::int64_t>(wall.value(), 0)) *
                       protocol::kHlcPerMs);
}

// Whose chat it is: as its opening event says, or one of their own events.
std::optional<Author> visitor_of(const CachedChat* chat, const protocol::Head& head) {
  if (chat != nullptr && chat->visitor()) return chat->visitor();
  const bool own = protocol::author_kind(head.author.value()) == protocol::AuthorKind::kVisitor;
  return own ? std::optional(head.author) : std::nullopt;
}

// Every event of a chat's entries once, with all acceptances; with its body when any entry has it.
std::vector<Event> events_of(const std::vector<journal::StoredEntry>& entries) {
  std::map<Digest, Event> events;
  for (const auto& [arrival, entry] : entries) {
    Event& event = events[entry.content->digest];
    if (event.content == nullptr || entry.content->body_bytes) event.content = entry.content;
    protocol::add_acceptance(event.acceptances, entry.acceptance);
  }
  std::vector<Event> all;
  all.reserve(events.size());
  for (auto& [digest, event] : events) all.push_back(std::move(event));
  return all;
}

}  // namespace

Erasure::Erasure(Turn& turn, Sessions& sessions, Chats& chats, const Peer& peer, Went went)
    : turn_(turn), sessions_(sessions), chats_(chats), peer_(peer), went_(std::move(went)) {}

// ---- what is to be erased ----

void Erasure::start() {
  reading_ = turn_.read(ReadErasures{});
}

void Erasure::hold(const Entry& entry) {
  if (reading_) {
    early_.push_back(entry);
  } else {
    learn(entry);
  }
}

void Erasure::learn(const Entry& entry) {
  const protocol::Content& content = *entry.content;
  if (protocol::author_kind(content.head.author.value()) != protocol::AuthorKind::kDeployment)
    protocol::add_acceptance(held_[content.digest], entry.acceptance);
  if (!ledger_.add(content.digest)) return;
  const auto what = chat::parse_erasure(content);
  orders_.push_back(what ? std::optional(Order{*what, {}, false}) : std::nullopt);
  if (what && erasures_.add(*what) && !reading_) strip_in_memory(*what);
}

const std::vector<Acceptance>* Erasure::find(const Digest& digest) const {
  const auto found = held_.find(digest);
  return found == held_.end() ? nullptr : &found->second;
}

bool Erasure::covers(const ChatKey& key, protocol::Hlc newest) const {
  const auto cut = erasures_.until(key.site, key.chat, std::nullopt);
  return cut && *cut >= newest;
}

bool Erasure::read_done(ReadId read, ReadAnswer& answer) {
  if (read == reading_) {
    for (const auto& [arrival, entry] : std::get<ErasuresRead>(answer).entries) learn(entry);
    for (const Entry& entry : std::exchange(early_, {})) learn(entry);
    reading_.reset();
    if (const auto agreed = ledger_.agreed(turn_.config.erasures)) {
      carried_out_ = turn_.config.erase_again ? 0 : *agreed;
      orders_.erase(orders_.begin(), orders_.begin() + static_cast<std::ptrdiff_t>(carried_out_));
      if (!turn_.config.erasures) store();
    } else {
      turn_.veil.lower(begin_of(turn_.wall()));
    }
    chats_.each([this](CachedChat& chat) { loaded(chat); });
    work();
    return true;
  }
  if (read != under_way_) return false;
  under_way_.reset();
  if (auto* const chats = std::get_if<ChatKeysRead>(&answer)) {
    Order& order = *orders_.front();
    order.chats_known = true;
    for (const ChatKey& key : chats->chats) {
      order.chats.push_back(key);
      // From now on who opened it need not be known to tell what is covered.
      erasures_.add({key.site, {}, key.chat, order.what.until});
    }
  } else if (auto* const chat = std::get_if<ChatRead>(&answer)) {
    wipe_covered(chat->entries);
  } else if (auto* const erased = std::get_if<ErasedRead>(&answer)) {
    turn_.counters.add(Count::kBodiesErased, static_cast<std::int64_t>(erased->erased.bodies));
    if (!std::exchange(wiping_, false)) orders_.front()->chats.pop_front();
  }
  work();
  return true;
}

// ---- the work on the journal ----

void Erasure::work() {
  if (reading_) return;
  while (!under_way_ && !wipes_.empty()) {
    auto wipe = wipes_.extract(wipes_.begin());
    wiping_ = true;
    under_way_ = turn_.read(EraseBodies{wipe.key(), {wipe.mapped().begin(), wipe.mapped().end()}});
  }
  while (!under_way_ && !orders_.empty()) {
    if (orders_.front()) {
      work_on(*orders_.front());
    } else {
      finish_order();
    }
  }
}

void Erasure::work_on(Order& order) {
  if (!order.chats_known && order.what.visitor) {
    under_way_ = turn_.read(ReadChatsOf{order.what.site, *order.what.visitor});
    return;
  }
  if (!order.chats_known) {
    order.chats_known = true;
    order.chats.push_back({order.what.site, *order.what.chat});
  }
  if (order.chats.empty()) return finish_order();
  under_way_ = turn_.read(ReadChat{order.chats.front()});
}

// Asked for even when no body is left: what lies beside the journal goes, too. People are told of
// all that is covered: a chat that is not in memory here may be in theirs.
void Erasure::wipe_covered(const std::vector<journal::StoredEntry>& entries) {
  const Order& order = *orders_.front();
  const ChatKey& key = order.chats.front();
  std::optional<Author> visitor;
  std::vector<Gone> gone;
  std::vector<Digest> wiped;
  for (const Event& event : events_of(entries)) {
    const protocol::Content& content = *event.content;
    if (content.head.kind == "open") visitor = content.head.author;
    if (!chat::accepted_by(event.acceptances, order.what.until) || !chat::is_erasable(content))
      continue;
    gone.push_back({content.digest, content.head.audience});
    if (has_body(event)) wiped.push_back(content.digest);
  }
  went(key, visitor, gone);
  under_way_ = turn_.read(EraseBodies{key, std::move(wiped)});
}

void Erasure::finish_order() {
  orders_.pop_front();
  ++carried_out_;
  // The mark never goes back: what is carried out once more was counted before.
  const bool again = turn_.config.erase_again && turn_.config.erasures &&
                     carried_out_ <= turn_.config.erasures->count;
  if (!in_doubt() && !again) store();
}

void Erasure::store() {
  turn_.emit(StoreErasures{ledger_.mark(carried_out_)});
}

void Erasure::wipe_later(const ChatKey& key, const Digest& digest) {
  wipes_[key].insert(digest);
}

// ---- what comes and goes ----

std::optional<protocol::Hlc> Erasure::cut_of(const CachedChat& chat) const {
  if (erasures_.empty()) return std::nullopt;
  return erasures_.until(chat.key().site, chat.key().chat, chat.visitor());
}

bool Erasure::covers(const protocol::Hlc& cut, const Event& event) {
  return chat::accepted_by(event.acceptances, cut) && chat::is_erasable(*event.content);
}

bool Erasure::covers(const CachedChat& chat, const protocol::Content& content,
                     const std::vector<Acceptance>& acceptances) const {
  const auto cut =
      erasures_.until(chat.key().site, chat.key().chat, visitor_of(&chat, content.head));
  return cut && chat::is_erasable(content) &&
         std::ranges::any_of(acceptances, [&](const Acceptance& acceptance) {
           return acceptance.hlc <= *cut &&
                  protocol::check_acceptance(turn_.config.keys.cluster, content.digest,
                                             acceptance) == protocol::MacCheck::kValid;
         });
}

void Erasure::obey(Entry& entry, std::vector<Entry>& same_turn) {
  const protocol::Head& head = entry.content->head;
  if (!entry.content->body_bytes || head.chat.value().empty()) return;
  if (planted(Plant::kErasedBodyReturns)) return;
  const CachedChat* const chat = chats_.find({head.site, head.chat});
  const Event* const known = chat == nullptr ? nullptr : chat->find(entry.content->digest);
  bool goes = known != nullptr && !has_body(*known);
  if (!goes && erasures_.empty()) return;

  const auto cut = erasures_.until(head.site, head.chat, visitor_of(chat, head));
  if (!goes && !cut) return;
  goes = goes || (entry.acceptance.hlc <= *cut && chat::is_erasable(*entry.content));
  const auto is_same = [&entry](const Entry& other) {
    return other.content->digest == entry.content->digest;
  };
  // One acceptance of several may be the one that is covered.
  for (Entry& other : same_turn) {
    if (!is_same(other)) continue;
    if (goes) other.content = protocol::without_body(*other.content);
    goes = goes || !other.content->body_bytes;
  }
  if (!goes) return;
  entry.content = protocol::without_body(*entry.content);
  turn_.counters.add(Count::kBodiesRefused);
}

void Erasure::held(CachedChat& chat, std::size_t index, const Entry& entry) {
  if (planted(Plant::kErasedBodyReturns)) return;
  // With an opening event it is known whose chat it is, and who else may hold what; with another
  // acceptance, how old this event is.
  const bool opens = entry.content->head.kind == "open";
  const std::size_t first = opens ? 0 : index;
  const std::size_t last = opens ? chat.events().size() : index + 1;
  strip(chat, first, last, true);
  for (std::size_t i = first; i < last; ++i) {
    const protocol::Content& content = *chat.event(i).content;
    if (!content.body_bytes) came_[chat.key()].emplace(content.digest, content.head.audience);
  }
  if (entry.content->body_bytes && !has_body(chat.event(index)))
    wipe_later(chat.key(), entry.content->digest);
}

void Erasure::loaded(CachedChat& chat) {
  if (planted(Plant::kErasedBodyReturns)) return;
  strip(chat, true);
}

// `wipe`: no order is under way that will take these bodies from the journal.
void Erasure::strip(CachedChat& chat, bool wipe) {
  strip(chat, 0, chat.events().size(), wipe);
}

void Erasure::strip(CachedChat& chat, std::size_t first, std::size_t last, bool wipe) {
  const auto cut = cut_of(chat);
  if (!cut) return;
  std::vector<Gone> gone;
  for (std::size_t i = first; i < last; ++i) {
    if (!has_body(chat.event(i)) || !covers(*cut, chat.event(i))) continue;
    chat.erase(i);
    const protocol::Content& content = *chat.event(i).content;
    gone.push_back({content.digest, content.head.audience});
    if (wipe) wipe_later(chat.key(), content.digest);
  }
  if (!gone.empty()) went(chat.key(), chat.visitor(), gone);
}

void Erasure::strip_in_memory(const chat::Erasure& what) {
  if (what.chat) {
    if (CachedChat* const chat = chats_.find({what.site, *what.chat})) strip(*chat, false);
    return;
  }
  const Person* const person = sessions_.find_person(what.site, *what.visitor);
  if (person == nullptr) return;
  for (const ChatId& id : person->chats) strip(*chats_.find({what.site, id}), false);
}

void Erasure::went(const ChatKey& key, const std::optional<Author>& visitor,
                   const std::vector<Gone>& gone) {
  std::vector<Digest> digests;
  for (const Gone& event : gone) digests.push_back(event.digest);
  went_(key, digests);
  tell_everybody(key, visitor, gone);
}

void Erasure::tell_what_came() {
  for (const auto& [key, events] : std::exchange(came_, {})) {
    std::vector<Gone> gone;
    for (const auto& [digest, audience] : events) gone.push_back({digest, audience});
    const CachedChat* const chat = chats_.find(key);
    tell_everybody(key, chat == nullptr ? std::nullopt : chat->visitor(), gone);
  }
}

void Erasure::tell_everybody(const ChatKey& key, const std::optional<Author>& visitor,
                             const std::vector<Gone>& gone) {
  const Crowd& crowd = sessions_.crowd(key.site);
  tell(crowd.operators, key.chat, Audience::kOperators, gone);
  if (!visitor) return;
  const auto person = crowd.present.find(*visitor);
  if (person != crowd.present.end())
    tell(person->second->sessions, key.chat, Audience::kChat, gone);
}

void Erasure::tell(const std::vector<Session*>& sessions, const ChatId& chat, Audience up_to,
                   const std::vector<Gone>& gone) {
  if (sessions.empty()) return;
  from_node::Erased frame{chat, {}};
  const auto flush = [&] {
    if (frame.digests.empty()) return;
    const Frame text = frame_of(encode(frame));
    for (const Session* session : sessions) turn_.send(session->id, text);
    frame.digests.clear();
  };
  for (const Gone& event : gone) {
    if (event.audience > up_to) continue;
    frame.digests.push_back(event.digest);
    if (frame.digests.size() == kErasedPerFrame) flush();
  }
  flush();
}

// An operator hears it of chats that are not theirs any more, too: their browser may still have
// them.
void Erasure::tell(const Session& session, const std::vector<ChatId>& known) {
  for (const ChatId& id : known) {
    const CachedChat* const chat = chats_.find({session.site, id});
    if (chat == nullptr || chat->empty()) continue;
    if (!session.is_operator && chat->visitor() != session.author) continue;
    from_node::Erased frame{id, {}};
    for (const Event& event : chat->events()) {
      if (has_body(event) || event.content->head.audience > session.sees()) continue;
      frame.digests.push_back(event.content->digest);
      if (frame.digests.size() < kErasedPerFrame) continue;
      turn_.tell(session.id, frame);
      frame.digests.clear();
    }
    if (!frame.digests.empty()) turn_.tell(session.id, frame);
  }
}

// ---- the ledger ----

void Erasure::tick() {
  if (in_doubt() && peer_.link().settings_complete()) end_doubt();
  work();
}

void Erasure::end_doubt() {
  if (!in_doubt()) return;
  turn_.veil.lift();
  if (orders_.empty()) store();
}

}  // namespace holdfast::node
