// Invariant 1, the promise itself: `safe` means durable in both deployments, and the entry that it
// names is the one that both hold, so that a fork cannot fake it.
//
// When a client is told, the event must have been written to both journals. At the end no journal
// may hold another entry where the named one stood, unless both lost it in disasters. Of two
// machines that are one origin one gives its places up and enters its events again: which one says
// whoever asks first, and that may be told anew when the peer lost what it had. So may a deployment
// that was put back to an older branch of an origin, after both had agreed about a newer one: then
// the event itself must stand somewhere in both.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class SafeIsTrue final : public Checker {
 public:
  using Checker::Checker;

  void written(Deployment deployment, const protocol::Entry& entry) override {
    written_[entry.content->digest] |= bit(deployment);
  }
  void entries_gone(Deployment deployment, const std::set<protocol::ChainHash>& entries) override {
    for (const protocol::ChainHash& entry : entries) gone_[entry] |= bit(deployment);
  }
  void cloned(Deployment deployment) override { cloned_ |= bit(deployment); }
  void told_safe(const std::string& who, const Digest& digest) override;
  void safe_named(const std::string& who, Deployment by,
                  const protocol::from_node::Safe& safe) override;
  void at_end(const Ending& ending) override;

 private:
  static constexpr const char* kRule = "1 safe is true";
  struct Named {
    Digest digest;
    protocol::ChainHash h;
    Deployment by;
  };

  void compare(const protocol::Entry& entry, Deployment held_by, const Ending& ending);

  std::unordered_map<Digest, unsigned> written_;
  std::map<protocol::ChainHash, unsigned> gone_;  // by a disaster, at these deployments
  unsigned cloned_ = 0;
  std::map<std::pair<protocol::Origin, protocol::Seq>, std::vector<Named>> named_;
};

}  // namespace holdfast::sim
