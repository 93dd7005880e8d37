// Brings the outbox out; after web/core/src/delivery.ts and hedge.ts. Looks at the whole outbox after each turn and sends what is
// due; idempotent, so it may run at any time.
//
// Events of one chat leave in their order on every link: a later one never overtakes an earlier one that this link still lacks.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "sim/client/links.h"
#include "sim/client/outbox.h"

namespace holdfast::sim {

// clamp(p95 of recent acks, 150 ms, 1 s)
class HedgeDelay {
 public:
  Ms delay() const { return delay_; }
  void acked(Ms took);

 private:
  std::vector<Ms> samples_;
  std::size_t at_ = 0;
  Ms delay_{400};
};

// 5 % of sends, while acks flow.
class HedgeBudget {
 public:
  void sent() { tokens_ = std::min(5.0, tokens_ + 0.05); }
  bool take() {
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    return true;
  }

 private:
  double tokens_ = 1.0;
};

struct DeliveryHooks {
  std::function<void(Link&, const ChatId&)> exchange;                // the deployment does not know the chat
  std::function<void(OutboxItem&, std::uint16_t code)> refuse;       // refused for good
  std::function<void(Deployment, const char* what)> report;          // "hedge won" or "late ack", seen of this deployment
};

class Delivery {
 public:
  Delivery(const Env& env, Links& links, Outbox& outbox, DeliveryHooks hooks)
      : env_(env), links_(links), outbox_(outbox), hooks_(std::move(hooks)) {}

  void pump();
  MonoMs due() const { return next_; }

  // This link says that the event is durable there. `fresh`: nobody had accepted it before.
  void accepted(OutboxItem& item, Link& link, bool fresh);
  void refused(OutboxItem& item, Link& link, const protocol::from_node::Refused& frame);

 private:
  using Blocked = std::set<std::pair<Deployment, ChatId>>;

  void advance(OutboxItem& item, Blocked& blocked);
  bool second(OutboxItem& item, Link& carrier, Link& other, const Blocked& blocked);
  bool hedge(OutboxItem& item, const Flight& flight, Link& carrier, Link& other, const Blocked& blocked);
  bool mute(const Link& link);
  bool offer(OutboxItem& item, Link& link, bool as_hedge, const Blocked& blocked);
  bool transmit(OutboxItem& item, Link& link, bool as_hedge);
  const Flight* flight(const OutboxItem& item, const Link& link) const;
  bool under_way(const OutboxItem& item, const Link& link);
  void bridge(OutboxItem& item);
  bool later(MonoMs due);

  const Env& env_;
  Links& links_;
  Outbox& outbox_;
  DeliveryHooks hooks_;
  HedgeDelay delay_;
  HedgeBudget budget_;
  MonoMs next_ = kNever;
};

}  // namespace holdfast::sim
