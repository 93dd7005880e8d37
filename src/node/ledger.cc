#include "node/ledger.h"

#include "protocol/hashes.h"

namespace holdfast::node {

Ledger::Ledger(Turn& turn) : turn_(turn), h_(protocol::chain_start(turn.origin)) {}

Entry Ledger::accept(const ContentPtr& content) {
  turn_.counters.add(Count::kEventsAccepted);
  return enter(content, protocol::accept(turn_.config.keys.cluster, content->digest, turn_.origin,
                                         Seq(next_), clock_.next(turn_.wall())));
}

Entry Ledger::carry(const ContentPtr& content, const Acceptance& acceptance) {
  turn_.counters.add(Count::kEventsCarried);
  return enter(content, acceptance);
}

Entry Ledger::enter(const ContentPtr& content, Acceptance acceptance) {
  const ChainHash before = h_;
  h_ = protocol::chain_next(before, content->digest, acceptance.mac);
  return {turn_.origin, Seq(next_++), h_, content, std::move(acceptance), before};
}

void Ledger::observe(const Acceptance& acceptance) {
  clock_.observe(acceptance.hlc, turn_.wall(), Ms(turn_.config.clock_bound_ms));
}

void Ledger::resume(Seq last, const ChainHash& h) {
  next_ = last.value() + 1;
  h_ = h;
}

}  // namespace holdfast::node
