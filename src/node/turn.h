// One turn of the core: the time at which an input is handled, and the effects that handling it
// leaves.
//
// Every room of the node holds a reference to the one Turn, reads the time from it and leaves its
// effects in it. It lives as long as the node; `begin` starts the next turn, `take` ends it. What
// the node knows of itself and never changes (its configuration, its origin) and what it draws from
// (randomness, numbers for batches and reads) is here too.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/ulid.h"
#include "node/counters.h"
#include "node/node.h"
#include "node/words.h"
#include "protocol/content.h"

namespace holdfast::node {

inline Frame frame_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

// Hides events of before some moment from clients, while it is down (erasure.h).
class Veil {
 public:
  void lower(protocol::Hlc before) { before_ = before; }
  void lift() { before_.reset(); }
  bool is_down() const { return before_.has_value(); }
  bool hides(const Event& event) const {
    return before_ && std::ranges::any_of(event.acceptances, [this](const Acceptance& acceptance) {
             return acceptance.hlc < *before_;
           });
  }

 private:
  std::optional<protocol::Hlc> before_;
};

class Turn {
 public:
  Turn(const Config& config, Random& random, Origin origin, Now now)
      : config(config), random(random), origin(std::move(origin)), now_(now) {}

  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  void begin(Now now) { now_ = now; }
  Effects take() { return std::exchange(effects_, {}); }

  const Now& now() const { return now_; }
  WallMs wall() const { return now_.wall; }
  MonoMs mono() const { return now_.mono; }

  void emit(Effect effect) { effects_.push_back(std::move(effect)); }
  void send(SessionId session, Frame frame, Lane lane = Lane::kFact) {
    effects_.emplace_back(Send{session, std::move(frame), lane});
  }
  template <class WireFrame>
  void tell(SessionId session, const WireFrame& frame) {
    send(session, frame_of(protocol::from_node::encode(frame)));
  }
  // About the last frame of a session, which stays open.
  void complain(SessionId session, Code code, std::string why, std::uint64_t retry_ms = 0) {
    counters.told(code);
    from_node::Error error{code, std::move(why), {}};
    if (retry_ms != 0) error.retry_ms = retry_ms;
    tell(session, error);
  }
  void refuse(SessionId session, const Digest& digest, const WireError& error,
              std::uint64_t retry_ms = 0) {
    counters.told(error.code);
    counters.add(Count::kEventsRefused);
    from_node::Refused refused{digest, error.code, error.why, {}};
    if (retry_ms != 0) refused.retry_ms = retry_ms;
    tell(session, refused);
  }
  ReadId read(JournalAsk ask) {
    const ReadId id(++reads_);
    effects_.emplace_back(Read{id, std::move(ask)});
    return id;
  }
  BatchId next_batch() { return BatchId(++batches_); }

  EventId new_event_id() { return EventId(Ulid::make(now_.wall, random).text()); }
  std::string new_nonce() { return protocol::nonce_text(random.bytes<16>()); }

  const Config& config;
  Random& random;
  const Origin origin;  // this incarnation
  Counters counters;
  Veil veil;

 private:
  Now now_;
  Effects effects_;
  std::uint64_t reads_ = 0;
  std::uint64_t batches_ = 0;
};

}  // namespace holdfast::node
