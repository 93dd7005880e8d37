// Who is told what. A visitor sees their own chats; an operator sees all of those that wait and of
// their own, and of the others' only that they exist. Every frame is encoded once and shared by all
// who get it.
#pragma once

#include <span>

#include "base/plant.h"
#include "node/cached_chat.h"
#include "node/sessions.h"
#include "node/settings.h"
#include "node/turn.h"

namespace holdfast::node {

// The one to answer a sender with: of this deployment, when there is one.
const Acceptance& best_acceptance(const Event& event, Deployment ours);

class Delivery {
 public:
  Delivery(Turn& turn, const Settings& settings) : turn_(turn), settings_(settings) {}

  // A new event, to everybody who may see it, saw the chat `before` it, and is not among `except`
  // (who sent it here, and hears `accepted`). Whoever sees the chat because of it is sent all of it
  // by rerouted().
  void event(const CachedChat& chat, std::size_t index, const Visibility& before,
             std::span<const SessionId> except);
  // One more acceptance of an event that they have.
  void acceptance(const CachedChat& chat, std::size_t index, const Acceptance& acceptance);
  // To its author's links, when it is known where it stands.
  void safe(const CachedChat& chat, std::size_t index);

  // The answers to a sender.
  void accepted(SessionId session, const CachedChat& chat, std::size_t index);

  // Everything of the chat that this session may see.
  void whole(const CachedChat& chat, Session& session);
  // One event of it, after the name of the operator whom it names when a visitor has not heard it.
  void show(const CachedChat& chat, std::size_t index, Session& session, Frame& frame);
  // The operators whom this chat names, as far as the session was not told their names; from now on
  // it was.
  void introduce_all(const CachedChat& chat, Session& session,
                     std::vector<protocol::PersonSeen>& people) const;
  // An operator has another name.
  void renamed(const Crowd& crowd, const Author& who);
  // To all operators of the site: a line of their list.
  void line(const CachedChat& chat);
  // The chat's decisions changed its line in the lists, or who sees it: those who see it now get
  // all of it, those who do not any more are told.
  void rerouted(const CachedChat& chat, const Visibility& before);
  // A chat that nobody here knew, read or received: as if all of it had just happened.
  void appeared(const CachedChat& chat);

  // It is theirs to see, or they look at it.
  static bool sees(const Session& session, const CachedChat& chat);
  static bool looks(const Session& session, const CachedChat& chat) {
    return session.looks.contains(chat.key().chat);
  }
  static bool only_looks(const Session& session, const CachedChat& chat) {
    return session.is_operator && !chat.visibility().includes(session.author);
  }
  // The line of a chat as `session` is to read it.
  static from_node::Chat line_for(const Session& session, const CachedChat& chat);
  static Frame event_frame(const CachedChat& chat, std::size_t index);

  // Calls `visit(Session&)` for everybody who sees all of the chat up to `audience`.
  template <class Visit>
  static void each_viewer(const CachedChat& chat, Audience audience, Visit visit) {
    const bool for_visitors = audience == Audience::kChat || planted(Plant::kAudienceIgnored);
    if (for_visitors && chat.visitor_here != nullptr) {
      for (Session* session : chat.visitor_here->sessions) visit(*session);
    }
    if (audience == Audience::kNodes) return;
    const Visibility& visibility = chat.visibility();
    if (visibility.every_operator) {
      for (Session* session : chat.crowd().operators) visit(*session);
      return;
    }
    for (const Author& author : visibility.operators) {
      const auto person = chat.crowd().present.find(author);
      if (person == chat.crowd().present.end()) continue;
      for (Session* session : person->second->sessions) visit(*session);
    }
    if (!chat.looked_at) return;
    for (Session* session : chat.crowd().operators) {
      if (!visibility.includes(session->author) && looks(*session, chat)) visit(*session);
    }
  }

 private:
  std::optional<protocol::PersonSeen> introduce(Session& session, const Event& event) const;

  Turn& turn_;
  const Settings& settings_;
};

}  // namespace holdfast::node
