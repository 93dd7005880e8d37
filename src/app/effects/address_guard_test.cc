#include "app/effects/address_guard.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace holdfast::app {
namespace {

IpAddress ip(const std::string& text) {
  return parse_address_range(text).value().base;
}

TEST(AddressGuard, LetsOnlyPublicAddressesPass) {
  for (const char* const open : {"93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1",
                                 "2606:2800:220:1::1", "2a00:1450:4001::200e"})
    EXPECT_TRUE(is_public(ip(open))) << open;
  for (const char* const shut : {"127.0.0.1",
                                 "127.255.0.1",
                                 "0.0.0.0",
                                 "10.0.0.1",
                                 "172.16.0.1",
                                 "172.31.255.255",
                                 "192.168.1.1",
                                 "169.254.169.254",
                                 "100.64.0.1",
                                 "198.18.0.1",
                                 "224.0.0.1",
                                 "255.255.255.255",
                                 "240.0.0.1",
                                 "192.0.2.1",
                                 "::",
                                 "::1",
                                 "fe80::1",
                                 "fd00::1",
                                 "fc00::1",
                                 "ff02::1",
                                 "64:ff9b::a00:1",
                                 "2001:db8::1",
                                 "2002:a00:1::",
                                 "2001::1",
                                 "::ffff:10.0.0.1",
                                 "::ffff:169.254.169.254",
                                 "::10.0.0.1"})
    EXPECT_FALSE(is_public(ip(shut))) << shut;
}

TEST(AddressGuard, LetsPassWhatTheConfigurationNames) {
  const std::vector<AddressRange> allow{*parse_address_range("10.20.0.0/16"),
                                        *parse_address_range("fd00:1::/32"),
                                        *parse_address_range("127.0.0.1")};
  for (const char* const open : {"10.20.0.1", "10.20.255.255", "fd00:1::5", "127.0.0.1", "8.8.8.8"})
    EXPECT_TRUE(is_allowed(ip(open), allow)) << open;
  for (const char* const shut : {"10.21.0.1", "10.19.255.255", "fd00:2::5", "127.0.0.2"})
    EXPECT_FALSE(is_allowed(ip(shut), allow)) << shut;
}

TEST(AddressGuard, ReadsRangesStrictly) {
  EXPECT_TRUE(parse_address_range("0.0.0.0/0").value().holds(ip("8.8.8.8")));
  EXPECT_FALSE(parse_address_range("0.0.0.0/0").value().holds(ip("fd00::1")));
  for (const char* const bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8",
                                "localhost", "::1/129", "10.0.0.0/-1", "/8"})
    EXPECT_FALSE(parse_address_range(bad)) << bad;
}

TEST(AddressGuard, SeesTheAddressOfASocket) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  inet_pton(AF_INET, "169.254.169.254", &four.sin_addr);
  EXPECT_EQ(ip_of(reinterpret_cast<const sockaddr&>(four))->text(), "169.254.169.254");
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  inet_pton(AF_INET6, "::ffff:10.0.0.1", &six.sin6_addr);
  EXPECT_FALSE(is_public(ip_of(reinterpret_cast<const sockaddr&>(six)).value()));
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_FALSE(ip_of(local));
}

}  // namespace
}  // namespace holdfast::app
