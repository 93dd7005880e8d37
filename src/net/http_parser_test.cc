#include "net/http_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net {
namespace {

constexpr std::string_view kChunks =
    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
constexpr std::string_view kNoChunk = "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
constexpr std::string_view kTrailer =
    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n";

template <class Parser>
std::string body_in_pieces(const std::string& text, const std::vector<std::size_t>& cuts) {
  Parser parser({});
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    parser.add(std::string_view(text).substr(at, cut - at));
    at = cut;
    if (const auto early = parser.take()) return "too early: " + early->body;
  }
  parser.add(std::string_view(text).substr(at));
  const auto message = parser.take();
  if (parser.error()) return "error: " + parser.error()->why;
  return message ? message->body : "nothing";
}

template <class Parser>
void expect_in_any_pieces(const std::string& text, const std::string& body) {
  std::vector<std::size_t> each;
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    each.push_back(cut);
    ASSERT_EQ(body_in_pieces<Parser>(text, {cut}), body) << "cut at " << cut;
  }
  ASSERT_EQ(body_in_pieces<Parser>(text, each), body) << "byte by byte";
}

TEST(HttpRequestParser, AChunkedBodyMayComeInAnyPieces) {
  const std::string head = "POST /in HTTP/1.1\r\nHost: b\r\n";
  expect_in_any_pieces<HttpRequestParser>(head + std::string(kChunks), "abcde");
  expect_in_any_pieces<HttpRequestParser>(head + std::string(kNoChunk), "");
  expect_in_any_pieces<HttpRequestParser>(head + std::string(kTrailer), "abc");
}

TEST(HttpResponseParser, AChunkedBodyMayComeInAnyPieces) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  expect_in_any_pieces<HttpResponseParser>(head + std::string(kChunks), "abcde");
  expect_in_any_pieces<HttpResponseParser>(head + std::string(kNoChunk), "");
  expect_in_any_pieces<HttpResponseParser>(head + std::string(kTrailer), "abc");
}

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
