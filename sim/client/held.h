// What a client holds of one chat: a grow-only set, with the answers computed from it remembered
// until it grows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/chat.h"
#include "protocol/event.h"
#include "protocol/names.h"

namespace holdfast::sim {

using protocol::Acceptance;
using protocol::Audience;
using protocol::Author;
using protocol::ChatId;
using protocol::ContentPtr;
using protocol::Deployment;
using protocol::Digest;
using protocol::Epoch;

inline constexpr Deployment kBoth[] = {Deployment::kPrimary, Deployment::kRedundant};
constexpr unsigned bit(Deployment deployment) {
  return deployment == Deployment::kPrimary ? 1U : 2U;
}

inline unsigned accepted_by(const std::vector<Acceptance>& acceptances) {
  unsigned by = 0;
  for (const Acceptance& acceptance : acceptances) {
    if (const auto deployment = protocol::deployment_of(acceptance.origin)) by |= bit(*deployment);
  }
  return by;
}

struct Held {
  ContentPtr content;
  bool mine = false;
  std::vector<Acceptance> acc;
  unsigned told = 0;  // deployments that said, about this own event, that it is durable there
  bool safe = false;
  bool hedge_won = false;  // the first word that it was taken came from where the hedge went
  std::optional<std::uint16_t> refused;

  bool settled() const { return safe || refused.has_value(); }
  bool in_both() const { return safe || (told | accepted_by(acc)) == 3; }
};

class ChatSet {
 public:
  // `some_changed` is set whenever anything changes here.
  ChatSet(ChatId chat, Audience up_to, bool& some_changed)
      : chat_(std::move(chat)), up_to_(up_to), some_changed_(some_changed) {}

  const ChatId& chat() const { return chat_; }
  // Whether anything changed since it was asked last.
  bool take_changed() { return std::exchange(changed_, false); }
  bool empty() const { return events_.empty(); }
  const std::map<Digest, Held>& events() const { return events_; }
  Held* find(const Digest& digest);
  Held& add(const ContentPtr& content, bool mine);
  // True when something was new.
  bool merge(Held& held, const std::vector<Acceptance>& more);
  // After any change of a Held made elsewhere.
  void touch();

  // Those that count for the transcript and may be named in `after`: not refused.
  const std::vector<protocol::Event>& standing() const;
  const Hash32& digest() const;
  const chat::Routing& routing() const;
  bool is_open() const { return !empty() && routing().state != chat::Decision::State::kClosed; }
  bool anything_accepted() const;

 private:
  ChatId chat_;
  Audience up_to_;
  bool& some_changed_;
  bool changed_ = false;
  std::map<Digest, Held> events_;
  mutable std::optional<std::vector<protocol::Event>> standing_;
  mutable std::optional<Hash32> digest_;
  mutable std::optional<chat::Routing> routing_;
};

}  // namespace holdfast::sim
