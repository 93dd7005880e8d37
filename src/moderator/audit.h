// Whether what was promised is kept. `safe` says that both deployments hold a message for good, so
// from then on at least one of the two knows it, whatever fails. Synthetic chats are told `safe`
// like everybody; later, whenever one of their links is dialled anew, the deployment at its other
// end is asked (in `hello.outbox`) whether it knows what was promised, there or by the other one.
//
// One that knows a message settles it: kept. It is lost when both have denied it, one soon after
// the other: a single one may have come back with an empty disk, and be reading from the other
// still. What nobody could be asked about for half an hour is let go, and counts for nothing.
//
// Pure. docs/record.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "protocol/ids.h"
#include "protocol/names.h"

namespace holdfast::moderator {

class Audit {
 public:
  struct Counts {
    std::uint64_t kept = 0;
    std::uint64_t lost = 0;
    std::uint64_t unsaid = 0;  // messages in a chat that nobody had said there: forged, or doubled
    bool operator==(const Counts&) const = default;
  };

  // A message said at `at` was told `safe`.
  void promised(protocol::Deployment at, protocol::Digest digest, MonoMs now);
  // Of whom `by` is to be asked now, oldest first; as many as fit into a welcome.
  std::vector<protocol::Digest> questions(protocol::Deployment by, MonoMs now);
  // It was asked about all of `asked`, and knows `known`.
  void answered(protocol::Deployment by, const std::vector<protocol::Digest>& asked,
                const std::vector<protocol::Digest>& known, MonoMs now);
  // The chat at `at` is left, and once it is closed it may be forgotten: what is still open of it
  // cannot be asked any more.
  void chat_left(protocol::Deployment at);
  void unsaid() { ++counts_.unsaid; }

  const Counts& counts() const { return counts_; }

 private:
  struct Promise {
    protocol::Digest digest;
    protocol::Deployment at;
    MonoMs since;
    std::array<std::optional<MonoMs>, 2> denied;  // by primary, by redundant
  };

  std::vector<Promise> open_;  // oldest first
  Counts counts_;
};

}  // namespace holdfast::moderator
