#include "node/settings_desk.h"

#include <algorithm>

#include "node/carry.h"
#include "node/delivery.h"
#include "node/settings_check.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

// Every write is kept for ever and read at every start: far more than people make, far less than a
// broken console could.
constexpr double kWritesBurst = 300;
constexpr double kWritesPerS = 0.5;

}  // namespace

void SettingsDesk::send(Session& session, const ContentPtr& content,
                        const std::vector<Acceptance>& acceptances) {
  const Digest& digest = content->digest;
  const Event* const held = settings_.find(digest);
  const bool on_its_way = batches_.carries(digest);
  const bool genuine = carry_genuine(turn_, batches_, ledger_, content, acceptances, held) != 0;
  if (held != nullptr || on_its_way) {
    turn_.counters.add(Count::kEventsDuplicate);
    return held != nullptr ? accepted(session.id, digest) : batches_.wait(digest, session.id);
  }
  const auto judged = judge(session, content);
  if (judged) {
    settings_.claim(*content);
    batches_.add(ledger_.accept(content));
  }
  // What was accepted once is a fact, whoever may write what by now.
  if (judged || (genuine && batches_.carries(digest))) return batches_.wait(digest, session.id);
  std::uint64_t retry_ms = 0;
  if (judged.error().code == Code::kRateLimited)
    retry_ms = rates_.at({session.site, session.author}).wait_ms(turn_.mono());
  if (judged.error().code == Code::kOverloaded) retry_ms = kComeBackMs;
  turn_.refuse(session.id, digest, judged.error(), retry_ms);
}

Parsed<void> SettingsDesk::judge(const Session& session, const ContentPtr& content) {
  if (session.site.value() == protocol::kProbeSite)
    return refuse(Code::kNotAllowed, "the probe's site has no settings");
  const auto write = chat::parse_write(*content);
  if (!write) return refuse(Code::kBadFrame, "body: {}", write.error().why);
  if (auto meant = check_write(session.site, *write, turn_.config.webhooks_http_to_loopback);
      !meant)
    return meant;
  if (auto may = may_write(settings_, session.site, session.author, *write); !may) return may;
  if (settings_.conflicts(*content)) {
    return refuse(Code::kIdConflict, "another event of {} has the id {}", session.author,
                  content->head.id);
  }
  const bool ends_owner = ends_an_owner(settings_, session.site, *write);
  if (ends_owner) {
    if (auto left = leaves_an_owner(settings_, session.site, *write); !left) return left;
    // Two owners who demote each other in the same moment.
    if (owners_leaving_.contains(session.site))
      return refuse(Code::kOverloaded, "{}: another change of owners is being saved", write->field);
  }
  auto& rate =
      rates_.try_emplace({session.site, session.author}, kWritesBurst, kWritesPerS, turn_.mono())
          .first->second;
  if (!rate.take(turn_.mono())) return refuse(Code::kRateLimited, "too many settings at once");
  if (ends_owner) {
    owners_leaving_.insert(session.site);
    batches_.then([this, site = session.site] { owners_leaving_.erase(site); });
  }
  return {};
}

std::optional<Settings::Change> SettingsDesk::hold(const Entry& entry) {
  const Digest& digest = entry.content->digest;
  const auto waiters = batches_.take_waiters(digest);
  if (entry.content->head.kind != "set") return std::nullopt;
  const auto change = settings_.hold(entry.content, entry.acceptance);
  if (protocol::author_kind(entry.content->head.author.value()) ==
      protocol::AuthorKind::kOperator) {
    const Standing standing{entry.origin, entry.seq, entry.h};
    written_[digest].standings.push_back(standing);
    for (const SessionId waiter : waiters) accepted(waiter, digest);
    look(digest, standing);
  }
  return change;
}

void SettingsDesk::accepted(SessionId session, const Digest& digest) {
  const Event* const event = settings_.find(digest);
  if (event == nullptr || sessions_.find(session) == nullptr) return;
  turn_.tell(session,
             from_node::Accepted{digest, best_acceptance(*event, turn_.config.deployment)});
  const auto& safe_at = written_[digest].safe_at;
  if (safe_at)
    turn_.tell(session, from_node::Safe{digest, safe_at->origin, safe_at->seq, safe_at->h});
}

bool SettingsDesk::is_safe(const Standing& standing) const {
  const auto parts = protocol::parts_of(standing.origin.value());
  const bool theirs = parts && parts->deployment == protocol::other(turn_.config.deployment);
  return theirs || link_.peer_holds(standing.origin, standing.seq);
}

void SettingsDesk::look(const Digest& digest, const Standing& standing) {
  Written& written = written_[digest];
  if (written.safe_at) return;
  if (!is_safe(standing)) {
    waiting_.emplace(std::pair{standing.origin, standing.seq}, digest);
    return;
  }
  written.safe_at = standing;
  const Event* const event = settings_.find(digest);
  const Person* const author =
      sessions_.find_person(event->content->head.site, event->content->head.author);
  if (author == nullptr) return;
  for (const Session* const session : author->sessions)
    turn_.tell(session->id, from_node::Safe{digest, standing.origin, standing.seq, standing.h});
}

void SettingsDesk::peer_changed() {
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto& [origin, seq] = at->first;
    if (!link_.peer_holds(origin, seq)) {
      ++at;
      continue;
    }
    const Digest digest = at->second;
    const auto& standings = written_.at(digest).standings;
    const auto standing = std::ranges::find_if(
        standings, [&](const Standing& each) { return each.origin == origin && each.seq == seq; });
    if (standing != standings.end()) look(digest, *standing);
    at = waiting_.erase(at);
  }
}

std::optional<protocol::KnownOutbox> SettingsDesk::known(const Session& session,
                                                         const Digest& digest) const {
  const Event* const event = settings_.find(digest);
  if (event == nullptr || event->content->head.site != session.site ||
      event->content->head.author != session.author)
    return std::nullopt;
  protocol::KnownOutbox known{digest, event->acceptances, {}};
  const auto written = written_.find(digest);
  if (written != written_.end() && written->second.safe_at) {
    const Standing& at = *written->second.safe_at;
    known.safe = protocol::SafeAt{at.origin, at.seq, at.h};
  }
  return known;
}

}  // namespace holdfast::node
