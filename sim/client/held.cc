#include "sim/client/held.h"

#include <algorithm>

namespace holdfast::sim {

Held* ChatSet::find(const Digest& digest) {
  const auto found = events_.find(digest);
  return found == events_.end() ? nullptr : &found->second;
}

Held& ChatSet::add(const ContentPtr& content, bool mine) {
  Held& held = events_[content->digest];
  held.content = content;
  held.mine = mine;
  touch();
  return held;
}

bool ChatSet::merge(Held& held, const std::vector<Acceptance>& more) {
  bool news = false;
  for (const Acceptance& acceptance : more) news |= protocol::add_acceptance(held.acc, acceptance);
  if (!news) return false;
  held.refused.reset();  // somebody took it after all
  touch();
  return true;
}

void ChatSet::touch() {
  changed_ = true;
  some_changed_ = true;
  standing_.reset();
  digest_.reset();
  routing_.reset();
}

const std::vector<protocol::Event>& ChatSet::standing() const {
  if (!standing_) {
    standing_.emplace();
    for (const auto& [digest, held] : events_) {
      if (!held.refused) standing_->push_back({held.content, held.acc});
    }
  }
  return *standing_;
}

// A refused event has no acceptance, so it counts in no digest.
const Hash32& ChatSet::digest() const {
  if (!digest_) digest_ = chat::set_digest(standing(), up_to_);
  return *digest_;
}

const chat::Routing& ChatSet::routing() const {
  if (!routing_) routing_ = chat::fold_routing(standing());
  return *routing_;
}

bool ChatSet::anything_accepted() const {
  return std::ranges::any_of(events_, [](const auto& item) { return !item.second.acc.empty(); });
}

}  // namespace holdfast::sim
