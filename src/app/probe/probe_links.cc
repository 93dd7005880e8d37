#include "app/probe/probe_links.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"

namespace holdfast::app {
namespace {

using Side = SyntheticChat::Side;

constexpr Side kSides[] = {Side::kVisitor, Side::kOperator};

std::size_t index_of(Side side) {
  return side == Side::kVisitor ? 0 : 1;
}

// Connections may outlive the links that opened them, so what they count in outlives both.
net::WsCounters& shared_counters() {
  static net::WsCounters counters;
  return counters;
}

}  // namespace

// One attempt and the connection that came of it. It stops speaking to its owner when it is thrown
// away.
class ProbeLinks::Link final : public net::WebSocketEvents {
 public:
  Link(ProbeLinks& owner, Side side) : owner_(&owner), side_(side) {}

  void dial(net::WebSocketDial dial, std::shared_ptr<Link> self) {
    attempt_ = net::open_websocket(owner_->loop_, owner_->random_, owner_->counters_,
                                   std::move(dial), std::move(self));
  }
  void throw_away() {
    owner_ = nullptr;
    if (socket_) socket_->close({1000, "the round is over"});
    socket_.reset();
    attempt_.reset();
  }
  void send(std::string text) {
    if (socket_)
      socket_->send(std::make_shared<const std::string>(std::move(text)), net::Lane::kFact);
  }

  void on_open(const std::shared_ptr<net::WebSocket>& socket) override {
    if (owner_ == nullptr) return socket->close({1000, "too late"});
    socket_ = socket;
  }
  bool on_text(std::string& text) override {
    if (owner_ != nullptr) owner_->text(side_, text);
    return true;
  }
  void on_close(const net::CloseReason& reason) override {
    socket_.reset();
    if (owner_ != nullptr) owner_->closed(side_, reason);
  }

 private:
  ProbeLinks* owner_;
  Side side_;
  std::shared_ptr<net::WebSocketAttempt> attempt_;
  std::shared_ptr<net::WebSocket> socket_;
};

ProbeLinks::ProbeLinks(net::Loop& loop, Random& random, Config config)
    : loop_(loop),
      random_(random),
      config_(std::move(config)),
      chat_(config_.probe_key, random, config_.speaker, config_.audited),
      counters_(shared_counters()),
      timeout_(loop) {
  CHECK(!config_.urls.empty());
}

ProbeLinks::~ProbeLinks() {
  hang_up();
}

void ProbeLinks::probe(Ms timeout, Then then) {
  CHECK(!then_, "a round is under way");
  then_ = std::move(then);
  began_ = loop_.now();
  timeout_.start(timeout, [this] {
    finish({false, "timed out waiting for " + chat_.waits_for()});
  });
  if (dialled_ && began_ - dialled_at_ >= config_.renew_after) hang_up();
  if (!dialled_) dial();
  carry_out(chat_.begin(loop_.wall_and_mono()));
}

void ProbeLinks::dial() {
  dialled_ = true;
  dialled_at_ = loop_.now();
  for (const Side side : kSides) {
    net::WebSocketDial dial;
    dial.url = config_.urls[url_].with_target("/v1/link");
    dial.subprotocol = "holdfast.v1";
    dial.options.message_bytes_max = 65'536;
    dial.tls = config_.tls;
    auto& link = links_[index_of(side)];
    link = std::make_shared<Link>(*this, side);
    link->dial(std::move(dial), link);
  }
}

void ProbeLinks::hang_up() {
  for (const Side side : kSides) {
    if (const auto link = std::exchange(links_[index_of(side)], nullptr)) link->throw_away();
    (void)chat_.lost(side, "hung up");
  }
  dialled_ = false;
}

void ProbeLinks::carry_out(SyntheticChat::Step step) {
  for (SyntheticChat::Out& out : step.out) {
    if (const auto link = links_[index_of(out.side)]) link->send(std::move(out.text));
  }
  if (step.ended) finish(*step.ended);
}

void ProbeLinks::finish(const SyntheticChat::Outcome& outcome) {
  timeout_.cancel();
  if (!outcome.ok) {
    hang_up();
    url_ = (url_ + 1) % config_.urls.size();
  }
  const auto took = static_cast<std::uint32_t>((loop_.now() - began_).count());
  if (const Then then = std::exchange(then_, nullptr)) then(outcome, took);
}

void ProbeLinks::text(Side side, const std::string& text) {
  carry_out(chat_.frame(side, text, loop_.wall_and_mono()));
}

void ProbeLinks::closed(Side side, const net::CloseReason& reason) {
  SyntheticChat::Step step = chat_.lost(side, fmt::format("{} {}", reason.code, reason.why));
  if (step.ended) return carry_out(std::move(step));
  hang_up();  // between two rounds: both are dialled again for the next
}

}  // namespace holdfast::app
