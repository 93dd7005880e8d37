// Retention: chats that have been closed for longer than their site's `retention_days` are erased.
//
// The decider writes an `erase` event for each, a few at a time, in the background; what follows is
// erasure.h's. It goes through the closed chats of one site after the other, page by page, and
// begins again after a while. Both deployments obey; the standby writes nothing.
#pragma once

#include <optional>

#include "node/batches.h"
#include "node/erasure.h"
#include "node/gate.h"
#include "node/lease.h"
#include "node/ledger.h"
#include "node/settings.h"
#include "node/verdicts.h"

namespace holdfast::node {

class Retention {
 public:
  Retention(Turn& turn, Batches& batches, Ledger& ledger, const Gate& gate,
            const Settings& settings, const Verdicts& verdicts, const Lease& lease,
            const Erasure& erasure);

  void tick();
  // True when the read was one of ours.
  bool read_done(ReadId read, ReadAnswer& answer);

 private:
  bool decides_here() const;
  void next_site();
  void erase(const journal::ClosedChat& closed);

  Turn& turn_;
  Batches& batches_;
  Ledger& ledger_;
  const Gate& gate_;
  const Settings& settings_;
  const Verdicts& verdicts_;
  const Lease& lease_;
  const Erasure& erasure_;

  SiteId site_;  // whose chats are looked at
  protocol::ChatId after_;
  std::int64_t days_ = 0;
  std::optional<ReadId> page_;
  MonoMs next_{};
};

}  // namespace holdfast::node
