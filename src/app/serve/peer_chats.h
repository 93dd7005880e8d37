// This deployment's synthetic chats with the other one, over the addresses that browsers use: one
// round after the other, at a slow pace, as long as the process runs. What comes of them is told
// with the state, and is a part of the moderator's `peer` signal (docs/moderator.md). Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/config/serve_config.h"
#include "app/probe/probe_links.h"
#include "base/random.h"
#include "net/loop.h"
#include "node/node.h"

namespace holdfast::app {

class PeerChats {
 public:
  using Tell = std::function<void(node::PeerChatDone)>;

  // `loop`, `random` and `config` must outlive it. `tell` is called after each round.
  PeerChats(net::Loop& loop, Random& random, const ServeConfig& config,
            std::shared_ptr<const net::TlsContext> tls, Tell tell);

  // Does nothing when no address of the other deployment is known.
  void start();
  void stop();

 private:
  void have_one();
  void ended(const SyntheticChat::Outcome& outcome, std::uint32_t took_ms);

  net::Loop& loop_;
  Random& random_;
  const ServeConfig& config_;
  const std::shared_ptr<const net::TlsContext> tls_;
  const Tell tell_;
  net::Timer next_;
  std::unique_ptr<ProbeLinks> links_;
  node::PeerChatDone last_;
};

}  // namespace holdfast::app
