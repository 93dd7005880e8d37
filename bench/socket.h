// A WebSocket to a deployment, as small as it can be: dials, upgrades, text frames both ways. What
// was queued in one batch of events leaves in one system call.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/poller.h"
#include "net/ws_frame.h"

namespace holdfast::bench {

// An IPv4 address of this machine.
struct Place {
  std::string host;
  std::uint16_t port = 0;

  std::string url() const { return "http://" + host + ":" + std::to_string(port); }
};
sockaddr_in address_of(const Place& place);
inline const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

class SocketEvents {
 public:
  virtual ~SocketEvents() = default;
  virtual void on_text(std::string_view text) = 0;
  // Never from inside a call to the socket. 1006 when no close frame said more.
  virtual void on_closed(std::uint16_t code, const std::string& why) = 0;
};

class Socket final : public Watcher, private Chore {
 public:
  // Both must outlive it.
  Socket(Poller& poller, SocketEvents& events) : Chore(poller), poller_(poller), events_(events) {}
  ~Socket() override { close(); }

  // From `source`, an address of 127/8: whoever counts by address sees many people. `origin` is the
  // page's.
  void open(const Place& to, const std::string& source, const std::string& origin);
  void send(std::string_view text);
  // At once, without a word and without on_closed().
  void close();

  void on_ready(std::uint32_t events) override;

 private:
  enum class Stage { kClosed, kConnecting, kUpgrading, kOpen };

  void do_chore() override { flush(); }
  void connected();
  void flush();
  void read();
  void take(std::string_view bytes);
  void take_frames();
  void reply(net::Opcode opcode, std::string payload);
  void end(std::uint16_t code, const std::string& why);

  Poller& poller_;
  SocketEvents& events_;
  Stage stage_ = Stage::kClosed;
  int descriptor_ = -1;
  int connect_error_ = 0;
  bool waits_writable_ = false;
  std::string out_;
  std::string upgrade_;  // the answer to it, as far as it came
  std::optional<net::WsFrameReader> reader_;
};

}  // namespace holdfast::bench
