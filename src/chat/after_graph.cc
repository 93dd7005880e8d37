#include "chat/after_graph.h"

#include <algorithm>

namespace holdfast::chat {
namespace {

bool counts(const protocol::Event& named, const protocol::Event& event) {
  return !named.acceptances.empty() && named.content->head.chat == event.content->head.chat &&
         named.content->head.audience <= event.content->head.audience;
}

}  // namespace

AfterGraph::AfterGraph(std::span<const protocol::Event> events) {
  by_digest_.reserve(events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    by_digest_.emplace_back(events[i].content->digest, static_cast<std::uint32_t>(i));
  std::ranges::sort(by_digest_);
  starts_.reserve(events.size() + 1);
  for (const protocol::Event& event : events) {
    starts_.push_back(named_.size());
    for (const protocol::Digest& digest : event.content->head.after) {
      const auto named = find(digest);
      if (named && counts(events[*named], event))
        named_.push_back(static_cast<std::uint32_t>(*named));
    }
  }
  starts_.push_back(named_.size());
}

std::optional<std::size_t> AfterGraph::find(const protocol::Digest& digest) const {
  const auto found = std::ranges::lower_bound(by_digest_, digest, {},
                                              &std::pair<protocol::Digest, std::uint32_t>::first);
  if (found == by_digest_.end() || found->first != digest) return std::nullopt;
  return found->second;
}

}  // namespace holdfast::chat
