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
    std::function<void(Work)> in_turn;
  };
  VerdictWatch(const Env& env, Links& links, std::vector<protocol::PublicKey> keys,
               std::optional<Party> moderator, Hooks hooks)
      : env_(env),
        links_(links),
        keys_(std::move(keys)),
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
  Links& links_;
  std::vector<protocol::PublicKey> keys_;
  std::optional<Party> moderator_;
  Hooks hooks_;
  Epoch epoch_{1};
  std::optional<protocol::SignedVerdict> best_;
  MonoMs due_ = kNever;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace holdfast::sim
