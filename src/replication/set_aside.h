// Entries not to ask for again before their time: bad ones, and those that the peer said it holds
// and did not deliver. Each costs one pull a minute, so that one bad row can neither stop the
// others nor keep the link busy.
#pragma once

#include <map>
#include <utility>

#include "base/clock.h"
#include "protocol/intervals.h"
#include "replication/seq_ranges.h"

namespace holdfast::replication {

class SetAside {
 public:
  void add(const protocol::Origin& origin, protocol::Gap range, MonoMs until);
  // Held after all, from wherever it came.
  void remove(const protocol::Origin& origin, protocol::Gap range);
  // True when something may be asked for again.
  bool expire(MonoMs now);
  void clear();
  // Null when nothing of `origin` is set aside.
  const SeqRanges* of(const protocol::Origin& origin) const;
  bool contains(const protocol::Origin& origin, protocol::Seq seq) const;
  std::uint64_t count() const;

 private:
  std::map<protocol::Origin, SeqRanges> ranges_;
  std::multimap<MonoMs, std::pair<protocol::Origin, protocol::Gap>> by_time_;
};

}  // namespace holdfast::replication
