// Answers the peer's pulls: each becomes one read of our journal, and the page that comes back
// becomes frames of runs. A read that failed is no answer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/journal.h"
#include "protocol/frames.gen.h"
#include "replication/counters.h"
#include "replication/peer_link.h"

namespace holdfast::replication {

class Responder {
 public:
  Responder(std::size_t bytes_max, Counters& counters)
      : bytes_max_(bytes_max), counters_(counters) {}

  // False when the peer asks for more at once than any peer of ours would.
  bool asked(const protocol::from_peer::Pull& pull, PullId id, ConnectionId connection,
             Actions& actions);
  bool owns(PullId id) const { return asked_.contains(id); }
  void answer(PullId id, const Result<journal::Page>& page, Actions& actions);
  // The connection is gone: what is being read for it answers nobody.
  void disconnected();

 private:
  static constexpr std::size_t kAskedMax = 64;
  struct Asked {
    std::uint64_t n;
    protocol::Origin origin;
    ConnectionId connection;
    bool gone = false;
  };

  std::size_t bytes_max_;
  Counters& counters_;
  std::map<PullId, Asked> asked_;
};

// `entries`, ascending, as the frames that answer pull `n`: never above the limit of a frame, the
// last one `done`.
std::vector<std::string> frames_of(std::uint64_t n, const protocol::Origin& origin,
                                   const journal::Page& page);

}  // namespace holdfast::replication
