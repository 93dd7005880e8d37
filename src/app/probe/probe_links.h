// The two links of a synthetic chat to one deployment: dialled when a round needs them, kept while
// rounds work, thrown away after a round that did not (an open socket that delivers nothing looks
// like one that does), with the next URL next time. And dialled anew now and then: an open socket
// does not meet what a browser meets that connects only now, such as a certificate that has
// expired or a name that is gone. Loop thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "moderator/synthetic_chat.h"
#include "net/loop.h"
#include "net/tls.h"
#include "net/url.h"
#include "net/websocket_client.h"

namespace holdfast::app {

using moderator::SyntheticChat;

class ProbeLinks {
 public:
  struct Config {
    std::vector<net::Url> urls;  // at least one
    std::shared_ptr<const net::TlsContext> tls;
    protocol::SecretKey probe_key;
    Ms renew_after;  // of both links
    SyntheticChat::Speaker speaker = SyntheticChat::Speaker::kModerator;
    std::optional<SyntheticChat::Audited> audited = {};
  };
  using Then = std::function<void(SyntheticChat::Outcome outcome, std::uint32_t took_ms)>;

  // `loop` and `random` must outlive it.
  ProbeLinks(net::Loop& loop, Random& random, Config config);
  ~ProbeLinks();

  // One round, `then` exactly once, at the latest after `timeout`. Not before the last one has
  // ended.
  void probe(Ms timeout, Then then);

 private:
  class Link;

  void dial();
  void hang_up();
  void carry_out(SyntheticChat::Step step);
  void finish(const SyntheticChat::Outcome& outcome);
  void text(SyntheticChat::Side side, const std::string& text);
  void closed(SyntheticChat::Side side, const net::CloseReason& reason);

  net::Loop& loop_;
  Random& random_;
  const Config config_;
  SyntheticChat chat_;
  net::WsCounters& counters_;
  net::Timer timeout_;

  std::size_t url_ = 0;
  bool dialled_ = false;
  MonoMs dialled_at_;
  std::array<std::shared_ptr<Link>, 2> links_;
  Then then_;
  MonoMs began_;
};

}  // namespace holdfast::app
