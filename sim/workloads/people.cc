#include "sim/workloads/people.h"

#include <algorithm>

namespace holdfast::sim {
namespace {

constexpr std::size_t kChatsMax = 8;  // of one visitor
constexpr int kPasted = 12;           // lines
constexpr Ms kLine{60};

}  // namespace

void Person::next() {
  const Ms wait = pace_ / 4 + Ms(static_cast<std::int64_t>(random_.below(
                                  static_cast<std::uint64_t>(pace_.count() * 3 / 2))));
  cluster_.scheduler().after(wait, [this] {
    // Whoever sits before a frozen tab cannot do anything with it.
    if (!tab_.process().paused()) {
      if (client().trouble()) client().renew();
      act();
    }
    next();
  });
}

std::string Person::text() {
  static constexpr const char* kWords[] = {"hello",
                                           "is my order there",
                                           "ÄÖ ß 漢字 🙂",
                                           "\"quoted\" \\ and \t tab",
                                           "thanks",
                                           "line\nbreak",
                                           "<b>no</b>"};
  std::string text =
      fmt::format("{} {} {}", tab_.name(), messages_, kWords[random_.below(std::size(kWords))]);
  if (random_.chance(0.02)) text += std::string(1 + random_.below(3'000), 'x');
  return text;
}

void Person::say(const ChatId& chat) {
  client().say(chat, text());
  ++messages_;
}

// A list, line by line, as fast as it is typed elsewhere.
void Person::paste(const ChatId& chat) {
  for (int line = 0; line < kPasted; ++line) {
    cluster_.scheduler().after(kLine * line, [this, chat, life = tab_.process().life()] {
      const bool there = life == tab_.process().life() && !tab_.process().paused();
      if (there && !silent_) say(chat);
    });
  }
}

// ---- visitors ----

std::vector<ChatId> Visitor::open_chats() {
  std::vector<ChatId> open;
  for (const auto& [id, set] : client().chats()) {
    if (set.is_open()) open.push_back(id);
  }
  return open;
}

void Visitor::act() {
  if (silent_) return;
  const auto open = open_chats();
  if (open.empty() || (open.size() < 2 && random_.chance(0.01))) {
    if (client().chats().size() < kChatsMax && random_.chance(0.6)) {
      client().open_chat("https://shop.example/" + std::to_string(random_.below(100)));
      count_message();
    }
    return;
  }
  const ChatId& chat = open[random_.below(open.size())];
  const double dice = random_.unit();
  if (dice < 0.80) {
    say(chat);
    if (random_.chance(0.15)) say(chat);  // in two pieces
    if (random_.chance(0.03)) paste(chat);
  } else if (dice < 0.83) {
    client().ask(chat, protocol::AskWhat::kClose, [](bool, std::uint16_t) {});
  } else if (dice < 0.90) {
    client().typing(chat, true);
  }
}

// ---- operators ----

std::vector<ChatId> Operator::own_chats() {
  std::vector<ChatId> own;
  for (const auto& [id, set] : client().chats()) {
    if (set.empty()) continue;
    const auto& routing = set.routing();
    if (routing.state == chat::Decision::State::kAssigned &&
        routing.operator_id == client().author())
      own.push_back(id);
  }
  return own;
}

void Operator::ask(const ChatId& chat, protocol::AskWhat what) {
  if (!asking_.insert(chat).second) return;
  client().ask(chat, what, [this, chat, what](bool ok, std::uint16_t code) {
    asking_.erase(chat);
    cluster_.trace().sometimes(ok ? "ask granted" : fmt::format("ask refused {}", code));
    cluster_.trace().detail("{} asked {} of {}: {} {}", tab_.name(), protocol::name_of(what),
                            chat.value().substr(0, 8), ok ? "granted" : "refused", code);
  });
}

void Operator::take_waiting_chats() {
  for (const auto& [id, set] : client().chats()) {
    const auto told = client().told().find(id);
    if (told != client().told().end() && told->second.gone) continue;
    const bool told_queued =
        told != client().told().end() && told->second.state == protocol::ChatState::kQueued;
    const bool looks_queued = !set.empty() && set.routing().state == chat::Decision::State::kQueued;
    if (told_queued || looks_queued) ask(id, protocol::AskWhat::kAccept);
  }
}

void Operator::act() {
  if (std::exchange(asking_in_life_, tab_.process().life()) != tab_.process().life())
    asking_.clear();
  if (!silent_ && random_.chance(0.01)) {
    online_ = !online_;
    client().set_presence(online_ ? protocol::Presence::kOnline : protocol::Presence::kAway);
  }
  if (silent_ && !online_) {
    online_ = true;
    client().set_presence(protocol::Presence::kOnline);
  }
  if (online_) take_waiting_chats();
  if (silent_) return;
  const auto own = own_chats();
  if (own.empty()) return;
  const ChatId& chat = own[random_.below(own.size())];
  const double dice = random_.unit();
  if (dice < 0.70) {
    say(chat);
  } else if (dice < 0.76) {
    client().note(chat, "note: " + text());
    count_message();
  } else if (dice < 0.80) {
    ask(chat, protocol::AskWhat::kClose);
  } else if (dice < 0.82) {
    ask(chat, protocol::AskWhat::kRelease);
  }
}

}  // namespace holdfast::sim
