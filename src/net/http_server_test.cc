#include "net/http_server.h"

#include <gtest/gtest.h>

#include <memory>

#include "net/http_client.h"
#include "net/testing/loop_thread.h"
#include "net/testing/raw_client.h"

namespace holdfast::net {
namespace {

// Answers every request with what it understood; /never is not answered.
class HttpServerTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    port_ = on_.call([&] {
      server_ = std::make_unique<HttpServer>(
          on_.loop(), options, random_, [](HttpRequest request, const Responder& respond) {
            if (request.path() == "/never") return;
            respond(HttpResponse::text(200,
                                       request.method + " " + request.target + " " + request.body));
          });
      return server_->listen(*parse_listen_address("127.0.0.1:0"))->port();
    });
  }
  ~HttpServerTest() override {
    on_.call([&] { server_.reset(); });
  }

  ServerCounters counters() {
    return on_.call([&] { return server_->counters(); });
  }

  SystemRandom random_;
  LoopThread on_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client("127.0.0.1", port_);
  for (int i = 0; i < 3; ++i) {
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(client.read(11), "POST /x abc");
  }
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawClient client("127.0.0.1", port_);
  client.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 "
      "HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto all = client.read_all();
  EXPECT_LT(all.find("GET /1"), all.find("GET /2"));
  EXPECT_LT(all.find("GET /2"), all.find("GET /3"));
  EXPECT_NE(all.find("GET /3"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersARequestThatComesByteByByte) {
  start();
  RawClient client("127.0.0.1", port_);
  for (const char c : std::string("POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                                  "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
    client.send({&c, 1});
  EXPECT_TRUE(client.read_until("abc").ends_with("POST /slow abc"));
}

TEST_F(HttpServerTest, LeavesTheBodyOutForHead) {
  start();
  RawClient client("127.0.0.1", port_);
  client.send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto all = client.read_all();
  EXPECT_NE(all.find("Content-Length: 8"), std::string::npos);
  EXPECT_TRUE(all.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, RefusesMalformedRequestsWithTheirStatus) {
  start();
  const auto status_of = [&](const std::string& bytes) {
    RawClient client("127.0.0.1", port_);
    client.send(bytes);
    client.finish_sending();
    return client.read_all().substr(0, 12);
  };
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400") << "no Host";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), "HTTP/1.1 400")
      << "two Hosts";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(
      status_of("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
      "HTTP/1.1 400")
      << "two lengths";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n"),
            "HTTP/1.1 431");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n"),
            "HTTP/1.1 413");
  EXPECT_EQ(counters().bad_requests, 7u);
}

TEST_F(HttpServerTest, CutsASlowLorisOff) {
  start({.request_timeout = Ms{100}});
  RawClient client("127.0.0.1", port_);
  client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  EXPECT_EQ(client.read_all().substr(0, 12), "HTTP/1.1 408");
}

TEST_F(HttpServerTest, ClosesASilentConnectionWithoutAWord) {
  start({.request_timeout = Ms{100}});
  RawClient client("127.0.0.1", port_);
  EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpServerTest, ClosesAnIdleConnection) {
  start({.idle_timeout = Ms{50}});
  RawClient client("127.0.0.1", port_);
  client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.read_all().ends_with("GET /x "));
}

TEST_F(HttpServerTest, AnswersForAHandlerThatDoesNot) {
  start({.answer_timeout = Ms{100}});
  RawClient client("127.0.0.1", port_);
  client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_all().substr(0, 12), "HTTP/1.1 503");
}

TEST_F(HttpServerTest, RefusesConnectionsOverItsCap) {
  start({.connections_max = 2});
  RawClient one("127.0.0.1", port_);
  RawClient two("127.0.0.1", port_);
  for (RawClient* client : {&one, &two}) {
    client->send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(client->read_until("GET /x").ends_with("GET /x"));
  }
  RawClient three("127.0.0.1", port_);
  EXPECT_EQ(three.read_all().substr(0, 12), "HTTP/1.1 503");
  EXPECT_EQ(counters().refused, 1u);
}

TEST_F(HttpServerTest, SurvivesClientsThatVanish) {
  start();
  for (int i = 0; i < 20; ++i) {
    RawClient client("127.0.0.1", port_);
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n");
    client.reset();
  }
  RawClient client("127.0.0.1", port_);
  client.send("GET /after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.read_all().ends_with("GET /after "));
}

TEST_F(HttpServerTest, PutsItsHeadersOnEveryAnswer) {
  ServerOptions options;
  options.headers.add("X-Content-Type-Options", "nosniff");
  start(options);
  RawClient client("127.0.0.1", port_);
  client.send("nonsense\r\n\r\n");
  EXPECT_NE(client.read_all().find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  start();
  const auto again = on_.call(
      [&] { return server_->listen(*parse_listen_address("127.0.0.1:" + std::to_string(port_))); });
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().why.find("cannot listen on 127.0.0.1:"), std::string::npos);
}

TEST_F(HttpServerTest, IsUnderstoodByOurClient) {
  start();
  SystemClock clock;
  HttpCall call;
  call.method = "POST";
  call.url = *parse_url("http://127.0.0.1:" + std::to_string(port_) + "/a?b=c");
  call.body = "hello";
  const auto answer = http_call_and_wait(clock, call);
  ASSERT_TRUE(answer) << answer.error().why;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "POST /a?b=c hello");
}

TEST(HttpClient, SaysThatNobodyListens) {
  SystemClock clock;
  HttpCall call;
  call.url = *parse_url("http://127.0.0.1:1/");
  const auto answer = http_call_and_wait(clock, call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(answer.error().why, "http://127.0.0.1:1: Connection refused");
}

TEST_F(HttpServerTest, IsNotWaitedForLongerThanTheCallersTimeout) {
  start();
  SystemClock clock;
  HttpCall call;
  call.url = *parse_url("http://127.0.0.1:" + std::to_string(port_) + "/never");
  call.timeout = Ms{50};
  EXPECT_FALSE(http_call_and_wait(clock, call));
}

}  // namespace
}  // namespace holdfast::net
