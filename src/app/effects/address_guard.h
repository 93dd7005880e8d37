// Which addresses a webhook may reach. Whoever may write a webhook chooses a URL, and this program
// stands inside somebody's network: nothing private, local or special is called, unless the
// configuration names it. The check is of the address that the socket is about to connect to, so a
// name that resolves differently a moment later gains nothing.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::app {

// IPv6, or IPv4 as ::ffff:a.b.c.d.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  std::string text() const;
};
// Nothing for a family that is no internet address.
Result<IpAddress> ip_of(const sockaddr& address);

// "127.0.0.1/32", "fd00::/8"; a bare address is a range of one.
struct AddressRange {
  IpAddress base;
  unsigned bits = 128;  // of the 16 bytes
  bool holds(const IpAddress& address) const;
};
Result<AddressRange> parse_address_range(const std::string& text);

bool is_public(const IpAddress& address);
bool is_loopback(const IpAddress& address);
bool is_allowed(const IpAddress& address, std::span<const AddressRange> allow);

}  // namespace holdfast::app
