// The peer link's state machine: how two deployments exchange what the other lacks.
// docs/protocol.md §9.
//
// Pure: the node feeds it frames, commits and time, and carries out the Actions it returns. It
// lives as long as the node and outlasts connections; either side may dial, and both may at once:
// of two proven connections the one that Primary dialled stays. It owns what is known of the peer
// (its holdings, whether it is alive); the node owns what we hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "journal/journal.h"
#include "protocol/event.h"
#include "protocol/intervals.h"
#include "protocol/keys.h"

namespace holdfast::replication {

using ConnectionId = Strong<struct ConnectionIdTag, std::uint64_t>;
using PullId = Strong<struct PullIdTag, std::uint64_t>;

struct LinkConfig {
  protocol::Deployment deployment;
  std::string node_name;
  protocol::Origin origin;  // this incarnation
  protocol::Keys keys;
  std::string build;
  std::string config_digest;
  std::uint32_t dead_ms = 3'000;
  std::uint32_t beat_ms = 1'000;
  std::uint32_t retry_bad_ms = 60'000;
  std::size_t pulls_max = 4;
  std::size_t window_bytes = 2u << 20;
  std::uint64_t history_bytes_per_s = 128u << 20;  // of a catch-up; 0 = as fast as it goes
  std::uint32_t answer_ms = 12'000;  // a pull of which nothing came for so long is made again
  std::uint32_t version_min = 1;     // of the protocol
  std::uint32_t version_max = 1;
};

// A frame that the link does not interpret itself: ask, decided, pending, presence, verdict, and a
// beat that carries reports. The node does. A verdict that came inside `holds` arrives as a frame
// `verdict` of its own.
struct Control {
  std::string type;
  std::string text;  // the whole frame
};

// What to do now, in this order: journal, then frames, then the rest.
struct Actions {
  struct Outgoing {
    ConnectionId connection;
    std::string text;
  };
  struct Closing {
    ConnectionId connection;
    std::string why;
  };
  struct Reading {
    PullId pull;
    journal::OriginRange range;
  };  // read, then answer with read_done(pull, page)
  struct Rollback {
    protocol::Origin origin;
    protocol::Seq last_common;
  };  // we were rolled back: freeze, then restart

  std::vector<protocol::Entry>
      received;  // verified (chain, MAC, body hash), not held yet: journal them, then call held()
  std::vector<Outgoing> outgoing;
  std::vector<Closing> closing;
  std::vector<Reading> reading;
  std::optional<Rollback> rollback;
  std::vector<Control> control;
  bool peer_changed = false;    // alive/dead, or its holdings grew: look again at what is safe
  bool holdings_stale = false;  // our book contradicts what was just made durable (another node
                                // froze an origin): call holdings() anew
};

class PeerLinkImpl;

class PeerLink {
 public:
  // `random` must outlive the link.
  PeerLink(LinkConfig config, Random& random);
  ~PeerLink();
  PeerLink(PeerLink&&) noexcept;

  Actions opened(ConnectionId connection, bool dialled, Now now);
  Actions frame(ConnectionId connection, const std::string& text, Now now);
  Actions closed(ConnectionId connection, Now now);
  Actions tick(Now now);
  // The answer to Actions::Reading. An error or an empty page ends that pull with `done`.
  Actions read_done(PullId pull, const Result<journal::Page>& page, Now now);

  // These runs are durable here from now on (own entries and received ones). Call after every
  // commit, and once at start with everything. Keeps the chain hashes of the own origin's tail
  // until the peer confirms them.
  Actions held(const std::vector<protocol::Entry>& entries, Now now);
  Actions holdings(protocol::Holdings all, Now now);

  // Only the node that holds the decider lease pulls; the others answer and listen.
  Actions set_pulling(bool pulling, Now now);
  // Passes a control frame to the peer; false when no proven connection is alive.
  bool send_control(const std::string& text, Actions& actions);
  void set_verdict(const std::string& verdict_json);  // goes out with every `holds`

  // What is held here and there.
  const protocol::Holdings& ours() const;
  bool alive() const;
  // The peer holds entry `seq` of `origin`, and nothing it reported of that origin contradicts us.
  bool peer_holds(const protocol::Origin& origin, protocol::Seq seq) const;
  // True when the peer holds it, or is known to hold nothing that would not come from there:
  // give-back may wait for it.
  bool peer_is_sending(const protocol::Origin& origin, protocol::Seq seq) const;
  // Entries that are not yet in both.
  std::uint64_t behind() const;
  // Entries that the peer holds and we do not: those are on their way.
  std::uint64_t lacking() const;
  // The first full exchange of settings with a living peer is over (or there was nothing to fetch).
  bool settings_complete() const;
  // peer wall clock minus ours, when known.
  std::optional<std::int64_t> clock_offset_ms() const;
  std::map<std::string, std::int64_t> metrics() const;

 private:
  std::unique_ptr<PeerLinkImpl> impl_;
};

}  // namespace holdfast::replication
