// The highest verdict that anybody told: the links bring it, the storage kept it, and while the
// active deployment is out of reach the moderator is asked. After web/core/src/verdicts.ts and
// moderator_watch.ts.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/keys.h"
#include "protocol/verdict.h"
#include "sim/client/links.h"

namespace holdfast::sim {

class VerdictWatch {
 public:
  struct Hooks {
    std::function<void(Link&, Epoch)> told;  // by a link, whether it is news or not
    std::function<void(Epoch before, const protocol::SignedVerdict&)> news;
  };
  VerdictWatch(const Env& env, Turns& turns, Links& links, std::vector<protocol::PublicKey> keys,
               protocol::VerifySignature verify, std::optional<Party> moderator, Hooks hooks)
      : env_(env),
        turns_(turns),
        links_(links),
        keys_(std::move(keys)),
        verify_(std::move(verify)),
        moderator_(moderator),
        hooks_(std::move(hooks)) {}
  ~VerdictWatch() { *alive_ = false; }

  Epoch epoch() const { return epoch_; }
  // `link`: who told it; null for the storage and the moderator.
  void hear(Link* link, const protocol::SignedVerdict& signed_verdict);

  MonoMs due() const { return due_; }
  // After each turn.
  void pump();

 private:
  const Env& env_;
  Turns& turns_;
  Links& links_;
  std::vector<protocol::PublicKey> keys_;
  protocol::VerifySignature verify_;
  std::optional<Party> moderator_;
  Hooks hooks_;
  Epoch epoch_{1};
  MonoMs due_ = kNever;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace holdfast::sim
