#include "chat/presence.h"

namespace holdfast::chat {

bool Presence::set(Session session, const protocol::SiteId& site,
                   const protocol::Author& operator_id, bool online) {
  const Key key{site, operator_id};
  const bool before = here_.contains(key);
  remove(session);
  sessions_.emplace(session, Link{key, online});
  if (online) ++here_[key];
  return here_.contains(key) != before;
}

bool Presence::remove(Session session) {
  const auto link = sessions_.find(session);
  if (link == sessions_.end()) return false;
  const auto count = link->second.online ? here_.find(link->second.key) : here_.end();
  sessions_.erase(link);
  if (count == here_.end() || --count->second != 0) return false;
  here_.erase(count);
  return true;
}

void Presence::peer_reports(const std::vector<Seen>& operators, bool full) {
  if (full) there_.clear();
  for (const Seen& seen : operators) {
    if (seen.online) {
      there_.emplace(seen.site, seen.operator_id);
    } else {
      there_.erase({seen.site, seen.operator_id});
    }
  }
}

void Presence::peer_lost() {
  there_.clear();
}

bool Presence::online(const protocol::SiteId& site, const protocol::Author& operator_id) const {
  return online_here(site, operator_id) || there_.contains({site, operator_id});
}

bool Presence::online_here(const protocol::SiteId& site,
                           const protocol::Author& operator_id) const {
  return here_.contains({site, operator_id});
}

std::set<protocol::Author> Presence::operators(const protocol::SiteId& site) const {
  std::set<protocol::Author> found;
  const Key first{site, protocol::Author()};
  for (auto at = here_.lower_bound(first); at != here_.end() && at->first.first == site; ++at)
    found.insert(at->first.second);
  for (auto at = there_.lower_bound(first); at != there_.end() && at->first == site; ++at)
    found.insert(at->second);
  return found;
}

std::vector<Presence::Seen> Presence::here() const {
  std::vector<Seen> seen;
  for (const auto& [key, count] : here_) seen.push_back({key.first, key.second, true});
  return seen;
}

}  // namespace holdfast::chat
