#include "bench/wire.h"

#include <algorithm>

#include "base/check.h"
#include "base/match.h"

namespace holdfast::bench {
namespace {

using namespace protocol;

constexpr Span kOpen = ms(4'000);  // from dialling to `welcome`
constexpr Span kDead = ms(5'000);
constexpr Span kSteady = ms(3'000);  // up for less is a failure as far as back-off goes
constexpr double kBackoffBaseMs = 300;
constexpr double kBackoffCapMs = 10'000;

}  // namespace

Wire::Wire(Poller& poller, Random& random, WireCounters& counters, Deployment deployment,
           Place place, const Identity& identity, WireEvents& events)
    : random_(random),
      counters_(counters),
      deployment_(deployment),
      place_(std::move(place)),
      identity_(identity),
      events_(events),
      socket_(poller, *this),
      alarm_(poller, [this] { ring(); }) {}

void Wire::want(bool wanted) {
  wanted_ = wanted;
  if (!wanted) return drop(true);
  if (stage_ != Stage::kIdle) return;
  stage_ = Stage::kResting;
  rest_until_ = now();
  arm();
}

void Wire::drop(bool later) {
  socket_.close();
  pending_.clear();
  pending_index_.clear();
  stage_ = Stage::kIdle;
  alarm_.clear();
  if (later) wanted_ = false;
  if (wanted_) want(true);
}

void Wire::ring() {
  const Moment at = now();
  if (stage_ == Stage::kResting && at >= rest_until_) return dial();
  if (stage_ == Stage::kOpening && at >= since_ + kOpen) return fall(0, "no welcome");
  if (stage_ == Stage::kUp) return judge();
  arm();
}

void Wire::dial() {
  stage_ = Stage::kOpening;
  since_ = now();
  ++connection_;
  socket_.open(place_, identity_.source, identity_.origin);
  arm();
}

void Wire::on_text(std::string_view text) {
  auto frame = parse_node_frame(text);
  heard_ = now();
  if (!frame) {
    ++counters_.bad_frames;
    return;
  }
  if (const auto* const challenge = std::get_if<from_node::Challenge>(&*frame)) {
    return socket_.send(encode(events_.hello(*this, *challenge)));
  }
  if (const auto* const hello = std::get_if<from_node::Welcome>(&*frame)) welcome(*hello);
  if (std::holds_alternative<from_node::Beat>(*frame)) {
    socket_.send(encode(from_client::Beat{}));
  } else {
    events_.on_frame(*this, *frame);
  }
  arm();
}

void Wire::welcome(const from_node::Welcome& welcome) {
  ++counters_.connects;
  stage_ = Stage::kUp;
  since_ = now();
  answered_at_ = {};
  told_suspect_ = false;
  silence_ = ms(static_cast<double>(welcome.heartbeat_ms) * 2 + 1'000);
  events_.on_change(*this);
}

void Wire::on_closed(std::uint16_t code, const std::string& why) {
  fall(code, why);
}

void Wire::fall(std::uint16_t code, const std::string& why) {
  if (stage_ == Stage::kOpening) ++counters_.failed_connects;
  ++counters_.ends[code >= 4'000 ? std::to_string(code) : why];
  if (stage_ == Stage::kUp && now() - since_ >= kSteady) failures_ = 0;
  socket_.close();
  pending_.clear();
  pending_index_.clear();
  stage_ = wanted_ ? Stage::kResting : Stage::kIdle;
  rest_until_ = now() + backoff();
  arm();
  events_.on_change(*this);
}

Span Wire::backoff() {
  const double ceiling = std::min(kBackoffCapMs, kBackoffBaseMs * (1u << std::min(failures_, 16u)));
  ++failures_;
  return ms(random_.unit() * ceiling);
}

bool Wire::send(const from_client::Frame& frame) {
  if (!up()) return false;
  socket_.send(encode(frame));
  return true;
}

void Wire::expect(const Digest& digest) {
  if (const auto known = pending_index_.find(digest); known != pending_index_.end())
    pending_.erase(known->second);
  pending_.push_back({digest, now()});
  pending_index_[digest] = std::prev(pending_.end());
  arm();
}

std::optional<Span> Wire::answered(const Digest& digest) {
  const auto found = pending_index_.find(digest);
  if (found == pending_index_.end()) return std::nullopt;
  const Span took = now() - found->second->at;
  pending_.erase(found->second);
  pending_index_.erase(found);
  answered_at_ = now();
  told_suspect_ = false;
  return took;
}

Moment Wire::dead_at() const {
  return pending_.empty() ? kNever : std::max(oldest_pending(), answered_at_) + kDead;
}

void Wire::judge() {
  const Moment at = now();
  if (at >= dead_at() || at >= heard_ + silence_) {
    ++counters_.dead_links;
    return fall(0, at >= dead_at() ? "no acks" : "no heartbeats");
  }
  if (!told_suspect_ && at >= oldest_pending_plus(kSuspect)) {
    told_suspect_ = true;
    events_.on_change(*this);
  }
  arm();
}

void Wire::arm() {
  switch (stage_) {
    case Stage::kIdle:
      return alarm_.clear();
    case Stage::kResting:
      return alarm_.at(rest_until_);
    case Stage::kOpening:
      return alarm_.at(since_ + kOpen);
    case Stage::kUp: {
      const Moment suspect = told_suspect_ ? kNever : oldest_pending_plus(kSuspect);
      return alarm_.at(std::min({heard_ + silence_, suspect, dead_at()}));
    }
  }
}

}  // namespace holdfast::bench
