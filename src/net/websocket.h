// A WebSocket connection, server's or client's: text messages both ways, bounded. RFC 6455, our own
// codec (README.md says why). Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"

namespace holdfast::net {

struct CloseReason {
  std::uint16_t code = 1000;
  std::string why;  // cut to what fits into a close frame

  bool operator==(const CloseReason&) const = default;
};

// Codes of RFC 6455 for what its own layer finds.
constexpr std::uint16_t kWsProtocolError = 1002;
constexpr std::uint16_t kWsLost = 1006;  // never on the wire: the connection ended without a close

struct WebSocketMeta {
  std::string target;       // path and query of the upgrade
  std::string origin;       // header Origin, "" when absent
  std::string host;         // header Host without the port
  std::string address;      // of the other end, without the port
  std::string subprotocol;  // the agreed one
};

// What a connection puts up with, and what it says when it no longer does.
struct WebSocketOptions {
  std::size_t message_bytes_max = 16'384;
  std::size_t queue_bytes_max = 1u << 20;    // over it: closed with `slow_consumer`
  std::size_t signal_bytes_max = 64u << 10;  // while more waits, signals are dropped
  Ms ping_after{20'000};                     // of silence
  Ms silent_after{60'000};                   // closed with `silent`
  Ms close_wait{3'000};                      // for the other end's answer to our close
  bool deflate = false;                      // permessage-deflate, when the other end agrees
  CloseReason too_large{1009, "message too large"};
  CloseReason slow_consumer{1008, "slow consumer"};
  CloseReason bad_text{1007, "not UTF-8"};
  CloseReason not_text{1003, "text messages only"};
  CloseReason silent{1001, "silent"};
};

enum class Lane {
  kFact,    // delivered, or the connection is closed
  kSignal,  // dropped when the other end is slow
};

class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // Queues one text message. Several leave in few system calls. Nothing happens once the connection
  // is closing.
  virtual void send(std::shared_ptr<const std::string> text, Lane lane) = 0;
  // Sends what is queued, then the close frame; on_close() follows.
  virtual void close(const CloseReason& reason) = 0;
  // What waits for the other end.
  virtual std::size_t queued_bytes() const = 0;
  virtual const WebSocketMeta& meta() const = 0;
};

// Implemented by whoever gives messages a meaning. Kept alive by the connection until on_close().
class WebSocketEvents {
 public:
  virtual ~WebSocketEvents() = default;
  virtual void on_open(const std::shared_ptr<WebSocket>& socket) = 0;
  // One whole message, valid UTF-8. False: no room now; it is given again a little later, and
  // nothing is read meanwhile.
  virtual bool on_text(std::string& text) = 0;
  // Once, last: what the other end said, or what we said, or kWsLost. For a client also when it
  // never opened.
  virtual void on_close(const CloseReason& reason) = 0;
};

}  // namespace holdfast::net
