// One chat in memory: every event of it that is durable here, and what follows from them. A cache
// of the journal and nothing more: it may be dropped and read again at any time.
//
// The folds (transcript, routing, digest) are src/chat's; this class keeps their results until an
// event changes them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "chat/chat.h"
#include "node/digest_index.h"
#include "node/words.h"

namespace holdfast::node {

// Where an event stands in the journal: an entry that contains it.
struct Standing {
  Origin origin;
  Seq seq;
  ChainHash h;
};

// What a console's list shows of a chat, and who sees all of it, beside its visitor: the operators
// of the site while it waits for one, then those named by a decision that nothing replaced. After a
// split that can be two, and both see it.
struct Visibility {
  chat::Decision::State state = chat::Decision::State::kQueued;
  std::optional<Author> operator_id;
  bool every_operator = false;
  std::vector<Author> operators;  // ascending
  bool includes(const Author& author) const;
  friend bool operator==(const Visibility&, const Visibility&) = default;
};

struct Person;
struct Crowd;

class CachedChat {
 public:
  // `salt`: index_salt() of this node.
  CachedChat(ChatKey key, Crowd& crowd, std::uint64_t salt)
      : key_(std::move(key)), crowd_(&crowd), index_(salt) {}

  struct Change {
    std::size_t index;  // of the event
    bool new_event = false;
    bool new_acceptance = false;
    bool conflict = false;  // another event by this author has this id
  };
  // An entry of this chat is durable.
  Change hold(const Entry& entry, Arrival arrival);

  const ChatKey& key() const { return key_; }
  // The author of the opening event, which may still be on its way to the disk; empty as long as
  // nobody brought it.
  const std::optional<Author>& visitor() const { return visitor_; }
  bool empty() const { return events_.empty(); }
  Arrival last_arrival() const { return last_; }
  // The people of its site, and its visitor among them once the opening event is here.
  Crowd& crowd() const { return *crowd_; }
  Person* visitor_here = nullptr;
  // Some session looks at it, or did: see Session::looks.
  bool looked_at = false;
  // When somebody last asked for it, for its dropping.
  MonoMs touched{};

  std::span<const Event> events() const { return events_; }
  const Event& event(std::size_t index) const { return events_[index]; }
  const Event* find(const Digest& digest) const;
  std::optional<std::size_t> index_of(const Digest& digest) const;
  const std::vector<Standing>& standings(std::size_t index) const {
    return details_[index].standings;
  }

  // Events that have one author and one id, in pairs.
  const std::vector<std::pair<Digest, Digest>>& conflicts() const { return conflicts_; }

  // How it is known that the event is durable in both deployments.
  bool is_safe(std::size_t index) const { return details_[index].safe; }
  const std::optional<Standing>& safe_at(std::size_t index) const {
    return details_[index].safe_at;
  }
  // Returns false when that was known.
  bool mark_safe(std::size_t index, std::optional<Standing> at);

  // Its body was erased.
  void erase(std::size_t index);

  // The entry of a new event is on its way: its (author, id) is taken, and a chat that it opens has
  // its visitor. False, and nothing changes, when another digest has the id.
  bool claim(const protocol::Content& content);

  const chat::Routing& routing() const;
  const Visibility& visibility() const { return *shared_visibility(); }
  // Another object once it has changed.
  const std::shared_ptr<const Visibility>& shared_visibility() const;
  const Hash32& digest(Audience up_to) const;
  bool is_open() const { return routing().state != chat::Decision::State::kClosed; }

 private:
  struct Detail {
    std::vector<Standing> standings;
    bool safe = false;
    std::optional<Standing> safe_at;
  };
  void refold() const;
  std::optional<Author> operator_of(const Digest& decision) const;

  ChatKey key_;
  Crowd* crowd_;
  std::optional<Author> visitor_;
  Arrival last_{};
  std::vector<Event> events_;
  std::vector<Detail> details_;       // beside events_
  DigestIndex<std::uint32_t> index_;  // its place in events_, from 1
  std::map<std::pair<Author, EventId>, Digest> ids_;
  std::vector<std::pair<Digest, Digest>> conflicts_;

  // Computed when asked for.
  mutable bool stale_ = true;
  mutable bool closing_ = false;  // an unreplaced decision closes: then whatever arrives may open
  mutable chat::Routing routing_;
  mutable std::shared_ptr<const Visibility> visibility_;
  mutable std::optional<Hash32> digests_[3];
};

protocol::ChatState wire_state(chat::Decision::State state);

}  // namespace holdfast::node
