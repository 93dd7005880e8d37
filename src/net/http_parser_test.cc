#include "net/http_parser.h"

#include <gtest/gtest.h>

namespace holdfast::net {
namespace {

// A server that dies, or a proxy without one behind it, accepts a connection and closes it.
TEST(HttpResponseParser, AConnectionThatEndsWithoutAWordIsAnError) {
  HttpResponseParser parser({});
  EXPECT_FALSE(parser.take());
  parser.finish();
  EXPECT_FALSE(parser.take());
  ASSERT_TRUE(parser.error());
  EXPECT_EQ(parser.error()->why, "the connection ended before an answer");
}

TEST(HttpResponseParser, AConnectionThatEndsInTheMiddleIsAnError) {
  HttpResponseParser parser({});
  parser.add("HTTP/1.1 200 OK\r\nContent-Le");
  EXPECT_FALSE(parser.take());
  parser.finish();
  EXPECT_FALSE(parser.take());
  EXPECT_TRUE(parser.error());
}

TEST(HttpResponseParser, ABodyWithoutALengthEndsWithTheConnection) {
  HttpResponseParser parser({});
  parser.add("HTTP/1.1 200 OK\r\n\r\nhel");
  EXPECT_FALSE(parser.take());
  parser.add("lo");
  EXPECT_FALSE(parser.take());
  parser.finish();
  const auto response = parser.take();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
}

}  // namespace
}  // namespace holdfast::net
