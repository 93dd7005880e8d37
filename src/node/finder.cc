#include "node/finder.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "protocol/hlc.h"
#include "protocol/names.h"
#include "protocol/words.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kLimit = 20;
constexpr std::size_t kExcerptChars = 300;
constexpr std::size_t kNameChars = 100;
constexpr std::size_t kAtOnceMax = 200;
// What keeps an answer below the largest frame, whatever JSON makes of its texts.
constexpr std::size_t kAnswerBytesMax = 30'000;

// "<hlc>.<chat>", where the next page begins.
std::string cursor_of(const journal::SearchPlace& place) {
  return protocol::hlc_text(place.newest) + "." + place.chat.value();
}

std::optional<journal::SearchPlace> place_of(std::string_view cursor) {
  constexpr std::size_t kHlcSize = 16;
  if (cursor.size() <= kHlcSize || cursor[kHlcSize] != '.') return std::nullopt;
  const auto newest = protocol::parse_hlc(cursor.substr(0, kHlcSize));
  const std::string_view chat = cursor.substr(kHlcSize + 1);
  if (!newest || !protocol::is_hash_text(chat)) return std::nullopt;
  return journal::SearchPlace{*newest, ChatId(std::string(chat))};
}

protocol::Hlc first_accepted(const Event& event) {
  return std::ranges::min_element(event.acceptances, {}, &Acceptance::hlc)->hlc;
}

// Those that search looks at, newest first.
std::vector<const Event*> searched_events(const CachedChat& chat) {
  std::vector<const Event*> events;
  for (const Event& event : chat.events()) {
    const bool shown = event.content->head.audience <= Audience::kOperators;
    if (shown && !event.acceptances.empty() && protocol::is_searched(event.content->head.kind))
      events.push_back(&event);
  }
  std::ranges::sort(events, [](const Event* a, const Event* b) {
    return std::pair(first_accepted(*a), a->content->head.id) >
           std::pair(first_accepted(*b), b->content->head.id);
  });
  return events;
}

// The name that the visitor gave last.
std::optional<std::string> name_in(const std::vector<const Event*>& newest_first) {
  for (const Event* const event : newest_first) {
    const protocol::Content& content = *event->content;
    if ((content.head.kind != "contact" && content.head.kind != "open") || !content.body_bytes)
      continue;
    const auto body = json::parse_object(*content.body_bytes);
    if (!body) continue;
    const auto name = json::find_text(*body, "name");
    if (name && *name && !(*name)->empty()) return protocol::excerpt_at(**name, 0, kNameChars);
  }
  return std::nullopt;
}

}  // namespace

std::optional<protocol::FoundChat> find_in(const CachedChat& chat,
                                           const std::vector<std::string>& words) {
  const auto events = searched_events(chat);
  std::set<std::string_view> missing(words.begin(), words.end());
  const Event* shown = nullptr;
  std::string excerpt;
  for (const Event* const event : events) {
    if (shown != nullptr && missing.empty()) break;
    const std::string text = protocol::searched_text(*event->content);
    if (words.empty() && (!text.empty() || event == events.back())) {
      shown = event;
      excerpt = protocol::excerpt_at(text, 0, kExcerptChars);
      continue;
    }
    for (const protocol::Word& word : protocol::words_in(text)) {
      const auto wanted = std::ranges::find_if(
          words, [&](const std::string& each) { return word.text.starts_with(each); });
      if (wanted == words.end()) continue;
      missing.erase(*wanted);
      if (shown != nullptr) continue;
      shown = event;
      excerpt = protocol::excerpt_at(text, word.at, kExcerptChars);
    }
  }
  if (shown == nullptr || !missing.empty() || !chat.visitor()) return std::nullopt;
  return protocol::FoundChat{chat.key().chat,
                             wire_state(chat.routing().state),
                             chat.routing().operator_id,
                             *chat.visitor(),
                             name_in(events),
                             protocol::wall_of(first_accepted(*shown)),
                             shown->content->digest,
                             shown->content->head.author,
                             std::move(excerpt)};
}

void Finder::refuse(const Search& search, const WireError& error, std::uint64_t retry_ms) {
  if (sessions_.find(search.session) != nullptr)
    turn_.complain(search.session, error.code, "find: " + error.why, retry_ms);
}

void Finder::find(Session& session, from_client::Find frame) {
  Search search{session.id, session.site, std::move(frame.rid), {}, {}, {}, {}, 0};
  if (!session.is_operator) return refuse(search, {Code::kNotAllowed, "only operators search"});
  if (turn_.veil.is_down()) {
    return refuse(search, {Code::kNotReady, "what was erased meanwhile is not known here yet"},
                  kComeBackMs);
  }
  if (!session.lists.take(turn_.mono())) {
    return refuse(search, {Code::kRateLimited, "too many searches"},
                  session.lists.wait_ms(turn_.mono()));
  }
  if (asked_.size() + reading_.size() >= kAtOnceMax)
    return refuse(search, {Code::kOverloaded, "too many searches at once"}, kComeBackMs);
  journal::ChatSearch ask{search.site, protocol::wanted_words(frame.text), {}, kLimit};
  if (frame.before) {
    ask.before = place_of(*frame.before);
    if (!ask.before) return refuse(search, {Code::kBadFrame, "before: not the `next` of a page"});
  }
  if (frame.limit) ask.max = static_cast<std::size_t>(*frame.limit);
  search.words = ask.words;
  asked_.emplace(turn_.read(SearchChats{std::move(ask)}), std::move(search));
}

bool Finder::read_done(ReadId read, Result<ReadAnswer>& answer) {
  auto asked = asked_.extract(read);
  if (asked.empty()) return false;
  Search& search = asked.mapped();
  if (!answer) {
    refuse(search, {Code::kNotReady, answer.error().why}, kComeBackMs);
    return true;
  }
  auto& found = std::get<ChatsFoundRead>(*answer).found;
  search.places = std::move(found.chats);
  search.next = std::move(found.next);
  search.to_read = search.places.size();
  if (search.to_read == 0) {
    this->answer(std::move(search));
    return true;
  }
  const std::uint64_t number = ++searches_;
  const auto places = search.places;
  const SiteId site = search.site;
  reading_.emplace(number, std::move(search));
  for (const journal::SearchPlace& place : places) {
    chats_.with({site, place.chat},
                [this, number](const CachedChat& chat) { look_at(number, chat); });
  }
  return true;
}

void Finder::look_at(std::uint64_t number, const CachedChat& chat) {
  const auto reading = reading_.find(number);
  if (reading == reading_.end()) return;
  Search& search = reading->second;
  const Session* const session = sessions_.find(search.session);
  if (session != nullptr && looks_.may_look(search.site, session->author, chat)) {
    if (auto found = find_in(chat, search.words))
      search.found.emplace(chat.key().chat, *std::move(found));
  }
  if (--search.to_read != 0) return;
  auto done = reading_.extract(reading);
  answer(std::move(done.mapped()));
}

void Finder::answer(Search search) {
  if (sessions_.find(search.session) == nullptr) return;
  from_node::Found answer{std::move(search.rid), {}, {}};
  if (search.next) answer.next = cursor_of(*search.next);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < search.places.size(); ++i) {
    const auto found = search.found.find(search.places[i].chat);
    if (found == search.found.end()) continue;
    bytes += found->second.excerpt.size() + found->second.name.value_or("").size() + 300;
    if (bytes > kAnswerBytesMax) {
      // The rest is the next page's.
      answer.next = cursor_of(search.places[i - 1]);
      break;
    }
    answer.chats.push_back(std::move(found->second));
  }
  turn_.tell(search.session, answer);
}

}  // namespace holdfast::node
