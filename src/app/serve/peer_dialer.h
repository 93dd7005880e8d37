// Dials the other deployment, for ever: exponential back-off with full jitter, one URL after the
// other, and not while a proven link is alive, whoever opened it. Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "app/config/serve_config.h"
#include "base/random.h"
#include "net/loop.h"
#include "net/websocket_client.h"

namespace holdfast::app {

class PeerDialer {
 public:
  // `events` makes the receiver of a new connection; the dialer must be told of its end by ended().
  using MakeEvents = std::function<std::shared_ptr<net::WebSocketEvents>()>;

  PeerDialer(net::Loop& loop, Random& random, std::vector<net::Url> urls,
             std::shared_ptr<const net::TlsContext> tls, net::WebSocketOptions options,
             MakeEvents events);

  void start();
  void stop();
  // A connection that was dialled is over, or never came about.
  void ended(const std::string& why);
  // The link as a whole: proven and alive, over whichever connection.
  void set_link_up(bool up);

  std::uint64_t dials() const { return dials_; }
  const net::WsCounters& counters() const { return counters_; }

 private:
  void dial();
  void again();

  net::Loop& loop_;
  Random& random_;
  const std::vector<net::Url> urls_;
  const std::shared_ptr<const net::TlsContext> tls_;
  const net::WebSocketOptions options_;
  const MakeEvents events_;
  net::Timer timer_;
  net::WsCounters counters_;
  std::shared_ptr<net::WebSocketAttempt> attempt_;
  std::uint64_t dials_ = 0;
  int failures_ = 0;
  bool running_ = false;
  bool connected_ = false;  // dialling, or a dialled connection is open
  bool link_up_ = false;
  std::string last_why_;
};

}  // namespace holdfast::app
