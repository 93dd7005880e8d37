#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "net/decimal.h"

namespace holdfast::net {
namespace {

const sockaddr_in& v4(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr_in&>(address.storage);
}

const sockaddr_in6& v6(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr_in6&>(address.storage);
}

}  // namespace

std::string SocketAddress::ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &v4(*this).sin_addr, text, sizeof text);
  } else if (storage.ss_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &v6(*this).sin6_addr, text, sizeof text);
  }
  return text;
}

std::uint16_t SocketAddress::port() const {
  return ntohs(storage.ss_family == AF_INET6 ? v6(*this).sin6_port : v4(*this).sin_port);
}

std::string SocketAddress::text() const {
  return storage.ss_family == AF_INET6 ? fmt::format("[{}]:{}", ip(), port())
                                       : fmt::format("{}:{}", ip(), port());
}

Result<SocketAddress> parse_address(std::string_view ip, std::uint16_t port) {
  const std::string text(ip);
  SocketAddress address;
  if (in_addr four; ::inet_pton(AF_INET, text.c_str(), &four) == 1) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    in.sin_addr = four;
    std::memcpy(&address.storage, &in, sizeof in);
    address.size = sizeof in;
    return address;
  }
  if (in6_addr six; ::inet_pton(AF_INET6, text.c_str(), &six) == 1) {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    in.sin6_addr = six;
    std::memcpy(&address.storage, &in, sizeof in);
    address.size = sizeof in;
    return address;
  }
  return fail(ErrorCode::kInvalid, "\"{}\" is not an IP address", ip);
}

Result<SocketAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "\"{}\" is not of the form address:port", text);
  }
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "\"{}\": an IPv6 address stands in brackets", text);
  }
  const auto port = parse_decimal(text.substr(colon + 1), 65'535);
  if (!port) return fail(ErrorCode::kInvalid, "\"{}\": the port is not a number up to 65535", text);
  return parse_address(host, static_cast<std::uint16_t>(*port));
}

}  // namespace holdfast::net
