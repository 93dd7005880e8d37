// The origins of ours that were found to be rolled back or cloned, on their way to an answer: where
// is the last common entry?
//
// Who answers for an origin: this incarnation for itself; this node for its earlier incarnations;
// for those of the deployment's other nodes whoever pulls, once the fork has stood long enough that
// a living node would have dealt with it. The peer's origins are the peer's business: it sees the
// same contradiction from the other side, freezes its origin, and re-enters its branch; until then
// nothing is pulled of that origin, both keep what they held first, and nothing is lost.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "protocol/event.h"
#include "replication/fork_search.h"
#include "replication/peer_link.h"

namespace holdfast::replication {

class ForkWatch {
 public:
  ForkWatch(protocol::Origin own, std::uint32_t patience_ms, std::uint32_t others_after_ms)
      : own_(std::move(own)), patience_ms_(patience_ms), others_after_ms_(others_after_ms) {}

  struct Probe {
    protocol::Origin origin;
    protocol::Seq seq;
  };

  // The chains of `origin` are one up to `common` and not at `differs`. Starts the search when the
  // origin is ours to answer for.
  void contradicted(const protocol::Origin& origin, protocol::Seq common, protocol::Seq differs,
                    bool pulling, MonoMs now);
  void agrees(const protocol::Origin& origin);

  // What to ask both sides for now; each once.
  std::vector<Probe> take_probes(MonoMs now);
  void ours(const Probe& probe, std::optional<protocol::ChainHash> h);
  void theirs(const Probe& probe, std::optional<protocol::ChainHash> h);
  // The peer can be asked no more. What was found is forgotten and looked for again when it is
  // back: to cut lower than needed would re-enter what both hold. What is accepted meanwhile only
  // makes the branch longer.
  void disconnected();
  // A search that ended, or whose last question nobody answered: then what is known to be common
  // must do. Each once.
  std::optional<Actions::Rollback> take_rollback(MonoMs now);

 private:
  struct Suspect {
    MonoMs since;
    std::optional<ForkSearch> search;
    std::optional<protocol::Seq> asked;
    MonoMs asked_at{};
    bool told = false;
  };
  bool answers_for(const protocol::Origin& origin, bool pulling, Ms stood) const;

  protocol::Origin own_;
  std::uint32_t patience_ms_;
  std::uint32_t others_after_ms_;
  std::map<protocol::Origin, Suspect> suspects_;
};

}  // namespace holdfast::replication
