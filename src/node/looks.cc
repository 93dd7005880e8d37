#include "node/looks.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kLooksMax = 100;  // of one session

}  // namespace

bool Looks::may_look(const SiteId& site, const Author& who, const CachedChat& chat) const {
  if (chat.visibility().includes(who)) return true;
  const chat::Action action = chat.is_open() ? chat::Action::kWatchOthers : chat::Action::kSearch;
  return chat::may(settings_.role_of(site, who), action);
}

void Looks::look(Session& session, const from_client::Look& frame) {
  if (!session.is_operator)
    return turn_.complain(session.id, Code::kNotAllowed, "look: only operators look at chats");
  const ChatKey key{session.site, frame.chat};
  if (!frame.on) {
    session.looks.erase(frame.chat);
    if (const CachedChat* const chat = chats_.find(key); chat != nullptr && !chat->empty())
      turn_.tell(session.id, Delivery::line_for(session, *chat));
    return;
  }
  if (!session.lists.take(turn_.mono())) {
    return turn_.complain(session.id, Code::kRateLimited, "look: too many at once",
                          session.lists.wait_ms(turn_.mono()));
  }
  chats_.with(key, [this, id = session.id](CachedChat& chat) {
    if (Session* const back = sessions_.find(id)) begin(*back, chat);
  });
}

void Looks::begin(Session& session, CachedChat& chat) {
  const std::string& id = chat.key().chat.value();
  if (chat.empty())
    return turn_.complain(session.id, Code::kNotFound, "look: no chat " + id + " here");
  if (!may_look(session.site, session.author, chat)) {
    return turn_.complain(session.id, Code::kNotAllowed,
                          "look: chat " + id + " is somebody else's, and open");
  }
  if (session.looks.size() >= kLooksMax && !session.looks.contains(chat.key().chat)) {
    return turn_.complain(session.id, Code::kTooMany,
                          "look: at " + std::to_string(kLooksMax) + " chats already");
  }
  session.looks.insert(chat.key().chat);
  chat.looked_at = true;
  turn_.tell(session.id, Delivery::line_for(session, chat));
}

void Looks::recheck(const CachedChat& chat) {
  if (!chat.looked_at) return;
  for (Session* const session : chat.crowd().operators) {
    if (Delivery::looks(*session, chat) && !may_look(session->site, session->author, chat))
      session->looks.erase(chat.key().chat);
  }
}

void Looks::recheck(const SiteId& site, const Author& who) {
  Person* const person = sessions_.find_person(site, who);
  if (person == nullptr) return;
  for (Session* const session : person->sessions) {
    for (const ChatId& id : std::set<ChatId>(session->looks)) {
      const CachedChat* const chat = chats_.find({site, id});
      if (chat == nullptr || may_look(site, who, *chat)) continue;
      session->looks.erase(id);
      turn_.tell(session->id, Delivery::line_for(*session, *chat));
    }
  }
}

}  // namespace holdfast::node
