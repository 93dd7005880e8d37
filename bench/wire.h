// One client's link to one deployment, by the rules of web/core/src/link.ts: dialled for ever with
// full jitter; believed while its acks come (suspect after 2 s without, dead after 5 s) and while
// heartbeats do.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/identity.h"
#include "bench/socket.h"

namespace holdfast::bench {

class Wire;

class WireEvents {
 public:
  virtual ~WireEvents() = default;
  virtual protocol::from_client::Hello hello(Wire& wire,
                                             const protocol::from_node::Challenge& challenge) = 0;
  // `welcome` first, then every other frame but beats.
  virtual void on_frame(Wire& wire, protocol::from_node::Frame& frame) = 0;
  // Up, suspect or down: whatever decides where things are sent may have changed.
  virtual void on_change(Wire& wire) = 0;
};

// What happened to links, of everybody together.
struct WireCounters {
  std::uint64_t connects = 0;
  std::uint64_t failed_connects = 0;
  std::uint64_t dead_links = 0;
  std::uint64_t bad_frames = 0;
  std::map<std::string, std::uint64_t> ends;  // why links ended, by code
};

class Wire final : private SocketEvents {
 public:
  Wire(Poller& poller, Random& random, WireCounters& counters, protocol::Deployment deployment,
       Place place, const Identity& identity, WireEvents& events);

  protocol::Deployment deployment() const { return deployment_; }

  // Dial and stay connected, or let go.
  void want(bool wanted);
  // Closed without a word; dialled again at once or, with `later`, when want(true) is said.
  void drop(bool later = false);

  bool up() const { return stage_ == Stage::kUp; }
  // Up, and nothing speaks against it.
  bool usable() const { return up() && now() < oldest_pending_plus(kSuspect); }
  // Of this connection; what was sent over an earlier one may be lost.
  std::uint64_t connection() const { return up() ? connection_ : 0; }
  Moment up_since() const { return up() ? since_ : kNever; }

  bool send(const protocol::from_client::Frame& frame);
  // An answer about this event must come, or the link is not alive.
  void expect(const protocol::Digest& digest);
  // How long the answer took, when one was due.
  std::optional<Span> answered(const protocol::Digest& digest);
  std::size_t pending() const { return pending_.size(); }
  Moment oldest_pending() const { return pending_.empty() ? kNever : pending_.front().at; }
  Moment answered_at() const { return answered_at_; }

 private:
  static constexpr Span kSuspect = ms(2'000);

  enum class Stage { kIdle, kResting, kOpening, kUp };
  struct Pending {
    protocol::Digest digest;
    Moment at;
  };

  void on_text(std::string_view text) override;
  void on_closed(std::uint16_t code, const std::string& why) override;

  void ring();
  void dial();
  void welcome(const protocol::from_node::Welcome& welcome);
  void fall(std::uint16_t code, const std::string& why);
  void judge();
  Span backoff();
  void arm();
  Moment oldest_pending_plus(Span more) const {
    return pending_.empty() ? kNever : pending_.front().at + more;
  }
  Moment dead_at() const;

  Random& random_;
  WireCounters& counters_;
  const protocol::Deployment deployment_;
  const Place place_;
  const Identity& identity_;
  WireEvents& events_;
  Socket socket_;
  Alarm alarm_;

  bool wanted_ = false;
  Stage stage_ = Stage::kIdle;
  Moment since_{};  // of the stage
  Moment rest_until_{};
  std::uint64_t connection_ = 0;
  unsigned failures_ = 0;
  Span silence_{};
  Moment heard_{};
  Moment answered_at_{};
  bool told_suspect_ = false;
  std::list<Pending> pending_;  // ascending by time
  std::unordered_map<protocol::Digest, std::list<Pending>::iterator> pending_index_;
};

}  // namespace holdfast::bench
