// The events of one chat as a graph: which of them each one comes after. Private to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "protocol/event.h"

namespace holdfast::chat {

// Of what an event names in `after`, only that counts which is held here, accepted, of the same
// chat, and of the same or a wider audience; everything else is as if it were not named. Built once
// in O(n log n); dies with the events.
class AfterGraph {
 public:
  explicit AfterGraph(std::span<const protocol::Event> events);

  std::optional<std::size_t> find(const protocol::Digest& digest) const;
  // The events that event `i` comes after, directly.
  std::span<const std::uint32_t> before(std::size_t i) const {
    return std::span(named_).subspan(starts_[i], starts_[i + 1] - starts_[i]);
  }

 private:
  std::vector<std::pair<protocol::Digest, std::uint32_t>> by_digest_;  // ascending
  std::vector<std::uint32_t> named_;  // of all events, one after the other
  std::vector<std::size_t> starts_;   // where each event's begin in named_
};

}  // namespace holdfast::chat
