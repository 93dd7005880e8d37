#include "sim/checkers/names_all.h"

#include <algorithm>

#include "protocol/names.h"

namespace holdfast::sim {
namespace {

struct Known {
  const protocol::Content* content;
  journal::Arrival at;
  std::optional<chat::Decision> decision;
};
using Events = std::map<Digest, Known>;

// The first arrival of each event.
std::map<ChatId, Events> by_chat(const FinalJournal& journal) {
  std::map<ChatId, Events> chats;
  for (const auto& [at, entry] : journal.entries) {
    const protocol::Content& content = *entry.content;
    if (content.head.chat.value().empty()) continue;
    std::optional<chat::Decision> decision;
    if (content.head.kind == "route" && content.body_bytes) {
      if (auto read = chat::parse_decision(content)) decision = *std::move(read);
    }
    chats[content.head.chat].try_emplace(content.digest, Known{&content, at, decision});
  }
  return chats;
}

std::set<Digest> past_of(const Events& events, const protocol::Content& content) {
  std::set<Digest> past;
  std::vector<Digest> open = content.head.after;
  while (!open.empty()) {
    const Digest digest = open.back();
    open.pop_back();
    const auto found = events.find(digest);
    if (found == events.end() || !past.insert(digest).second) continue;
    const auto& after = found->second.content->head.after;
    open.insert(open.end(), after.begin(), after.end());
  }
  return past;
}

bool one_node(const FinalJournal& journal, Deployment deployment) {
  return std::ranges::none_of(journal.holdings, [deployment](const auto& held) {
    const auto parts = protocol::parts_of(held.first.value());
    return parts && parts->deployment == deployment && parts->node == "n2";
  });
}

// A decision that `made` leaves standing although its maker had it before it.
std::optional<Digest> left_out(const Events& events, const Known& made) {
  journal::Arrival known_until(0);
  for (const Digest& named : made.content->head.after) {
    const auto found = events.find(named);
    if (found != events.end() && found->second.at < made.at)
      known_until = std::max(known_until, found->second.at);
  }
  std::set<Digest> replaced(made.decision->replaces.begin(), made.decision->replaces.end());
  for (const auto& [digest, other] : events) {
    if (other.decision && other.at < made.at)
      replaced.insert(other.decision->replaces.begin(), other.decision->replaces.end());
  }
  for (const Digest& digest : past_of(events, *made.content)) {
    const Known& other = events.at(digest);
    if (other.decision && other.at <= known_until && !replaced.contains(digest)) return digest;
  }
  return std::nullopt;
}

}  // namespace

void NamesAll::at_end(const Ending& ending) {
  for (const Deployment maker : kBoth) {
    const FinalJournal& journal = ending.of(maker);
    if (!struck_.contains(maker) && one_node(journal, maker)) check(maker, journal);
  }
}

void NamesAll::check(Deployment maker, const FinalJournal& journal) {
  for (const auto& [chat, events] : by_chat(journal)) {
    for (const auto& [digest, made] : events) {
      if (!made.decision || made.content->head.author != protocol::author_of(maker)) continue;
      if (made.decision->replaces.size() > 1) trace_.sometimes("a decision ended a conflict");
      const auto other = left_out(events, made);
      if (!other) continue;
      return failures_.add("4 names all", "decision {} of chat {} by {} does not replace {}",
                           short_name(digest), short_name(chat), protocol::name_of(maker),
                           short_name(*other));
    }
  }
}

}  // namespace holdfast::sim
