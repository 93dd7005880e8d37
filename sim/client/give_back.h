// Compares what this client holds of its chats with what the deployments say they hold, and mends
// the difference both ways. After web/core/src/give_back.ts.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "sim/client/links.h"

namespace holdfast::sim {

class GiveBack {
 public:
  using Find = std::function<ChatSet*(const ChatId&)>;
  GiveBack(const Env& env, Audience up_to, Find find)
      : env_(env), up_to_(up_to), find_(std::move(find)) {}

  // They told their digest; nothing is under way.
  void compare_now(Link& link, const ChatId& chat, const Hash32& theirs);
  // They told their digest; a difference counts when it lasts.
  void compare(Link& link, const ChatId& chat, const Hash32& theirs);
  // The link told something about the chat: their digest is no longer what it was.
  void moved(Link& link, const ChatId& chat);
  // `wait`: somebody else brings it.
  void wait(Link& link, const ChatId& chat) { doubt(link, chat).exchanged_at = env_.now(); }
  // Tells them what we hold; they send what we lack and ask for what they lack.
  void exchange(Link& link, const ChatId& chat);
  // Answers `want`, opening event first.
  void give(Link& link, const ChatId& chat, const std::vector<Digest>& digests);

  MonoMs due() const;
  void ring();

 private:
  struct Doubt {
    Link* link = nullptr;
    ChatId chat;
    std::uint64_t connection = 0;
    std::optional<Hash32> theirs;  // while it differs
    MonoMs due = kNever;
    bool moved = false;
    int busy = 0;
    std::optional<MonoMs> exchanged_at;
  };

  std::map<ChatId, Doubt>& doubts_of(const Link& link) {
    return doubts_[link.deployment() == Deployment::kPrimary ? 0 : 1];
  }
  Doubt& doubt(Link& link, const ChatId& chat);
  void lapsed(Doubt& doubt);
  void settle(Doubt& doubt);
  void set_due(Doubt& doubt, MonoMs due);
  bool same(const ChatId& chat, const Hash32& theirs) const;
  std::vector<const Held*> visible(const ChatId& chat) const;

  const Env& env_;
  Audience up_to_;
  Find find_;
  std::map<ChatId, Doubt> doubts_[2];  // of each deployment
  mutable MonoMs next_ = kNever;       // the earliest of them
  mutable bool next_is_old_ = false;
};

}  // namespace holdfast::sim
