#include "app/serve/peer_dialer.h"

#include <algorithm>

#include "base/log.h"

namespace holdfast::app {
namespace {

constexpr std::int64_t kFirstMs = 200;
constexpr std::int64_t kLastMs = 5'000;  // a peer that returns is found within this
constexpr int kDoublingsMax = 5;

}  // namespace

PeerDialer::PeerDialer(net::Loop& loop, Random& random, std::vector<net::Url> urls,
                       std::shared_ptr<const net::TlsContext> tls, net::WebSocketOptions options,
                       MakeEvents events)
    : loop_(loop),
      random_(random),
      urls_(std::move(urls)),
      tls_(std::move(tls)),
      options_(std::move(options)),
      events_(std::move(events)),
      timer_(loop) {}

void PeerDialer::start() {
  if (urls_.empty()) return;
  running_ = true;
  dial();
}

void PeerDialer::stop() {
  running_ = false;
  timer_.cancel();
  attempt_.reset();
}

void PeerDialer::dial() {
  if (!running_ || connected_) return;
  if (link_up_) return again();
  net::WebSocketDial wanted;
  wanted.url = urls_[dials_ % urls_.size()].with_target("/v1/peer");
  wanted.subprotocol = "holdfast.peer.v1";
  wanted.options = options_;
  wanted.tls = tls_;
  ++dials_;
  connected_ = true;
  attempt_ = net::open_websocket(loop_, random_, counters_, std::move(wanted), events_());
}

void PeerDialer::again() {
  const auto bound = std::min(kLastMs, kFirstMs << std::min(failures_, kDoublingsMax));
  timer_.start(Ms(1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(bound)))),
               [this] { dial(); });
}

void PeerDialer::ended(const std::string& why) {
  connected_ = false;
  if (!running_) return;
  ++failures_;
  // Once per reason: a peer that is away for a day must not fill the log.
  if (!link_up_ && why != last_why_)
    log::info("peer", "the other deployment is not reached: {}; dialling on", why);
  last_why_ = why;
  again();
}

void PeerDialer::set_link_up(bool up) {
  if (up == link_up_) return;
  link_up_ = up;
  failures_ = 0;
  last_why_.clear();
  if (up) {
    log::info("peer", "the link to the other deployment is up");
  } else {
    log::warn("peer", "the link to the other deployment is down");
  }
}

}  // namespace holdfast::app
