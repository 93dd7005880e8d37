// What a run of entries from the peer must prove before it may be journalled: that each is well
// formed, that its body is the one its head names, that its acceptance was made by a holder of the
// cluster key, and how the chain goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/event.h"
#include "protocol/frames.gen.h"
#include "protocol/keys.h"

namespace holdfast::replication {

enum class Flaw : std::uint8_t {
  kContent,     // head or body malformed, or the body is not the head's
  kMac,         // the acceptance is not genuine
  kUnknownKey,  // nor can it be judged: a key that this node was not configured with
  kMisplaced,   // an acceptance of this origin, but of a later number
};

struct BadEntry {
  protocol::Seq seq;
  Flaw flaw;
  std::string why;
};

struct CheckedRun {
  std::vector<protocol::Entry> good;  // ascending; has holes where `bad` stands
  std::vector<BadEntry> bad;
  // Nothing from here on was looked at: what the chain is made of was bad at the entry before, so
  // every later hash is in doubt.
  std::optional<protocol::Seq> stopped_at;
  std::uint64_t under_compromised_key = 0;
};

CheckedRun check_run(const protocol::Origin& origin, protocol::PeerRun run,
                     std::span<const protocol::SecretKey> cluster);

}  // namespace holdfast::replication
