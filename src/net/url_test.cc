#include "net/url.h"

#include <gtest/gtest.h>

#include "net/address.h"

namespace holdfast::net {
namespace {

TEST(Url, ReadsSchemeHostPortAndTarget) {
  const auto url = parse_url("https://Chat.Example.com:8443/v1/link?x=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(*url, (Url{true, "chat.example.com", 8443, "/v1/link?x=1"}));
  EXPECT_EQ(url->origin(), "https://chat.example.com:8443");
}

TEST(Url, LeavesTheDefaultPortOutOfItsOrigin) {
  EXPECT_EQ(parse_url("ws://a.example:80")->origin(), "http://a.example");
  EXPECT_EQ(parse_url("wss://a.example/x")->port, 443);
}

TEST(Url, PutsIpv6IntoBrackets) {
  const auto url = parse_url("http://[::1]:8080/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->authority(), "[::1]:8080");
}

TEST(Url, RefusesWhatItDoesNotUnderstand) {
  for (const auto* text : {"", "example.com", "ftp://a", "http://", "http://:80", "http://a:0",
                           "http://a:99999", "http://user@a/", "http://a/ b", "http://[::1",
                           "http://a/#x", "http://[x]/", "http://a:8 0/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  EXPECT_EQ(parse_listen_address("127.0.1.1:8080")->text(), "127.0.1.1:8080");
  EXPECT_EQ(parse_listen_address("[::1]:0")->text(), "[::1]:0");
  for (const auto* text : {"", "8080", "localhost:80", "127.0.0.1", "127.0.0.1:x",
                           "127.0.0.1:70000", "::1:80", "127.0.0.1:-1"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::net
