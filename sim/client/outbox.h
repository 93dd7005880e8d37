// Own events until they are safe, or refused for good, with what is known about their copies on the
// way. After web/core/src/outbox.ts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/client/env.h"
#include "sim/client/held.h"

namespace holdfast::sim {

// A copy that was sent over a connection which may still answer.
struct Flight {
  std::uint64_t connection;
  MonoMs at;
};

struct OutboxItem {
  OutboxItem(Held& of, ChatSet& in) : held(&of), set(&in) {}

  Held* held;
  ChatSet* set;
  std::map<Deployment, Flight> flights;
  std::map<Deployment, MonoMs> holds;  // this deployment is not asked again before
  std::optional<Deployment> first;     // where the very first copy went
  unsigned unknown =
      0;  // deployments that said, on their present connection, that they do not hold it
  std::optional<MonoMs> accepted_at;
  std::optional<MonoMs> hedge_denied_at;

  MonoMs hold(Deployment deployment) const {
    const auto found = holds.find(deployment);
    return found == holds.end() ? MonoMs(0) : found->second;
  }
};

// Ascending by event id, that is in the order in which they were written.
class Outbox {
 public:
  OutboxItem& add(Held& held, ChatSet& set) {
    const auto key = key_of(held);
    return items_.try_emplace(key, held, set).first->second;
  }
  OutboxItem* find(const Held& held) {
    const auto found = items_.find(key_of(held));
    return found == items_.end() ? nullptr : &found->second;
  }
  void remove(const Held& held) { items_.erase(key_of(held)); }

  using Items = std::map<std::pair<protocol::EventId, Digest>, OutboxItem>;
  Items& items() { return items_; }
  const Items& items() const { return items_; }
  std::size_t size() const { return items_.size(); }

 private:
  static Items::key_type key_of(const Held& held) {
    return {held.content->head.id, held.content->digest};
  }

  Items items_;
};

}  // namespace holdfast::sim
