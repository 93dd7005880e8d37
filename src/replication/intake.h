// Takes the entries that answer our pulls: checks them, compares them with what is held and with
// what the peer said, and hands on what is new and sound. Everything else is counted, set aside for
// a while, and costs nobody else anything.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "protocol/frames.gen.h"
#include "protocol/keys.h"
#include "replication/agreement.h"
#include "replication/arrivals.h"
#include "replication/counters.h"
#include "replication/entry_check.h"
#include "replication/holdings_book.h"
#include "replication/pull_scheduler.h"

namespace holdfast::replication {

class Intake {
 public:
  Intake(std::span<const protocol::SecretKey> cluster, const HoldingsBook& book, Arrivals& arrivals,
         PullScheduler& pulls, Agreement& agreement, Counters& counters);

  // A frame that answers pull `n`, of `bytes`. Appends to `received` what may be journalled. False
  // when it contradicts our chain.
  bool take(protocol::from_peer::Entries frame, std::size_t bytes, MonoMs now,
            std::vector<protocol::Entry>& received);

 private:
  bool take_run(std::uint64_t n, protocol::PeerRun run, std::size_t entry_bytes, MonoMs now,
                std::vector<protocol::Entry>& received);
  void count(const BadEntry& bad);
  bool fits_report(const protocol::Origin& origin, std::span<const protocol::Entry> entries) const;
  bool known(const protocol::Entry& entry) const;

  std::span<const protocol::SecretKey> cluster_;
  const HoldingsBook& book_;
  Arrivals& arrivals_;
  PullScheduler& pulls_;
  Agreement& agreement_;
  Counters& counters_;
};

}  // namespace holdfast::replication
