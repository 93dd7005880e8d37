// What to ask the peer for next.
//
// First the live pass: for each origin, newest first, the settings and open chats among what we
// lack, so that after an outage the people who are talking now are whole within a round trip or
// two. Then history: the gaps, newest first, in pieces from their upper end, so that a piece joins
// what is held above it. A few missing entries go without a live pass: asking once for all of them
// is no slower, unless history has to wait. One of the pulls is kept free of history, so that a new
// message never waits behind a year of old ones, and history may be capped, so that a catch-up does
// not slow down the people who are served meanwhile.
//
//   lacking X: 1..90000, open chats at 17, 4711, 89990..90000
//   live  [1, 90000]             -> 17, 4711, 89990..90000, and the cursor of X stands at 90000
//   history [89478, 89989], [88966, 89477], ...
//
// What was asked for, is on its way to the disk, or was set aside is not asked for again; that is
// why a broken connection costs nothing but the frames that were on the wire. The live cursor
// outlives connections for the same reason.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/clock.h"
#include "protocol/event.h"
#include "protocol/intervals.h"
#include "replication/arrivals.h"
#include "replication/holdings_book.h"
#include "replication/seq_ranges.h"
#include "replication/set_aside.h"

namespace holdfast::replication {

struct PullLimits {
  std::size_t pulls_max = 4;
  std::size_t window_bytes = 2u << 20;
  std::uint32_t retry_bad_ms = 60'000;
  std::uint32_t answer_ms = 12'000;
  std::uint64_t history_bytes_per_s = 0;  // 0 = as fast as it goes
};

struct Pull {
  std::uint64_t n = 0;
  protocol::Origin origin;
  protocol::Gap range;
  bool live = false;
  std::size_t bytes_max = 0;
  std::size_t bytes_got = 0;
  MonoMs heard{};        // asked, or answered in part
  SeqRanges answered{};  // delivered, or bad
};

class PullScheduler {
 public:
  PullScheduler(PullLimits limits, const HoldingsBook& book, const Arrivals& arrivals);

  // What is held of `origin` here or there is not what it was.
  void changed(const protocol::Origin& origin);
  // The peer's whole list was replaced; changed() follows for what it holds now.
  void nothing_due() { live_due_.clear(); }
  // The pulls to send now. `blocked` origins are forked: nothing is asked of them.
  std::vector<Pull> next(const std::set<protocol::Origin>& blocked, MonoMs now);

  // The pull that frame `n` answers, or null: it was given up, or never made.
  const Pull* find(std::uint64_t n) const;
  // A frame of it came: `entries` of `bytes`, the last of them `last`.
  void progress(std::uint64_t n, std::size_t entries, std::size_t bytes, MonoMs now);
  void delivered(std::uint64_t n, protocol::Gap range);
  void bad(std::uint64_t n, protocol::Gap range, MonoMs now);
  // It came, but behind an entry that leaves its place in the chain in doubt: to be asked for by
  // itself, at once.
  void in_doubt(std::uint64_t n, protocol::Gap range);
  // Its last frame came. `more`: it stopped at its byte limit.
  void done(std::uint64_t n, bool more, MonoMs now);
  // An answer that could not be read at all: ask for less at a time until the entry stands alone
  // that makes it so.
  void unreadable(std::uint64_t n, MonoMs now);

  // The connection is gone, and with it what was asked for.
  void disconnected() { pulls_.clear(); }
  // The peer began a new incarnation: it read its journal again, and may have settled a fork.
  void reincarnated() { aside_.clear(); }
  // True when something can be asked for again.
  bool tick(MonoMs now);
  void held(const protocol::Origin& origin, protocol::Gap range) { aside_.remove(origin, range); }

  // Everything live of `origin` up to `upto` has been asked for and answered.
  bool live_passed(const protocol::Origin& origin, protocol::Seq upto) const;
  bool set_aside(const protocol::Origin& origin, protocol::Seq seq) const {
    return aside_.contains(origin, seq);
  }
  std::size_t under_way() const { return pulls_.size(); }
  std::uint64_t aside_count() const { return aside_.count(); }
  std::uint64_t given_up() const { return given_up_; }

 private:
  std::vector<protocol::Gap> wanted(const protocol::Origin& origin) const;
  std::optional<Pull> next_live(const std::set<protocol::Origin>& blocked) const;
  std::optional<Pull> next_history(const std::set<protocol::Origin>& blocked) const;
  bool window_open(bool live) const;
  void refill(MonoMs now);
  std::uint64_t entries_in_a_pull(const protocol::Origin& origin) const;
  protocol::Seq cursor(const protocol::Origin& origin) const;
  void advance(const protocol::Origin& origin, protocol::Seq to);
  std::size_t bytes_under_way() const;

  PullLimits limits_;
  const HoldingsBook& book_;
  const Arrivals& arrivals_;
  SetAside aside_;
  std::map<std::uint64_t, Pull> pulls_;
  std::uint64_t next_n_ = 1;
  std::map<protocol::Origin, protocol::Seq> live_cursor_;
  std::set<NewestFirst> live_due_;  // origins of which something above the cursor is lacking
  std::map<protocol::Origin, std::uint64_t> cautious_;  // at most so many entries at a time
  std::size_t entry_bytes_ = 1024;                      // of the wire, a moving average
  std::uint64_t given_up_ = 0;
  std::int64_t allowance_ =
      0;  // bytes of history that may come now; below zero after a large answer
  MonoMs refilled_{};
};

}  // namespace holdfast::replication
