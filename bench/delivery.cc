// How a person's outbox is brought out: the rules of web/core/src/delivery.ts and links.ts.
//
// An unaccepted event goes to the carrier; when its answer is late, also over the other link: as a
// hedge after the hedge delay, within the budget while acks flow; at once when the first link is
// dead or has answered nothing for a whole hedge delay. An accepted event that does not become safe
// is carried to the other deployment. Events of one chat leave in their order on every link.
#include <algorithm>

#include "bench/person.h"

namespace holdfast::bench {
namespace {

using namespace protocol;

constexpr std::size_t kVisitorWindow = 12;  // unanswered sends on a link
constexpr std::size_t kOperatorWindow = 64;
constexpr Span kBridgeAfter = ms(2'000);
constexpr Span kRepeat = ms(5'000);
constexpr Span kBackAfter = ms(5'000);

}  // namespace

// Over fast, back slowly: once the other link carries, it goes on until the active one has been up
// for a while.
Wire* Person::carrier() {
  Wire& active = wire_to(active_deployment(epoch_));
  Wire& second = other(active);
  const bool settled = active.up() && now() - active.up_since() >= kBackAfter;
  if (bypassed_ && second.usable() && !settled) return &second;
  Wire* chosen = nullptr;
  for (Wire* const each : {&active, &second}) {
    if (chosen == nullptr && each->usable()) chosen = each;
  }
  for (Wire* const each : {&active, &second}) {
    if (chosen == nullptr && each->up()) chosen = each;
  }
  if (chosen == &active) failed_.erase(&active);
  bypassed_ = chosen == &second && failed_.contains(&active);
  return chosen;
}

void Person::pump() {
  next_ = kNever;
  Wire* const carries = carrier();
  Blocked blocked;
  for (auto& [key, item] : outbox_.items()) {
    if (!item.acceptances.empty()) {
      bridge(item);
    } else if (carries != nullptr) {
      advance(item, *carries, blocked);
    }
  }
  alarm_.at(next_);
}

void Person::advance(OutboxItem& item, Wire& carrier, Blocked& blocked) {
  const std::string& chat = item.content->head.chat.value();
  if (!under_way(item, carrier) && !offer(item, carrier, false, blocked))
    blocked[&carrier].insert(chat);
  Wire& rest = other(carrier);
  if (!under_way(item, rest) && !second(item, carrier, rest, blocked)) blocked[&rest].insert(chat);
}

// A second copy, when it is time for one. False: `other` did not get it.
bool Person::second(OutboxItem& item, Wire& carrier, Wire& other, Blocked& blocked) {
  if (!other.usable()) return false;
  if (!under_way(item, carrier)) {
    // It could not be given to the carrier: told to wait there, or too much waits there.
    const bool open = item.holds[carrier.deployment()] > now() || mute(carrier);
    return open && offer(item, other, false, blocked);
  }
  const bool silent = mute(carrier);
  const Moment since = item.hedge_denied_at.value_or(item.flights[carrier.deployment()]->at);
  const Moment due = since + delay_.delay();
  if (!silent && now() < due) return later(due);
  if (blocked[&other].contains(item.content->head.chat.value())) return false;
  if (!silent && !budget_.take()) {
    item.hedge_denied_at = now();
    ++world_.counters.hedges_denied;
    return later(now() + delay_.delay());
  }
  return offer(item, other, true, blocked);
}

// Nothing at all was answered for one hedge delay, though something waits.
bool Person::mute(const Wire& wire) {
  if (wire.oldest_pending() == kNever) return false;
  const Moment at = std::max(wire.oldest_pending(), wire.answered_at()) + delay_.delay();
  return now() >= at || later(at);
}

bool Person::offer(OutboxItem& item, Wire& wire, bool hedge, Blocked& blocked) {
  if (!wire.up() || blocked[&wire].contains(item.content->head.chat.value())) return false;
  const Moment hold = item.holds[wire.deployment()];
  if (hold > now()) return later(hold);
  return may_feed(wire) && send(item, wire, hedge);
}

bool Person::may_feed(const Wire& wire) const {
  return wire.pending() < (identity_->is_operator ? kOperatorWindow : kVisitorWindow);
}

bool Person::send(OutboxItem& item, Wire& wire, bool hedge) {
  const Content& content = *item.content;
  if (!wire.send(
          from_client::Send{content.head_bytes, *content.body_bytes, hedge, item.acceptances})) {
    return false;
  }
  auto& counters = world_.counters;
  if (!item.acceptances.empty()) {
    ++counters.bridged;
  } else if (hedge) {
    ++counters.hedges;
  } else if (item.was_sent) {
    ++counters.reroutes;
  } else {
    budget_.sent();
    ++counters.sent;
  }
  item.was_sent = true;
  item.flights[wire.deployment()] = {wire.connection(), now()};
  wire.expect(content.digest);
  later(now() + kRepeat);
  return true;
}

// A copy on this link may still be answered.
bool Person::under_way(const OutboxItem& item, const Wire& wire) {
  const auto& flight = item.flights[wire.deployment()];
  if (!flight || !wire.up() || flight->connection != wire.connection()) return false;
  return !later(flight->at + kRepeat) && now() < flight->at + kRepeat;
}

void Person::bridge(OutboxItem& item) {
  for (Wire* const wire : {&primary_, &redundant_}) {
    const Deployment deployment = wire->deployment();
    if (!wire->usable() || item.held[deployment]) continue;
    const auto& flight = item.flights[deployment];
    if (flight && flight->connection == wire->connection()) continue;  // once a connection
    const Moment due = std::max(std::max(item.accepted_at, wire->up_since()) + kBridgeAfter,
                                item.holds[deployment]);
    if (now() < due) {
      later(due);
    } else if (may_feed(*wire)) {
      send(item, *wire, false);
    }
  }
}

// False, so that callers can say: not now, look again at `due`.
bool Person::later(Moment due) {
  if (due > now()) next_ = std::min(next_, due);
  return false;
}

}  // namespace holdfast::bench
