#include "node/safety.h"

#include "base/plant.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

constexpr int kMissesInARow = 64;
constexpr std::size_t kSlice = 1'000;

bool accepted_by_both(const Event& event) {
  bool primary = false, redundant = false;
  for (const Acceptance& acceptance : event.acceptances) {
    const auto deployment = protocol::deployment_of(acceptance.origin);
    primary = primary || deployment == Deployment::kPrimary;
    redundant = redundant || deployment == Deployment::kRedundant;
  }
  return primary && redundant;
}

}  // namespace

void Safety::look(CachedChat& chat, std::size_t index) {
  const Deployment theirs = protocol::other(turn_.config.deployment);
  if (chat.is_safe(index) && chat.safe_at(index)) return;
  std::optional<Standing> at;
  for (const Standing& standing : chat.standings(index)) {
    if (protocol::deployment_of(standing.origin) == theirs ||
        link_.peer_holds(standing.origin, standing.seq) || planted(Plant::kSafeWhenOneHolds))
      at = standing;
  }
  if (at || accepted_by_both(chat.event(index))) {
    mark(chat, index, at);
    if (at) return;
  }
  for (const Standing& standing : chat.standings(index)) {
    track(standing.origin, standing.seq, chat.event(index).content->digest);
  }
}

void Safety::mark(CachedChat& chat, std::size_t index, const std::optional<Standing>& at) {
  if (!chat.is_safe(index)) turn_.counters.add(Count::kEventsSafe);
  if (chat.mark_safe(index, at)) delivery_.safe(chat, index);
}

void Safety::look_at_all(CachedChat& chat) {
  for (std::size_t i = 0; i < chat.events().size(); ++i) look(chat, i);
}

void Safety::track(const Origin& origin, Seq seq, const Digest& digest) {
  if (tracked_[origin].emplace(seq, digest).second) ++waiting_;
}

bool Safety::settle(const Origin& origin, Seq seq, const Digest& digest) {
  if (!link_.peer_holds(origin, seq)) return false;
  CachedChat* const chat = chats_.holder_of(digest);
  if (chat == nullptr) return true;
  const auto index = chat->index_of(digest);
  if (!index) return true;
  for (const Standing& standing : chat->standings(*index)) {
    if (standing.origin != origin || standing.seq != seq) continue;
    mark(*chat, *index, standing);
  }
  return true;
}

void Safety::peer_changed() {
  for (auto& [origin, tracked] : tracked_) {
    int misses = 0;
    for (auto at = tracked.begin(); at != tracked.end() && misses < kMissesInARow;) {
      if (settle(origin, at->first, at->second)) {
        at = tracked.erase(at);
        --waiting_;
        misses = 0;
      } else {
        ++at;
        ++misses;
      }
    }
  }
  std::erase_if(tracked_, [](const auto& each) { return each.second.empty(); });
}

void Safety::sweep() {
  auto origin = tracked_.lower_bound(swept_.first);
  std::size_t looked = 0;
  for (; origin != tracked_.end(); ++origin) {
    const bool resumed = origin->first == swept_.first;
    auto at = resumed ? origin->second.lower_bound(swept_.second) : origin->second.begin();
    while (at != origin->second.end()) {
      if (++looked > kSlice) {
        swept_ = {origin->first, at->first};
        return;
      }
      if (settle(origin->first, at->first, at->second)) {
        at = origin->second.erase(at);
        --waiting_;
      } else {
        ++at;
      }
    }
  }
  swept_ = {};
  std::erase_if(tracked_, [](const auto& each) { return each.second.empty(); });
}

void Safety::forget(const CachedChat& chat) {
  for (std::size_t i = 0; i < chat.events().size(); ++i) {
    for (const Standing& standing : chat.standings(i)) {
      const auto origin = tracked_.find(standing.origin);
      if (origin != tracked_.end()) waiting_ -= origin->second.erase(standing.seq);
    }
  }
}

}  // namespace holdfast::node
