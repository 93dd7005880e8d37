#include "node/delivery.h"

#include <algorithm>

#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

const Acceptance& best_acceptance(const Event& event, Deployment ours) {
  const auto own = std::ranges::find_if(event.acceptances, [ours](const Acceptance& acceptance) {
    const auto parts = protocol::parts_of(acceptance.origin.value());
    return parts && parts->deployment == ours;
  });
  return own == event.acceptances.end() ? event.acceptances.front() : *own;
}

}  // namespace

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
  Frame frame;
  each_viewer(chat, chat.event(index).content->head.audience, [&](const Session& session) {
    if (session.is_operator && !before.includes(session.author)) return;
    if (std::ranges::find(except, session.id) != except.end()) return;
    if (frame == nullptr) frame = event_frame(chat, index);
    turn_.send(session.id, frame);
  });
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
}

void Delivery::whole(const CachedChat& chat, const Session& session) {
  for (std::size_t i = 0; i < chat.events().size(); ++i) {
    if (chat.event(i).content->head.audience <= session.sees())
      turn_.send(session.id, event_frame(chat, i));
  }
}

from_node::Chat Delivery::line_for(const Session& session, const CachedChat& chat) {
  const chat::Routing& routing = chat.routing();
  return {chat.key().chat, wire_state(routing.state), routing.operator_id,
          chat.digest(Audience::kOperators), !sees(session, chat)};
}

bool Delivery::sees(const Session& session, const CachedChat& chat) {
  if (session.is_operator) return chat.visibility().includes(session.author);
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
  for (const Session* session : chat.crowd().operators) {
    if (sees(*session, chat) && !before.includes(session->author)) whole(chat, *session);
  }
}

void Delivery::appeared(const CachedChat& chat) {
  line(chat);
  each_viewer(chat, Audience::kChat, [&](const Session& session) { whole(chat, session); });
}

}  // namespace holdfast::node
