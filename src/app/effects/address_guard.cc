#include "app/effects/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

#include "base/check.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kV4At = 12;
constexpr unsigned kV4Bits = 96;

bool is_v4(const IpAddress& address) {
  constexpr std::array<std::uint8_t, kV4At> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin());
}

Result<IpAddress> parse_ip(const std::string& text, bool* v4) {
  IpAddress address;
  in_addr four{};
  *v4 = inet_pton(AF_INET, text.c_str(), &four) == 1;
  if (*v4) {
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(&address.bytes[kV4At], &four, sizeof four);
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) != 1)
    return fail(ErrorCode::kInvalid, "{} is no address", text);
  return address;
}

std::vector<AddressRange> ranges(std::initializer_list<const char*> texts) {
  std::vector<AddressRange> all;
  for (const char* const text : texts) {
    auto range = parse_address_range(text);
    CHECK(range.has_value(), "{}", text);
    all.push_back(*range);
  }
  return all;
}

// IANA's special-purpose registries: whatever is not globally reachable, and the addresses that
// stand for IPv4 ones.
const std::vector<AddressRange>& special() {
  static const std::vector<AddressRange> kSpecial =
      ranges({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
              "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
              "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
              "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"});
  return kSpecial;
}

bool in_any(const IpAddress& address, std::span<const AddressRange> all) {
  return std::ranges::any_of(all, [&](const AddressRange& one) { return one.holds(address); });
}

}  // namespace

std::string IpAddress::text() const {
  char out[INET6_ADDRSTRLEN] = "";
  if (is_v4(*this)) {
    inet_ntop(AF_INET, &bytes[kV4At], out, sizeof out);
  } else {
    inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  }
  return out;
}

Result<IpAddress> ip_of(const sockaddr& address) {
  IpAddress ip;
  if (address.sa_family == AF_INET) {
    ip.bytes[10] = ip.bytes[11] = 0xff;
    std::memcpy(&ip.bytes[kV4At], &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    return ip;
  }
  if (address.sa_family != AF_INET6) return fail(ErrorCode::kInvalid, "no internet address");
  std::memcpy(ip.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
  return ip;
}

bool AddressRange::holds(const IpAddress& address) const {
  for (unsigned bit = 0; bit < bits; bit += 8) {
    const unsigned left = std::min(8U, bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xffU << (8 - left));
    if (((address.bytes[bit / 8] ^ base.bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

Result<AddressRange> parse_address_range(const std::string& text) {
  const std::size_t slash = text.find('/');
  bool v4 = false;
  HF_TRY(base, parse_ip(text.substr(0, slash), &v4));
  AddressRange range{base, 128};
  if (slash == std::string::npos) return range;
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + slash + 1, end, bits);
  if (read.ec != std::errc() || read.ptr != end || bits > (v4 ? 32U : 128U))
    return fail(ErrorCode::kInvalid, "{} is no range like 10.0.0.0/8", text);
  range.bits = v4 ? kV4Bits + bits : bits;
  return range;
}

bool is_public(const IpAddress& address) {
  const bool global_v6 = (address.bytes[0] & 0xe0U) == 0x20U;  // 2000::/3
  return (is_v4(address) || global_v6) && !in_any(address, special());
}

bool is_loopback(const IpAddress& address) {
  static const std::vector<AddressRange> kLoopback = ranges({"127.0.0.0/8", "::1"});
  return in_any(address, kLoopback);
}

bool is_allowed(const IpAddress& address, std::span<const AddressRange> allow) {
  return is_public(address) || in_any(address, allow);
}

}  // namespace holdfast::app
