#include "app/serve/peer_chats.h"

#include <utility>
#include <vector>

#include "base/log.h"

namespace holdfast::app {
namespace {

// One lost round says nothing: a person is told from here on.
constexpr std::uint32_t kFailuresToSay = 2;
// After a round that failed the next one follows sooner, so that it is known soon whether that was
// chance.
constexpr std::uint32_t kSoonerBy = 4;

std::vector<net::Url> urls_of(const std::vector<std::string>& origins) {
  std::vector<net::Url> urls;
  for (const std::string& origin : origins) {
    if (auto url = net::parse_url(origin)) urls.push_back(std::move(*url));
  }
  return urls;
}

}  // namespace

PeerChats::PeerChats(net::Loop& loop, Random& random, const ServeConfig& config,
                     std::shared_ptr<const net::TlsContext> tls, Tell tell)
    : loop_(loop),
      random_(random),
      config_(config),
      tls_(std::move(tls)),
      tell_(std::move(tell)),
      next_(loop) {}

void PeerChats::start() {
  std::vector<net::Url> urls = urls_of(config_.node.peer_urls);
  if (urls.empty()) return;
  links_ = std::make_unique<ProbeLinks>(
      loop_, random_,
      ProbeLinks::Config{std::move(urls), tls_, config_.node.keys.probe,
                         Ms(config_.peer_chat.links_renew_ms), SyntheticChat::Speaker::kPeer});
  have_one();
}

void PeerChats::stop() {
  next_.cancel();
  links_.reset();
}

void PeerChats::have_one() {
  links_->probe(Ms(config_.peer_chat.timeout_ms),
                [this](const SyntheticChat::Outcome& outcome, std::uint32_t took_ms) {
                  ended(outcome, took_ms);
                });
}

void PeerChats::ended(const SyntheticChat::Outcome& outcome, std::uint32_t took_ms) {
  const bool failed_before = last_.failures >= kFailuresToSay;
  last_.took_ms = took_ms;
  last_.why = outcome.why;
  if (outcome.ok) {
    ++last_.worked;
    last_.failures = 0;
    if (failed_before) log::info("serve", "synthetic chats with the other deployment work again");
  } else if (++last_.failures == kFailuresToSay) {
    log::warn("serve", "synthetic chats with the other deployment fail: {}", outcome.why);
  }
  tell_(last_);
  const std::uint32_t pace = config_.peer_chat.interval_ms;
  next_.start(Ms(outcome.ok ? pace : pace / kSoonerBy), [this] { have_one(); });
}

}  // namespace holdfast::app
