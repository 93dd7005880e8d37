// Dials a WebSocket: for the peer link and for the Moderator's synthetic chats. When to try again
// is the caller's business.
#pragma once

#include <memory>
#include <string>

#include "base/random.h"
#include "net/loop.h"
#include "net/tls.h"
#include "net/url.h"
#include "net/websocket.h"
#include "net/ws_connection.h"

namespace holdfast::net {

struct WebSocketDial {
  Url url;
  std::string subprotocol;
  std::string origin;  // header Origin; empty: none
  WebSocketOptions options;
  Ms open_timeout{5'000};                 // until the upgrade is answered
  std::shared_ptr<const TlsContext> tls;  // as in DialOptions
};

// From dialling to the end. Its destruction before on_open() abandons the attempt, without
// on_close(); afterwards it means nothing, the connection lives by itself.
class WebSocketAttempt {
 public:
  virtual ~WebSocketAttempt() = default;
};

// `events` hear on_open(), or on_close() with kWsLost and the reason. `random` and `counters` must
// outlive the connection. Loop thread.
[[nodiscard]] std::shared_ptr<WebSocketAttempt> open_websocket(
    Loop& loop, Random& random, WsCounters& counters, WebSocketDial dial,
    std::shared_ptr<WebSocketEvents> events);

}  // namespace holdfast::net
