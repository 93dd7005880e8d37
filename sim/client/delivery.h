// Brings the outbox out; after web/core/src/delivery.ts and hedge.ts. Looks at the whole outbox
// after each turn and sends what is due; idempotent, so it may run at any time.
//
// Events of one chat leave in their order on every link: a later one never overtakes an earlier one
// that this link still lacks.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "base/plant.h"
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
    if (planted(Plant::kHedgeWithoutLimit)) return true;
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    return true;
  }

 private:
  double tokens_ = 1.0;
};

// How fast a link may be fed; after web/core/src/pace.ts. Usually as fast as answers come; after
// `rate_limited` one event at a time, further apart with each refusal, and slowly faster again.
class Pace {
 public:
  MonoMs next_at() const { return next_; }
  void sent(MonoMs now) {
    if (gap_ms_ > 0) next_ = std::max(next_, now) + Ms(static_cast<std::int64_t>(gap_ms_));
  }
  void accepted() {
    gap_ms_ *= 0.97;
    if (gap_ms_ < 15) gap_ms_ = 0;
  }
  void limited(MonoMs now, Ms retry, MonoMs sent_at) {
    if (sent_at <= slowed_at_) return;
    gap_ms_ = std::max(80.0, gap_ms_ * 1.5);
    slowed_at_ = now;
    next_ = std::max(next_, now + std::max(retry, Ms(static_cast<std::int64_t>(gap_ms_))));
  }

 private:
  double gap_ms_ = 0;
  MonoMs slowed_at_{-1};
  MonoMs next_{0};
};

struct DeliveryHooks {
  std::function<void(Link&, const ChatId&)> exchange;  // the deployment does not know the chat
  std::function<void(OutboxItem&, std::uint16_t code)> refuse;  // refused for good
  std::function<void(Deployment, bool first, bool hedge)> sent;
  std::function<void(Deployment, const char* what)>
      report;  // "hedge won" or "late ack", seen of this deployment
};

class Delivery {
 public:
  // `window`: unanswered sends on a link.
  Delivery(const Env& env, Links& links, Outbox& outbox, std::size_t window, DeliveryHooks hooks)
      : env_(env), links_(links), outbox_(outbox), window_(window), hooks_(std::move(hooks)) {}

  void pump();
  MonoMs due() const { return next_; }

  // This link answered a copy after so long.
  void answered(Link& link, Ms took);
  // The first word that somebody took it came over this link.
  void accepted(OutboxItem& item, Link& link);
  void refused(OutboxItem& item, Link& link, const protocol::from_node::Refused& frame);

 private:
  using Blocked = std::set<std::pair<Deployment, ChatId>>;

  void advance(OutboxItem& item, Blocked& blocked);
  bool second(OutboxItem& item, Link& carrier, Link& other, const Blocked& blocked);
  bool hedge(OutboxItem& item, const Flight& flight, Link& carrier, Link& other,
             const Blocked& blocked);
  bool mute(const Link& link);
  bool offer(OutboxItem& item, Link& link, bool as_hedge, const Blocked& blocked);
  bool may_feed(const Link& link);
  bool transmit(OutboxItem& item, Link& link, bool as_hedge);
  const Flight* flight(const OutboxItem& item, const Link& link) const;
  bool under_way(const OutboxItem& item, const Link& link);
  void bridge(OutboxItem& item);
  bool later(MonoMs due);

  const Env& env_;
  Links& links_;
  Outbox& outbox_;
  std::size_t window_;
  DeliveryHooks hooks_;
  HedgeDelay delay_;
  HedgeBudget budget_;
  std::map<Deployment, Pace> paces_;
  MonoMs next_ = kNever;
};

}  // namespace holdfast::sim
