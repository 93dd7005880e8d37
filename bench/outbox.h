// Own events until they are safe, with what is known about their copies on the way. The twin of
// web/core/src/outbox.ts.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/moment.h"
#include "protocol/event.h"

namespace holdfast::bench {

// One slot for each deployment.
template <class T>
class PerDeployment {
 public:
  T& operator[](protocol::Deployment deployment) {
    return slots_[static_cast<std::size_t>(deployment)];
  }
  const T& operator[](protocol::Deployment deployment) const {
    return slots_[static_cast<std::size_t>(deployment)];
  }

 private:
  std::array<T, 2> slots_{};
};

struct Flight {
  std::uint64_t connection = 0;
  Moment at;
};

struct OutboxItem {
  protocol::ContentPtr content;
  std::vector<protocol::Acceptance> acceptances;
  PerDeployment<std::optional<Flight>> flights;
  PerDeployment<Moment> holds;  // before it this deployment is not asked again
  PerDeployment<bool> held;     // as far as its author was told
  bool was_sent = false;
  Moment accepted_at{};
  std::optional<Moment> hedge_denied_at;
};

class Outbox {
 public:
  using Key = std::pair<std::string, protocol::Digest>;  // id first: in the order of writing

  OutboxItem& add(protocol::ContentPtr content) {
    const auto digest = content->digest;
    const Key key{content->head.id.value(), digest};
    keys_[digest] = key;
    OutboxItem& item = items_[key];
    item.content = std::move(content);
    return item;
  }
  OutboxItem* find(const protocol::Digest& digest) {
    const auto found = keys_.find(digest);
    return found == keys_.end() ? nullptr : &items_.at(found->second);
  }
  void remove(const protocol::Digest& digest) {
    const auto found = keys_.find(digest);
    if (found == keys_.end()) return;
    items_.erase(found->second);
    keys_.erase(found);
  }
  std::map<Key, OutboxItem>& items() { return items_; }
  std::size_t size() const { return items_.size(); }

 private:
  std::map<Key, OutboxItem> items_;
  std::unordered_map<protocol::Digest, Key> keys_;
};

}  // namespace holdfast::bench
