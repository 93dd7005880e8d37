// A client's connection to one deployment, over whichever of its machines answers; after
// web/core/src/link.ts, rule by rule.
//
// What an open socket proves is nothing. A link is believed while its acks come (suspect after 2 s
// without, dead after 5 s) and, when nobody waits for one, while the node's heartbeats do. It dials
// for ever while it is wanted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/frames.gen.h"
#include "sim/client/env.h"
#include "sim/client/held.h"
#include "sim/client/turns.h"

namespace holdfast::sim {

enum class Health { kIdle, kConnecting, kUp, kSuspect, kResting, kRefused };

class Link;

// Calls come from inside a turn of the client.
class LinkOwner {
 public:
  virtual ~LinkOwner() = default;
  virtual std::string hello(Link& link, const protocol::from_node::Challenge& challenge) = 0;
  virtual void frame(
      Link& link,
      const protocol::from_node::Frame& frame) = 0;  // any after `challenge`, `welcome` first
  virtual void health_changed(Link& link, Health health) = 0;
  virtual void fell(Link& link) = 0;  // a connection ended, or none came about
  virtual void trouble(Link& link, std::uint16_t code, const std::string& why) = 0;  // 42xx, 43xx
  virtual void bad_frame(Link& link, const std::string& why) = 0;
  virtual void connect_failed(Link& link) = 0;
};

// Exponential with full jitter, and never before the moment that a node asked for.
class Backoff {
 public:
  void succeeded() { failures_ = 0; }
  Ms failed(const Env& env, Ms retry);

 private:
  int failures_ = 0;
};

class Link {
 public:
  Link(Deployment deployment, std::vector<Party> machines, const char* service, const Env& env,
       Turns& turns, LinkOwner& owner);
  ~Link();
  Link(const Link&) = delete;

  Deployment deployment() const { return deployment_; }
  Health health() const { return health_; }
  bool up() const { return state_ == State::kUp; }
  bool usable() const { return health_ == Health::kUp; }
  std::uint64_t connection() const { return up() ? attempt_ : 0; }
  MonoMs up_since() const { return since_; }
  Ms up_for() const { return up() ? env_.now() - since_ : Ms(0); }
  std::size_t pending_count() const { return pending_.size(); }
  MonoMs answered_at() const { return answered_at_; }
  MonoMs oldest_pending() const;

  void want(bool wanted);
  void wake();   // the person came back
  void retry();  // out of `refused`, with other credentials
  bool send(const std::string& text);
  template <class Frame>
  bool send(const Frame& frame) {
    return send(protocol::from_client::encode(frame));
  }
  void expect(const Digest& digest);
  // The node answered about this event: after so long, or nothing when it was not sent here or
  // answered before.
  std::optional<Ms> answered(const Digest& digest);

  MonoMs due() const;
  void ring(Ms late);

 private:
  enum class State { kIdle, kResting, kOpening, kUp, kRefused };

  void rest();
  void dial();
  void text(const std::string& text);
  void fell(std::uint16_t code, const std::string& why);
  void fall(std::uint16_t code, const std::string& why, Ms retry);
  void drop();
  void judge();
  void become(State state);
  MonoMs dead_at() const { return std::max(oldest_pending(), answered_at_) + Ms(5'000); }

  Deployment deployment_;
  std::vector<Party> machines_;
  const char* service_;
  const Env& env_;
  Turns& turns_;
  LinkOwner& owner_;
  Backoff backoff_;
  std::size_t machine_ = 0;
  bool wanted_ = false;
  State state_ = State::kIdle;
  Health health_ = Health::kIdle;
  std::uint64_t attempt_ = 0;
  MonoMs since_ = kNever;  // opening, or up
  MonoMs until_ = kNever;  // resting
  MonoMs floor_{0};
  Ms silence_{0};
  ChannelPtr channel_;

  std::vector<std::pair<Digest, MonoMs>> pending_;  // oldest first
  MonoMs heard_at_{0};
  MonoMs answered_at_{0};
  MonoMs grace_until_{0};
  MonoMs probe_until_ = kNever;
  std::optional<protocol::from_node::Error> error_;
  MonoMs error_at_{0};
};

}  // namespace holdfast::sim
