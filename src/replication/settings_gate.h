// Whether the exchange of settings with a living peer is over: an empty node must not take its
// first chat before it knows who may answer it.
//
// A full list of what the peer holds sets the mark. The gate opens when the live pass of every
// origin has gone beyond its mark and what that pass brought is durable here. Entries that are set
// aside hold nobody up. With the next full list it closes again: a peer that was empty may have
// been restored meanwhile, and a part of what it has now is not all of it.
#pragma once

#include <map>
#include <optional>

#include "protocol/intervals.h"
#include "replication/arrivals.h"
#include "replication/holdings_book.h"
#include "replication/pull_scheduler.h"

namespace holdfast::replication {

class SettingsGate {
 public:
  void heard_full(const HoldingsBook& book);
  // Looks again; true when the gate has just opened.
  bool look(const HoldingsBook& book, const PullScheduler& pulls, const Arrivals& arrivals);
  bool open() const { return open_; }

 private:
  struct Mark {
    protocol::Seq upto;
    std::optional<SeqRanges> awaiting;  // once the pass is over: what of it is not durable yet
  };
  static bool reached(const protocol::Origin& origin, Mark& mark, const HoldingsBook& book,
                      const PullScheduler& pulls, const Arrivals& arrivals);

  bool heard_ = false;
  bool open_ = false;
  std::map<protocol::Origin, Mark> marks_;
};

}  // namespace holdfast::replication
