#include "node/cached_chat.h"

#include <algorithm>

#include "base/plant.h"

namespace holdfast::node {

bool Visibility::includes(const Author& author) const {
  return every_operator || std::ranges::binary_search(operators, author);
}

CachedChat::Change CachedChat::hold(const Entry& entry, Arrival arrival) {
  const protocol::Content& content = *entry.content;
  Change change{};
  const auto known_at = index_of(content.digest);
  change.index = known_at.value_or(events_.size());
  change.new_event = !known_at;
  if (change.new_event) {
    events_.push_back({entry.content, {}});
    index_.add(content.digest, static_cast<std::uint32_t>(events_.size()));
    details_.emplace_back();
    const auto [id, first] =
        ids_.try_emplace({content.head.author, content.head.id}, content.digest);
    if (!first && id->second != content.digest) {
      change.conflict = true;
      conflicts_.emplace_back(id->second, content.digest);
    }
    if (content.head.kind == "open" && !visitor_) visitor_ = content.head.author;
  }
  Event& event = events_[change.index];
  const auto place =
      std::ranges::lower_bound(event.acceptances, entry.acceptance.mac, {}, &Acceptance::mac);
  const bool known = place != event.acceptances.end() && place->mac == entry.acceptance.mac;
  if (!known && (event.acceptances.empty() || !planted(Plant::kSecondAcceptanceDropped))) {
    event.acceptances.insert(place, entry.acceptance);
    change.new_acceptance = true;
  }
  std::vector<Standing>& standings = details_[change.index].standings;
  const bool stands = std::ranges::any_of(standings, [&](const Standing& at) {
    return at.origin == entry.origin && at.seq == entry.seq;
  });
  if (!stands) standings.push_back({entry.origin, entry.seq, entry.h});
  last_ = std::max(last_, arrival);

  if (change.new_event || change.new_acceptance) {
    for (auto& digest : digests_) digest.reset();
    if (closing_ || content.head.kind == "route" || content.head.kind == "open") stale_ = true;
  }
  return change;
}

const Event* CachedChat::find(const Digest& digest) const {
  const auto at = index_of(digest);
  return at ? &events_[*at] : nullptr;
}

std::optional<std::size_t> CachedChat::index_of(const Digest& digest) const {
  const std::uint32_t number = index_.find(
      digest, [&](std::uint32_t each) { return events_[each - 1].content->digest == digest; });
  if (number == 0) return std::nullopt;
  return number - 1;
}

bool CachedChat::mark_safe(std::size_t index, std::optional<Standing> at) {
  Detail& detail = details_[index];
  const bool was = std::exchange(detail.safe, true);
  if (at && !detail.safe_at) {
    detail.safe_at = std::move(at);
    return true;
  }
  return !was;
}

void CachedChat::erase(std::size_t index) {
  events_[index].content = protocol::without_body(*events_[index].content);
}

bool CachedChat::claim(const protocol::Content& content) {
  const auto [slot, first] =
      ids_.try_emplace({content.head.author, content.head.id}, content.digest);
  if (!first && slot->second != content.digest) return false;
  if (content.head.kind == "open" && !visitor_) visitor_ = content.head.author;
  return true;
}

const chat::Routing& CachedChat::routing() const {
  if (stale_) refold();
  return routing_;
}

const std::shared_ptr<const Visibility>& CachedChat::shared_visibility() const {
  if (stale_) refold();
  return visibility_;
}

void CachedChat::refold() const {
  stale_ = false;
  closing_ = false;
  routing_ = chat::fold_routing(events_);
  Visibility now{
      routing_.state, routing_.operator_id, routing_.state == chat::Decision::State::kQueued, {}};
  const auto add = [&now](std::optional<Author> who) {
    if (who) now.operators.push_back(*std::move(who));
  };
  for (const Digest& digest : routing_.unreplaced) {
    const auto decision = chat::parse_decision(*find(digest)->content);
    if (!decision) continue;
    add(decision->operator_id);
    if (decision->state != chat::Decision::State::kClosed) continue;
    closing_ = true;
    // Who had the chat until it was closed still sees how it ended.
    for (const Digest& replaced : decision->replaces) add(operator_of(replaced));
  }
  std::ranges::sort(now.operators);
  const auto doubled = std::ranges::unique(now.operators);
  now.operators.erase(doubled.begin(), doubled.end());
  if (visibility_ == nullptr || *visibility_ != now)
    visibility_ = std::make_shared<const Visibility>(std::move(now));
}

std::optional<Author> CachedChat::operator_of(const Digest& decision) const {
  const Event* const event = find(decision);
  if (event == nullptr) return std::nullopt;
  const auto parsed = chat::parse_decision(*event->content);
  if (!parsed) return std::nullopt;
  return parsed->operator_id;
}

const Hash32& CachedChat::digest(Audience up_to) const {
  auto& digest = digests_[static_cast<std::size_t>(up_to)];
  if (!digest) digest = chat::set_digest(events_, up_to);
  return *digest;
}

protocol::ChatState wire_state(chat::Decision::State state) {
  switch (state) {
    case chat::Decision::State::kQueued:
      return protocol::ChatState::kQueued;
    case chat::Decision::State::kAssigned:
      return protocol::ChatState::kAssigned;
    case chat::Decision::State::kClosed:
      return protocol::ChatState::kClosed;
  }
  return protocol::ChatState::kQueued;
}

}  // namespace holdfast::node
