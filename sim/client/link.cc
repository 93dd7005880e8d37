#include "sim/client/link.h"

#include <algorithm>
#include <utility>

#include "protocol/codes.h"

namespace holdfast::sim {
namespace {

constexpr Ms kSuspect{2'000};
constexpr Ms kOpen{4'000};  // from dialling to `welcome`
constexpr Ms kLate{1'000};  // a timer later than this proves that we slept, not that they are dead
constexpr Ms kGrace{1'000};
constexpr Ms kSteady{3'000};  // up for less is a failure as far as back-off goes
constexpr Ms kGivenUp{20'000};
constexpr Ms kErrorCounts{1'000};
constexpr Ms kBackoffBase{300};
constexpr Ms kBackoffCap{5'000};

}  // namespace

Ms Backoff::failed(const Env& env, Ms retry) {
  const Ms ceiling = std::min(kBackoffCap, kBackoffBase * (1 << std::min(failures_++, 12)));
  return retry + env.jitter(std::max(ceiling, retry / 2));
}

Link::Link(Deployment deployment, std::vector<Party> machines, const char* service, const Env& env,
           Turns& turns, LinkOwner& owner)
    : deployment_(deployment),
      machines_(std::move(machines)),
      service_(service),
      env_(env),
      turns_(turns),
      owner_(owner) {}

Link::~Link() {
  if (channel_) channel_->close(1000, "the tab is gone");
}

MonoMs Link::oldest_pending() const {
  return pending_.empty() ? kNever : pending_.front().second;
}

void Link::want(bool wanted) {
  if (wanted == wanted_) return;
  wanted_ = wanted;
  if (!wanted) {
    drop();
    become(State::kIdle);
  } else if (state_ == State::kIdle) {
    rest();
  }
}

void Link::wake() {
  const MonoMs now = env_.now();
  if (state_ == State::kResting) {
    until_ = floor_;
    if (until_ <= now) dial();
  } else if (state_ == State::kUp && now - heard_at_ > silence_ / 2) {
    probe_until_ = std::min(probe_until_, now + kGrace);
  }
}

void Link::retry() {
  if (state_ != State::kRefused) return;
  until_ = floor_ = MonoMs(0);
  rest();
}

bool Link::send(const std::string& text) {
  if (!up()) return false;
  channel_->send(text);
  return true;
}

void Link::expect(const Digest& digest) {
  std::erase_if(pending_, [&](const auto& item) { return item.first == digest; });
  pending_.emplace_back(digest, env_.now());
}

std::optional<Ms> Link::answered(const Digest& digest) {
  const auto found =
      std::ranges::find(pending_, digest, [](const auto& item) { return item.first; });
  if (found == pending_.end()) return std::nullopt;
  const MonoMs sent_at = found->second;
  pending_.erase(found);
  answered_at_ = env_.now();
  judge();
  return answered_at_ - sent_at;
}

// ---- dialling ----

void Link::rest() {
  if (until_ == kNever) until_ = floor_;
  if (until_ <= env_.now()) return dial();
  become(State::kResting);
}

void Link::dial() {
  ++attempt_;
  since_ = env_.now();
  error_.reset();
  become(State::kOpening);
  const auto mine = [this, attempt = attempt_] {
    return attempt == attempt_ && (state_ == State::kOpening || state_ == State::kUp);
  };
  channel_ = env_.network.dial(env_.party, machines_[machine_ % machines_.size()], service_,
                               {.opened = {},
                                .text =
                                    [this, mine](std::string frame) {
                                      turns_.take([this, mine, frame = std::move(frame)] {
                                        if (mine()) text(frame);
                                      });
                                    },
                                .closed =
                                    [this, mine](std::uint16_t code, const std::string& why) {
                                      turns_.take([this, mine, code, why] {
                                        if (mine()) fell(code, why);
                                      });
                                    }});
}

void Link::text(const std::string& text) {
  const auto frame = protocol::parse_node_frame(text);
  heard_at_ = env_.now();
  probe_until_ = kNever;
  if (!frame) return owner_.bad_frame(*this, frame.error().why + " in " + text.substr(0, 200));
  if (const auto* error = std::get_if<protocol::from_node::Error>(&*frame)) {
    error_ = *error;
    error_at_ = env_.now();
  }
  if (state_ == State::kOpening) {
    if (const auto* challenge = std::get_if<protocol::from_node::Challenge>(&*frame)) {
      channel_->send(owner_.hello(*this, *challenge));
      return;
    }
    const auto* welcome = std::get_if<protocol::from_node::Welcome>(&*frame);
    if (welcome == nullptr) return;
    pending_.clear();
    answered_at_ = grace_until_ = MonoMs(0);
    since_ = env_.now();
    silence_ = Ms(static_cast<std::int64_t>(welcome->heartbeat_ms * 2 + 1'000));
    become(State::kUp);
  }
  owner_.frame(*this, *frame);
}

// ---- falling ----

void Link::fell(std::uint16_t code, const std::string& why) {
  // An error frame says why, when the close that it announces could not; one of long ago was about
  // something else.
  if (error_ && env_.now() - error_at_ >= kErrorCounts) error_.reset();
  if (code < 4'000 && error_)
    return fall(protocol::number(error_->code), error_->why,
                Ms(static_cast<std::int64_t>(error_->retry_ms.value_or(0))));
  fall(code, why, Ms(error_ ? static_cast<std::int64_t>(error_->retry_ms.value_or(0)) : 0));
}

void Link::fall(std::uint16_t code, const std::string& why, Ms retry) {
  const MonoMs now = env_.now();
  const bool steady = state_ == State::kUp && now - since_ >= kSteady;
  if (state_ == State::kOpening) owner_.connect_failed(*this);
  drop();
  ++machine_;
  if (steady) backoff_.succeeded();
  if (code >= 4'200 && code < 4'300) {
    become(State::kRefused);
    owner_.trouble(*this, code, why);
    return owner_.fell(*this);
  }
  const bool given_up = code >= 4'300 && code < 4'400;
  const Ms floor = given_up ? std::max(kGivenUp, retry) : retry;
  floor_ = now + floor;
  until_ = now + backoff_.failed(env_, floor);
  become(State::kResting);
  if (given_up) owner_.trouble(*this, code, why);
  owner_.fell(*this);
}

void Link::drop() {
  if (state_ == State::kOpening || state_ == State::kUp) channel_->close(1000, "dropped");
  state_ = State::kIdle;
  pending_.clear();
  probe_until_ = kNever;
}

// ---- liveness ----

void Link::ring(Ms late) {
  const MonoMs now = env_.now();
  if (late > kLate) grace_until_ = now + kGrace;
  if (state_ == State::kResting && now >= until_) {
    dial();
  } else if (state_ == State::kOpening && now >= std::max(since_ + kOpen, grace_until_)) {
    fall(0, "no welcome", Ms(0));
  } else if (state_ == State::kUp && now >= grace_until_) {
    judge();
  }
}

void Link::judge() {
  if (state_ != State::kUp) return;
  const MonoMs now = env_.now();
  if (now >= probe_until_ || now >= dead_at() || now >= heard_at_ + silence_) {
    env_.trace.sometimes("link declared dead");
    return fall(0, "silent", Ms(0));
  }
  become(state_);
}

MonoMs Link::due() const {
  switch (state_) {
    case State::kIdle:
    case State::kRefused:
      return kNever;
    case State::kResting:
      return until_;
    case State::kOpening:
      return std::max(since_ + kOpen, grace_until_);
    case State::kUp:
      break;
  }
  const MonoMs suspect_at =
      health_ == Health::kSuspect || pending_.empty() ? kNever : oldest_pending() + kSuspect;
  const MonoMs dead = pending_.empty() ? kNever : dead_at();
  return std::max(std::min({heard_at_ + silence_, suspect_at, dead, probe_until_}), grace_until_);
}

void Link::become(State state) {
  state_ = state;
  Health health = Health::kIdle;
  switch (state) {
    case State::kIdle:
      health = Health::kIdle;
      break;
    case State::kResting:
      health = Health::kResting;
      break;
    case State::kOpening:
      health = Health::kConnecting;
      break;
    case State::kRefused:
      health = Health::kRefused;
      break;
    case State::kUp:
      health = !pending_.empty() && env_.now() >= oldest_pending() + kSuspect ? Health::kSuspect
                                                                              : Health::kUp;
      break;
  }
  if (std::exchange(health_, health) != health) owner_.health_changed(*this, health);
}

}  // namespace holdfast::sim
