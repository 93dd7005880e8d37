// Which deployment is active: the highest verdict that anybody told us. docs/protocol.md §8.
#pragma once

#include <optional>
#include <string>

#include "node/turn.h"
#include "protocol/verdict.h"

namespace holdfast::node {

class Verdicts {
 public:
  explicit Verdicts(Turn& turn) : turn_(turn) {}

  // True when it is news: the caller passes it on. False when we know this one or a later one.
  // Refused with verdict_refused.
  Parsed<bool> hear(const protocol::SignedVerdict& verdict);

  const std::optional<protocol::SignedVerdict>& signed_verdict() const { return signed_; }
  Epoch epoch() const { return epoch_; }
  bool we_are_active() const {
    return protocol::active_deployment(epoch_) == turn_.config.deployment;
  }

 private:
  Turn& turn_;
  Epoch epoch_ = protocol::kFirstEpoch;
  std::optional<protocol::SignedVerdict> signed_;
};

}  // namespace holdfast::node
