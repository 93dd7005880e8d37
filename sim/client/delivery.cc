#include "sim/client/delivery.h"

#include <algorithm>

#include "protocol/codes.h"

namespace holdfast::sim {
namespace {

constexpr Ms kBridgeAfter{
    2'000};  // the peer link is faster when it is up, and is back soon when it was not
constexpr Ms kRepeat{5'000};  // an answer was lost although others come
constexpr Ms kRetry{1'000};
constexpr Ms kResync{500};
constexpr Ms kLateAck{1'000};
constexpr std::size_t kSamples = 64;

}  // namespace

void HedgeDelay::acked(Ms took) {
  if (samples_.size() < kSamples) {
    samples_.push_back(took);
  } else {
    samples_[at_] = took;
    at_ = (at_ + 1) % kSamples;
  }
  auto sorted = samples_;
  std::ranges::sort(sorted);
  const std::size_t p95 = (sorted.size() * 95 + 99) / 100 - 1;
  delay_ = std::clamp(sorted[p95], Ms(150), Ms(1'000));
}

void Delivery::pump() {
  next_ = kNever;
  Blocked
      blocked;  // what a link may take of a chat ends at the first event that it could not be given
  for (auto& [key, item] : outbox_.items()) {
    if (item.held->acc.empty()) {
      advance(item, blocked);
    } else {
      bridge(item);
    }
  }
}

void Delivery::advance(OutboxItem& item, Blocked& blocked) {
  Link* const carrier = links_.carrier();
  if (carrier == nullptr) return;
  Link& other = links_.other(*carrier);
  const ChatId& chat = item.set->chat();
  if (!under_way(item, *carrier) && !offer(item, *carrier, false, blocked))
    blocked.emplace(carrier->deployment(), chat);
  if (!under_way(item, other) && !second(item, *carrier, other, blocked))
    blocked.emplace(other.deployment(), chat);
}

bool Delivery::second(OutboxItem& item, Link& carrier, Link& other, const Blocked& blocked) {
  if (!other.usable()) return false;
  const Flight* const first = flight(item, carrier);
  if (first == nullptr) {
    // It could not be given to the carrier: told to wait there, or too much waits there that nobody
    // answers.
    const bool open = item.hold(carrier.deployment()) > env_.now() || mute(carrier);
    return open && offer(item, other, false, blocked);
  }
  return hedge(item, *first, carrier, other, blocked);
}

bool Delivery::hedge(OutboxItem& item, const Flight& flight, Link& carrier, Link& other,
                     const Blocked& blocked) {
  const MonoMs now = env_.now();
  const bool nothing_comes = mute(carrier);
  const MonoMs due = item.hedge_denied_at.value_or(flight.at) + delay_.delay();
  if (!nothing_comes && now < due) return later(due);
  if (blocked.contains({other.deployment(), item.set->chat()})) return false;
  if (!nothing_comes && !budget_.take()) {
    item.hedge_denied_at = now;
    env_.trace.sometimes("hedge denied by its budget");
    return later(now + delay_.delay());
  }
  if (!offer(item, other, true, blocked)) return false;
  env_.trace.sometimes("hedge sent");
  return true;
}

// Nothing at all was answered for one hedge delay, though something waits.
bool Delivery::mute(const Link& link) {
  if (link.pending_count() == 0) return false;
  const MonoMs mute_at = std::max(link.oldest_pending(), link.answered_at()) + delay_.delay();
  if (env_.now() >= mute_at) return true;
  later(mute_at);
  return false;
}

bool Delivery::offer(OutboxItem& item, Link& link, bool as_hedge, const Blocked& blocked) {
  if (!link.up() || blocked.contains({link.deployment(), item.set->chat()})) return false;
  const MonoMs hold = item.hold(link.deployment());
  if (hold > env_.now()) return later(hold);
  return may_feed(link) && transmit(item, link, as_hedge);
}

bool Delivery::may_feed(const Link& link) {
  if (link.pending_count() >= window_) return false;  // an answer makes room, and pumps
  const MonoMs next = paces_[link.deployment()].next_at();
  return next <= env_.now() || later(next);
}

bool Delivery::transmit(OutboxItem& item, Link& link, bool as_hedge) {
  const protocol::Content& content = *item.held->content;
  if (!content.body_bytes) return false;
  if (!link.send(protocol::from_client::Send{content.head_bytes, *content.body_bytes, as_hedge,
                                             item.held->acc}))
    return false;
  const MonoMs now = env_.now();
  item.flights[link.deployment()] = {link.connection(), now};
  hooks_.sent(link.deployment(), !item.first, as_hedge);
  if (!item.first) {
    item.first = link.deployment();
    budget_.sent();
  }
  link.expect(content.digest);
  paces_[link.deployment()].sent(now);
  later(now + kRepeat);
  return true;
}

const Flight* Delivery::flight(const OutboxItem& item, const Link& link) const {
  const auto found = item.flights.find(link.deployment());
  if (found == item.flights.end() || !link.up() || found->second.connection != link.connection())
    return nullptr;
  return env_.now() < found->second.at + kRepeat ? &found->second : nullptr;
}

bool Delivery::under_way(const OutboxItem& item, const Link& link) {
  const Flight* const on_its_way = flight(item, link);
  if (on_its_way != nullptr) later(on_its_way->at + kRepeat);
  return on_its_way != nullptr;
}

// An accepted event that does not become safe is carried to the other deployment with its
// acceptance.
void Delivery::bridge(OutboxItem& item) {
  const MonoMs now = env_.now();
  if (!item.accepted_at) item.accepted_at = now;
  for (const Deployment deployment : kBoth) {
    Link& link = links_.get(deployment);
    const unsigned held_at = (item.held->told | accepted_by(item.held->acc)) &
                             ~item.unknown;  // as far as its author was told
    if (!link.usable() || (held_at & bit(deployment)) != 0) continue;
    const auto sent = item.flights.find(deployment);
    if (sent != item.flights.end() && sent->second.connection == link.connection())
      continue;  // once a connection
    const MonoMs due = std::max(
        {std::max(*item.accepted_at, link.up_since()) + kBridgeAfter, item.hold(deployment)});
    if (now < due) {
      later(due);
    } else if (may_feed(link) && transmit(item, link, false)) {
      env_.trace.sometimes("browser bridged the deployments");
    }
  }
}

void Delivery::answered(Link& link, Ms took) {
  delay_.acked(took);
  paces_[link.deployment()].accepted();
  if (took >= kLateAck) hooks_.report(link.deployment(), "late ack");
}

void Delivery::accepted(OutboxItem& item, Link& link) {
  item.accepted_at = env_.now();
  if (item.first && *item.first != link.deployment() && item.flights.contains(link.deployment())) {
    item.held->hedge_won = true;
    hooks_.report(protocol::other(link.deployment()), "hedge won");
  }
}

void Delivery::refused(OutboxItem& item, Link& link, const protocol::from_node::Refused& frame) {
  const auto sent = item.flights.find(link.deployment());
  const MonoMs sent_at = sent == item.flights.end() ? env_.now() : sent->second.at;
  item.flights.erase(link.deployment());
  if (frame.code == protocol::Code::kRateLimited) {
    return paces_[link.deployment()].limited(
        env_.now(), Ms(static_cast<std::int64_t>(frame.retry_ms.value_or(0))), sent_at);
  }
  const auto action = protocol::client_action(frame.code);
  if (action == protocol::ClientAction::kGiveUp) {
    // The other deployment may have taken it, or still be about to; then this one hears of it from
    // there.
    item.holds[link.deployment()] = kNever;
    if (item.held->acc.empty() && !under_way(item, links_.other(link)))
      hooks_.refuse(item, protocol::number(frame.code));
    return;
  }
  const Ms asked(static_cast<std::int64_t>(frame.retry_ms.value_or(0)));
  const Ms base = action == protocol::ClientAction::kResync ? kResync : std::max(kRetry, asked);
  item.holds[link.deployment()] = env_.now() + asked + env_.jitter(base);
  if (frame.code == protocol::Code::kUnknownChat) hooks_.exchange(link, item.set->chat());
}

bool Delivery::later(MonoMs due) {
  if (due > env_.now()) next_ = std::min(next_, due);
  return false;
}

}  // namespace holdfast::sim
