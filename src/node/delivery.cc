#include "node/delivery.h"

#include <algorithm>

#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

// Whom a visitor meets in this event: its author, or who was given the chat.
std::optional<Author> operator_in(const Event& event) {
  const protocol::Head& head = event.content->head;
  if (head.author.value().starts_with("o:")) return head.author;
  if (head.kind != "route") return std::nullopt;
  const auto decision = chat::parse_decision(*event.content);
  if (!decision) return std::nullopt;
  return decision->operator_id;
}

}  // namespace

const Acceptance& best_acceptance(const Event& event, Deployment ours) {
  const auto own = std::ranges::find_if(event.acceptances, [ours](const Acceptance& acceptance) {
    return protocol::deployment_of(acceptance.origin) == ours;
  });
  return own == event.acceptances.end() ? event.acceptances.front() : *own;
}

// Written straight from the event: the generated encoder would want copies of head and body.
Frame Delivery::event_frame(const CachedChat& chat, std::size_t index) {
  const Event& event = chat.event(index);
  const protocol::Content& content = *event.content;
  const std::size_t body_size = content.body_bytes ? content.body_bytes->size() : 4;
  protocol::JsonWriter out(content.head_bytes.size() + body_size + 320 * event.acceptances.size() +
                           160);
  out.raw(R"({"t":"event","chat":)");
  out.text(chat.key().chat.value());
  out.raw(R"(,"head":)");
  out.text(content.head_bytes);
  out.raw(R"(,"body":)");
  if (content.body_bytes) {
    out.text(*content.body_bytes);
  } else {
    out.raw("null");
  }
  out.raw(R"(,"acc":[)");
  const std::size_t shown =
      std::min<std::size_t>(event.acceptances.size(), protocol::kAcceptancesMax);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i != 0) out.raw(',');
    out.raw(protocol::encode(event.acceptances[i]));
  }
  out.raw(']');
  if (chat.is_safe(index)) out.raw(R"(,"safe":true)");
  out.raw('}');
  return frame_of(out.take());
}

void Delivery::event(const CachedChat& chat, std::size_t index, const Visibility& before,
                     std::span<const SessionId> except) {
  if (turn_.veil.hides(chat.event(index))) return;
  Frame frame;
  each_viewer(chat, chat.event(index).content->head.audience, [&](Session& session) {
    if (session.is_operator && !before.includes(session.author) && !looks(session, chat)) return;
    if (std::ranges::find(except, session.id) != except.end()) return;
    show(chat, index, session, frame);
  });
}

void Delivery::show(const CachedChat& chat, std::size_t index, Session& session, Frame& frame) {
  if (const auto person = introduce(session, chat.event(index)))
    turn_.tell(session.id, from_node::Person{*person});
  if (frame == nullptr) frame = event_frame(chat, index);
  turn_.send(session.id, frame);
}

std::optional<protocol::PersonSeen> Delivery::introduce(Session& session,
                                                        const Event& event) const {
  if (session.is_operator || event.content->head.audience != Audience::kChat) return std::nullopt;
  const auto who = operator_in(event);
  if (!who || std::ranges::find(session.introduced, *who) != session.introduced.end())
    return std::nullopt;
  const Operator* const known = settings_.find_operator(session.site, *who);
  if (known == nullptr || known->name.empty()) return std::nullopt;
  session.introduced.push_back(*who);
  return protocol::PersonSeen{*who, known->name};
}

void Delivery::introduce_all(const CachedChat& chat, Session& session,
                             std::vector<protocol::PersonSeen>& people) const {
  for (const Event& event : chat.events()) {
    if (auto person = introduce(session, event)) people.push_back(*std::move(person));
  }
}

void Delivery::renamed(const Crowd& crowd, const Author& who) {
  const Operator* const known = settings_.find_operator(crowd.site, who);
  if (known == nullptr || known->name.empty()) return;
  Frame frame;
  for (const Session* const session : crowd.visitors) {
    if (std::ranges::find(session->introduced, who) == session->introduced.end()) continue;
    if (frame == nullptr) frame = frame_of(encode(from_node::Person{{who, known->name}}));
    turn_.send(session->id, frame);
  }
}

void Delivery::acceptance(const CachedChat& chat, std::size_t index, const Acceptance& acceptance) {
  const protocol::Content& content = *chat.event(index).content;
  Frame frame;
  each_viewer(chat, content.head.audience, [&](const Session& session) {
    if (frame == nullptr)
      frame = frame_of(encode(from_node::Acc{chat.key().chat, content.digest, {acceptance}}));
    turn_.send(session.id, frame);
  });
}

void Delivery::safe(const CachedChat& chat, std::size_t index) {
  const auto& at = chat.safe_at(index);
  if (!at) return;
  const protocol::Content& content = *chat.event(index).content;
  const auto author = chat.crowd().present.find(content.head.author);
  if (author == chat.crowd().present.end() || author->second->sessions.empty()) return;
  const Frame frame = frame_of(encode(from_node::Safe{content.digest, at->origin, at->seq, at->h}));
  for (const Session* session : author->second->sessions) turn_.send(session->id, frame);
}

void Delivery::accepted(SessionId session, const CachedChat& chat, std::size_t index) {
  const Event& event = chat.event(index);
  turn_.tell(session, from_node::Accepted{event.content->digest,
                                          best_acceptance(event, turn_.config.deployment)});
  if (const auto& at = chat.safe_at(index)) {
    turn_.tell(session, from_node::Safe{event.content->digest, at->origin, at->seq, at->h});
  }
  // Who sent it has its body, and will not hear of the erasure again.
  if (!event.content->body_bytes)
    turn_.tell(session, from_node::Erased{chat.key().chat, {event.content->digest}});
}

void Delivery::whole(const CachedChat& chat, Session& session) {
  for (std::size_t i = 0; i < chat.events().size(); ++i) {
    if (turn_.veil.hides(chat.event(i))) continue;
    Frame frame;
    if (chat.event(i).content->head.audience <= session.sees()) show(chat, i, session, frame);
  }
}

from_node::Chat Delivery::line_for(const Session& session, const CachedChat& chat) {
  const chat::Routing& routing = chat.routing();
  return {chat.key().chat, wire_state(routing.state), routing.operator_id,
          chat.digest(Audience::kOperators), !sees(session, chat)};
}

bool Delivery::sees(const Session& session, const CachedChat& chat) {
  if (session.is_operator)
    return chat.visibility().includes(session.author) || looks(session, chat);
  return chat.visitor() == session.author;
}

void Delivery::line(const CachedChat& chat) {
  Frame seen, gone;
  for (const Session* session : chat.crowd().operators) {
    Frame& frame = sees(*session, chat) ? seen : gone;
    if (frame == nullptr) frame = frame_of(encode(line_for(*session, chat)));
    turn_.send(session->id, frame);
  }
}

void Delivery::rerouted(const CachedChat& chat, const Visibility& before) {
  line(chat);
  for (Session* session : chat.crowd().operators) {
    const bool had_it = before.includes(session->author) || looks(*session, chat);
    if (!had_it && sees(*session, chat)) whole(chat, *session);
  }
}

void Delivery::appeared(const CachedChat& chat) {
  line(chat);
  each_viewer(chat, Audience::kChat, [&](Session& session) { whole(chat, session); });
}

}  // namespace holdfast::node
