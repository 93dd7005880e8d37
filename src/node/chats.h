// The chats in memory, and those being read.
//
// A chat is read from the journal when somebody needs it: `with` runs at once when it is here, else
// after its ReadDone, in the order of asking. All open chats are here; a closed one goes when
// nobody looks at it any more. Entries that become durable while their chat is being read wait for
// it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "node/cached_chat.h"
#include "node/sessions.h"
#include "node/turn.h"

namespace holdfast::node {

class Chats {
 public:
  using Then = std::function<void(CachedChat&)>;
  struct Late {
    Entry entry;
    Arrival arrival;
  };
  // A chat that has just been read: it, what arrived meanwhile, and who waits for it.
  struct Loaded {
    CachedChat* chat;
    std::vector<Late> late;
    std::vector<Then> waiting;
  };

  Chats(Turn& turn, Sessions& sessions)
      : turn_(turn), sessions_(sessions), salt_(index_salt(turn.origin)), holders_(salt_) {}

  CachedChat* find(const ChatKey& key);
  void with(const ChatKey& key, Then then);
  // Starts reading it, unless it is here or being read.
  void load(const ChatKey& key);
  // An entry of a chat that is not here: it is read.
  void arrived_late(Entry entry, Arrival arrival);

  // The answer to one of our reads; empty when `read` is not ours.
  std::optional<Loaded> read_done(ReadId read, const std::vector<journal::StoredEntry>& entries);
  bool reading() const { return !reading_.empty() || !to_read_.empty(); }

  // After an entry was held: keeps what is known by digest and by visitor up to date.
  void index(CachedChat& chat, const Digest& digest);
  CachedChat* holder_of(const Digest& digest);

  // Every chat of a site that is here, by id.
  template <class Visit>
  void each_of(const SiteId& site, Visit visit) {
    for (auto at = chats_.lower_bound({site, ChatId()});
         at != chats_.end() && at->first.site == site; ++at) {
      visit(*at->second);
    }
  }
  template <class Visit>
  void each(Visit visit) {
    for (auto& [key, chat] : chats_) visit(*chat);
  }

  // Drops chats that are closed and that no visitor looks at, and those that turned out to be
  // empty. Called from time to time; `dropped` hears of each before it goes.
  void sweep(const std::function<void(CachedChat&)>& dropped);

  std::size_t size() const { return chats_.size(); }

 private:
  struct Reading {
    std::optional<ReadId> read;  // empty: waits for its turn
    std::vector<Late> late;
    std::vector<Then> waiting;
  };
  void start(const ChatKey& key, Reading& reading);
  bool is_looked_at(const CachedChat& chat) const;
  bool may_go(const CachedChat& chat);
  void drop(CachedChat& chat);

  Turn& turn_;
  Sessions& sessions_;
  std::map<ChatKey, std::unique_ptr<CachedChat>> chats_;
  std::map<ChatKey, Reading> reading_;
  std::map<ReadId, ChatKey> reads_;
  std::deque<ChatKey> to_read_;
  const std::uint64_t salt_;
  DigestIndex<CachedChat*> holders_;
};

}  // namespace holdfast::node
