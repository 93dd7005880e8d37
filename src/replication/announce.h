// What we hold, as `holds` frames: everything at the start of a connection, later the origins that
// changed.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "protocol/frames.gen.h"
#include "protocol/intervals.h"

namespace holdfast::replication {

struct Announcement {
  WallMs time;
  std::optional<protocol::SignedVerdict> verdict;  // in the first frame
};

// As many frames as it takes: the first one `full`, all but the last with `more`. At least one.
std::vector<std::string> announce_all(const protocol::Holdings& ours, const Announcement& about);
// Of `changed` origins only; none when there are none.
std::vector<std::string> announce_changes(const protocol::Holdings& ours,
                                          const std::set<protocol::Origin>& changed,
                                          const Announcement& about);

}  // namespace holdfast::replication
