#include "node/chats.h"

#include <algorithm>

namespace holdfast::node {
namespace {

constexpr std::size_t kReadsAtOnce = 64;
// A closed chat stays a while: its last acceptances and its end are still on their way to somebody.
constexpr Ms kClosedStays{60'000};
// Somebody asked for a chat that does not exist; or its opening event is on its way to the disk.
constexpr Ms kEmptyStays{30'000};

}  // namespace

CachedChat* Chats::find(const ChatKey& key) {
  const auto found = chats_.find(key);
  return found == chats_.end() ? nullptr : found->second.get();
}

void Chats::with(const ChatKey& key, Then then) {
  if (CachedChat* const chat = find(key)) {
    chat->touched = turn_.mono();
    return then(*chat);
  }
  load(key);
  reading_[key].waiting.push_back(std::move(then));
}

void Chats::load(const ChatKey& key) {
  if (chats_.contains(key) || reading_.contains(key)) return;
  Reading& reading = reading_[key];
  if (reads_.size() < kReadsAtOnce) {
    start(key, reading);
  } else {
    to_read_.push_back(key);
  }
}

void Chats::start(const ChatKey& key, Reading& reading) {
  reading.read = turn_.read(ReadChat{key});
  reads_.emplace(*reading.read, key);
}

void Chats::arrived_late(Entry entry, Arrival arrival) {
  const ChatKey key{entry.content->head.site, entry.content->head.chat};
  load(key);
  reading_[key].late.push_back({std::move(entry), arrival});
}

std::optional<Chats::Loaded> Chats::read_done(ReadId read,
                                              const std::vector<journal::StoredEntry>& entries) {
  const auto asked = reads_.find(read);
  if (asked == reads_.end()) return std::nullopt;
  const ChatKey key = asked->second;
  reads_.erase(asked);
  auto reading = reading_.extract(key);
  if (!to_read_.empty()) {
    const ChatKey next = to_read_.front();
    to_read_.pop_front();
    start(next, reading_[next]);
  }

  auto& chat = chats_[key];
  chat = std::make_unique<CachedChat>(key, sessions_.crowd(key.site), salt_);
  chat->touched = turn_.mono();
  for (const journal::StoredEntry& stored : entries) {
    chat->hold(stored.entry, stored.arrival);
    index(*chat, stored.entry.content->digest);
  }
  turn_.counters.add(Count::kChatsLoaded);
  return Loaded{chat.get(), std::move(reading.mapped().late), std::move(reading.mapped().waiting)};
}

void Chats::index(CachedChat& chat, const Digest& digest) {
  chat.touched = turn_.mono();
  if (holder_of(digest) == nullptr) holders_.add(digest, &chat);
  if (chat.visitor_here != nullptr || !chat.visitor()) return;
  chat.visitor_here = &sessions_.person(chat.key().site, *chat.visitor());
  chat.visitor_here->chats.insert(chat.key().chat);
}

CachedChat* Chats::holder_of(const Digest& digest) {
  return holders_.find(digest,
                       [&](const CachedChat* chat) { return chat->find(digest) != nullptr; });
}

bool Chats::is_looked_at(const CachedChat& chat) const {
  return chat.looked_at && std::ranges::any_of(chat.crowd().operators, [&](const Session* each) {
           return each->looks.contains(chat.key().chat);
         });
}

bool Chats::may_go(const CachedChat& chat) {
  const Ms idle = turn_.mono() - chat.touched;
  if (chat.empty()) return idle >= kEmptyStays;
  if (idle < kClosedStays || chat.is_open() || is_looked_at(chat)) return false;
  return chat.visitor_here == nullptr || chat.visitor_here->links == 0;
}

void Chats::sweep(const std::function<void(CachedChat&)>& dropped) {
  for (auto at = chats_.begin(); at != chats_.end();) {
    CachedChat& chat = *at->second;
    if (!may_go(chat)) {
      ++at;
      continue;
    }
    dropped(chat);
    drop(chat);
    at = chats_.erase(at);
  }
}

void Chats::drop(CachedChat& chat) {
  for (const Event& event : chat.events()) {
    holders_.erase(event.content->digest, [&](const CachedChat* each) { return each == &chat; });
  }
  if (chat.visitor_here != nullptr) {
    chat.visitor_here->chats.erase(chat.key().chat);
    sessions_.release(*chat.visitor_here);
  }
  turn_.counters.add(Count::kChatsEvicted);
}

}  // namespace holdfast::node
