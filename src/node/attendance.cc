#include "node/attendance.h"

#include <algorithm>

namespace holdfast::node {
namespace {

constexpr Ms kReportEvery{5'000};
constexpr Ms kNeighbourForgotten{15'000};

chat::Presence::Session link_of(SessionId session) {
  return chat::Presence::Session(session.value());
}

}  // namespace

void Attendance::status(Session& session, bool online) {
  session.online = online;
  if (presence_.set(link_of(session.id), session.site, session.author, online))
    here_changed_ = true;
  changed_.insert(session.site);
}

void Attendance::session_gone(SessionId session, const SiteId& site) {
  if (!presence_.remove(link_of(session))) return;
  here_changed_ = true;
  changed_.insert(site);
}

void Attendance::peer_reports(const from_peer::Presence& report) {
  std::vector<chat::Presence::Seen> seen;
  for (const protocol::PeerPresence& each : report.operators) {
    seen.push_back({each.site, each.id, each.state == protocol::Presence::kOnline});
  }
  presence_.peer_reports(seen, report.full);
  mark_all();
}

void Attendance::neighbour_reports(const Origin& node, const from_peer::Presence& report) {
  Neighbour& neighbour = neighbours_[node];
  neighbour.heard = turn_.mono();
  std::set<std::pair<SiteId, Author>> online;
  for (const protocol::PeerPresence& each : report.operators) {
    if (each.state == protocol::Presence::kOnline) online.emplace(each.site, each.id);
  }
  if (online == neighbour.online) return;
  neighbour.online = std::move(online);
  here_changed_ = true;  // the peer hears of the whole deployment
  mark_all();
}

void Attendance::mark_all() {
  for (const auto& [site, crowd] : sessions_.crowds()) changed_.insert(site);
}

bool Attendance::online(const SiteId& site, const Author& who) const {
  return presence_.online(site, who) || std::ranges::any_of(neighbours_, [&](const auto& each) {
           return each.second.online.contains({site, who});
         });
}

bool Attendance::available(const SiteId& site) const {
  return presence_.available(site) || std::ranges::any_of(neighbours_, [&](const auto& each) {
           const auto first = each.second.online.lower_bound({site, Author()});
           return first != each.second.online.end() && first->first == site;
         });
}

std::vector<protocol::OperatorSeen> Attendance::operators(const SiteId& site_id) const {
  std::vector<protocol::OperatorSeen> seen;
  const Site* const site = settings_.site(site_id);
  if (site == nullptr) return seen;
  for (const auto& [author, who] : site->operators) {
    if (who.active) seen.push_back({author, who.name, online(site_id, author)});
  }
  return seen;
}

bool Attendance::settle(const SiteId& site) {
  Crowd& crowd = sessions_.crowd(site);
  const bool is_available = available(site);
  if (std::exchange(crowd.available, is_available) != is_available && !crowd.visitors.empty()) {
    const Frame frame = frame_of(encode(from_node::Presence{is_available, {}}));
    for (const Session* session : crowd.visitors) turn_.send(session->id, frame);
  }
  return is_available;
}

void Attendance::tell_site(const SiteId& site) {
  const bool is_available = settle(site);
  const Crowd& crowd = sessions_.crowd(site);
  if (crowd.operators.empty()) return;
  const Frame frame = frame_of(encode(from_node::Presence{is_available, operators(site)}));
  for (const Session* session : crowd.operators) turn_.send(session->id, frame);
}

from_peer::Presence Attendance::report(bool with_neighbours) const {
  std::set<std::pair<SiteId, Author>> online;
  for (const chat::Presence::Seen& seen : presence_.here()) {
    if (seen.online) online.emplace(seen.site, seen.operator_id);
  }
  if (with_neighbours) {
    for (const auto& [node, neighbour] : neighbours_)
      online.insert(neighbour.online.begin(), neighbour.online.end());
  }
  from_peer::Presence report{{}, true};
  for (const auto& [site, who] : online)
    report.operators.push_back({site, who, protocol::Presence::kOnline});
  return report;
}

void Attendance::tick() {
  const bool alive = peer_.link().alive();
  if (peer_was_alive_ && !alive) {
    presence_.peer_lost();
    mark_all();
  }
  const bool met = alive && !peer_was_alive_;
  peer_was_alive_ = alive;
  const auto forgotten = std::erase_if(neighbours_, [this](const auto& each) {
    return turn_.mono() - each.second.heard > kNeighbourForgotten;
  });
  if (forgotten != 0) mark_all();

  const bool due = turn_.mono() >= next_report_;
  if (due) next_report_ = turn_.mono() + kReportEvery;
  if (here_changed_ || met) peer_.tell(encode(report(true)));
  if (turn_.config.shared_journal && (here_changed_ || due)) {
    turn_.emit(Publish{"presence", turn_.origin.value() + "\n" + encode(report(false))});
  }
  here_changed_ = false;
  for (const SiteId& site : std::exchange(changed_, {})) tell_site(site);
}

}  // namespace holdfast::node
