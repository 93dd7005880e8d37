// Where a socket listens, and where it dials.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/loop.h"

namespace holdfast::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }

  std::string ip() const;  // "127.0.0.1", "::1"
  std::uint16_t port() const;
  std::string text() const;  // "127.0.0.1:8080", "[::1]:8080"
};

// Of a numeric IPv4 or IPv6 address: no names, nothing is asked of anybody.
Result<SocketAddress> parse_address(std::string_view ip, std::uint16_t port);

// "ip:port" or "[ipv6]:port".
Result<SocketAddress> parse_listen_address(std::string_view text);

// Asks the system's resolver on a thread of its own, then calls back on the loop's thread; at least
// one address on success.
void resolve(Loop& loop, const std::string& host, std::uint16_t port,
             std::function<void(Result<std::vector<SocketAddress>>)> then);

}  // namespace holdfast::net
