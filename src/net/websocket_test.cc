#include <gtest/gtest.h>

#include <memory>

#include "net/http_server.h"
#include "net/testing/loop_thread.h"
#include "net/testing/raw_client.h"
#include "net/testing/recorded_events.h"
#include "net/websocket_client.h"
#include "net/ws_frame.h"

namespace holdfast::net {
namespace {

constexpr std::array<std::uint8_t, 4> kMask = {9, 8, 7, 6};
constexpr std::string_view kUpgrade =
    "GET /v1/link HTTP/1.1\r\nHost: a.example:80\r\nOrigin: https://shop.example\r\nConnection: "
    "keep-alive, Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    "dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: other, test.v1\r\n\r\n";

std::string masked(Opcode opcode, std::string payload) {
  const auto header = encode_ws_header(opcode, false, payload.size(), kMask);
  apply_mask(payload, kMask);
  return header + payload;
}

// The code of a server's close frame at the end of `bytes`.
int close_code(const std::string& bytes) {
  const auto at = bytes.rfind('\x88');
  if (at == std::string::npos || bytes.size() < at + 4) return -1;
  return static_cast<unsigned char>(bytes[at + 2]) << 8 | static_cast<unsigned char>(bytes[at + 3]);
}

class WebSocketTest : public testing::Test {
 protected:
  WebSocketTest() {
    options_.close_wait = Ms{300};
    options_.too_large = {4301, "too large"};
    options_.slow_consumer = {4002, "slow"};
    options_.bad_text = {4303, "not UTF-8"};
    options_.not_text = {4300, "text only"};
    options_.silent = {4008, "silent"};
  }
  ~WebSocketTest() override {
    on_.call([&] { server_.reset(); });
  }

  void start() {
    port_ = on_.call([&] {
      server_ = std::make_unique<HttpServer>(
          on_.loop(), ServerOptions{}, random_,
          [](HttpRequest, const Responder& respond) { respond(HttpResponse::text(200, "http")); });
      server_->add_websocket("/v1/link",
                             {"test.v1", options_, [this](const WebSocketMeta& meta) {
                                meta_ = meta;
                                return std::static_pointer_cast<WebSocketEvents>(at_server_);
                              }});
      return server_->listen(*parse_listen_address("127.0.0.1:0"))->port();
    });
  }

  std::unique_ptr<RawClient> raw(int receive_buffer = 0) {
    auto client = std::make_unique<RawClient>("127.0.0.1", port_, receive_buffer);
    client->send(kUpgrade);
    EXPECT_TRUE(client->read_until("\r\n\r\n").starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    at_server_->wait_open();
    return client;
  }

  void send_from_server(const std::string& text, Lane lane = Lane::kFact) {
    on_.call([&] {
      if (const auto socket = at_server_->socket())
        socket->send(std::make_shared<const std::string>(text), lane);
    });
  }

  WsCounters counters() {
    return on_.call([&] { return server_->counters().websocket; });
  }

  SystemRandom random_;
  LoopThread on_;
  WebSocketOptions options_;
  std::shared_ptr<RecordedEvents> at_server_ = std::make_shared<RecordedEvents>();
  WebSocketMeta meta_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(WebSocketTest, CarriesTextBothWays) {
  start();
  const auto client = raw();
  client->send(masked(Opcode::kText, "hello"));
  EXPECT_EQ(at_server_->wait_texts(1), std::vector<std::string>{"hello"});
  send_from_server("welcome");
  EXPECT_EQ(client->read(9), "\x81\x07welcome");
  EXPECT_EQ(meta_.origin, "https://shop.example");
  EXPECT_EQ(meta_.host, "a.example");
  EXPECT_EQ(meta_.address, "127.0.0.1");
  EXPECT_EQ(meta_.subprotocol, "test.v1");
}

TEST_F(WebSocketTest, ComputesTheAcceptKeyOfTheRfc) {
  start();
  RawClient client("127.0.0.1", port_);
  client.send(kUpgrade);
  EXPECT_NE(
      client.read_until("\r\n\r\n").find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
      std::string::npos);
}

TEST_F(WebSocketTest, RefusesUpgradesThatAreNone) {
  start();
  const auto answer_to = [&](std::string request, const std::string& from, const std::string& to) {
    request.replace(request.find(from), from.size(), to);
    RawClient client("127.0.0.1", port_);
    client.send(request);
    return client.read_all().substr(0, 12);
  };
  const std::string good(kUpgrade);
  EXPECT_EQ(answer_to(good, "test.v1", "test.v2"), "HTTP/1.1 400");
  EXPECT_EQ(answer_to(good, "Version: 13", "Version: 12"), "HTTP/1.1 426");
  EXPECT_EQ(answer_to(good, "dGhlIHNhbXBsZSBub25jZQ==", "short"), "HTTP/1.1 400");
  EXPECT_EQ(answer_to(good, "Upgrade: websocket\r\n", ""), "HTTP/1.1 426");
}

TEST_F(WebSocketTest, PutsFragmentsTogetherAroundPings) {
  start();
  const auto client = raw();
  auto first = masked(Opcode::kText, "hel");
  first[0] = 0x01;
  client->send(first + masked(Opcode::kPing, "p") + masked(Opcode::kContinuation, "lo"));
  EXPECT_EQ(at_server_->wait_texts(1), std::vector<std::string>{"hello"});
  EXPECT_EQ(client->read(3), "\x8a\x01p");
}

TEST_F(WebSocketTest, ClosesWithTheCallersCodes) {
  start();
  const auto code_after = [&](const std::string& bytes) {
    at_server_ = std::make_shared<RecordedEvents>();
    const auto client = raw();
    client->send(bytes);
    client->finish_sending();
    const auto code = close_code(client->read_all());
    const auto seen = at_server_->wait_close();
    EXPECT_EQ(seen ? seen->code : -1, code);
    return code;
  };
  EXPECT_EQ(code_after(masked(Opcode::kText, std::string(16'385, 'x'))), 4301);
  EXPECT_EQ(code_after(masked(Opcode::kText, "\xff\xfe")), 4303);
  EXPECT_EQ(code_after(masked(Opcode::kBinary, "x")), 4300);
  EXPECT_EQ(code_after(encode_ws_header(Opcode::kText, false, 1, std::nullopt) + "x"), 1002);
  EXPECT_EQ(code_after(masked(Opcode::kContinuation, "x")), 1002);
  auto open = masked(Opcode::kText, std::string(10'000, 'x'));
  open[0] = 0x01;
  EXPECT_EQ(code_after(open + masked(Opcode::kContinuation, std::string(10'000, 'x'))), 4301)
      << "fragments count together";
  EXPECT_EQ(code_after(open + masked(Opcode::kText, "x")), 1002);
}

TEST_F(WebSocketTest, TakesTheLargestAllowedMessage) {
  start();
  const auto client = raw();
  client->send(masked(Opcode::kText, std::string(16'384, 'x')));
  EXPECT_EQ(at_server_->wait_texts(1).at(0).size(), 16'384u);
}

TEST_F(WebSocketTest, AnswersACloseWithItsCode) {
  start();
  const auto client = raw();
  client->send(masked(Opcode::kClose, encode_close({4009, "bye"})));
  EXPECT_EQ(close_code(client->read_all()), 4009);
  EXPECT_EQ(at_server_->wait_close(), (CloseReason{4009, "bye"}));
}

TEST_F(WebSocketTest, ToldOfAConnectionThatVanished) {
  start();
  const auto client = raw();
  client->reset();
  ASSERT_TRUE(at_server_->wait_close());
  EXPECT_EQ(at_server_->wait_close()->code, kWsLost);
}

TEST_F(WebSocketTest, PingsAndThenGivesASilentClientUp) {
  options_.ping_after = Ms{30};
  options_.silent_after = Ms{150};
  start();
  const auto client = raw();
  const auto all = client->read_all();
  EXPECT_TRUE(all.starts_with(std::string_view("\x89\x00", 2)));
  EXPECT_EQ(close_code(all), 4008);
}

TEST_F(WebSocketTest, SendsWhatIsQueuedBeforeItsClose) {
  start();
  const auto client = raw();
  on_.call([&] {
    const auto socket = at_server_->socket();
    for (int i = 0; i < 100; ++i)
      socket->send(std::make_shared<const std::string>("fact"), Lane::kFact);
    socket->close({4000, "going away"});
    socket->send(std::make_shared<const std::string>("late"), Lane::kFact);
  });
  const auto all = client->read(100 * 6 + 14);
  EXPECT_EQ(all.find("late"), std::string::npos);
  EXPECT_EQ(all.substr(594, 6),
            "\x81\x04"
            "fact");
  EXPECT_EQ(close_code(all), 4000);
}

TEST_F(WebSocketTest, ClosesASlowReaderAndKeepsItsBound) {
  options_.queue_bytes_max = 256u << 10;
  start();
  const auto client = raw(4'096);
  const std::string fact(10'000, 'f');
  for (int i = 0; i < 2'000; ++i) {
    on_.call([&] {
      const auto socket = at_server_->socket();
      if (!socket) return;
      socket->send(std::make_shared<const std::string>(fact), Lane::kFact);
      EXPECT_LE(socket->queued_bytes(), options_.queue_bytes_max + 256);
    });
  }
  const auto closed = at_server_->wait_close();
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->code, 4002);
  EXPECT_EQ(counters().slow_consumers, 1u);
}

TEST_F(WebSocketTest, DropsSignalsBeforeFacts) {
  options_.queue_bytes_max = 16u << 20;
  options_.signal_bytes_max = 64u << 10;
  options_.close_wait = Ms{60'000};  // ten megabytes are read before the close is answered
  start();
  const auto client = raw(4'096);
  const std::string fact(10'000, 'f');
  on_.call([&] {
    const auto socket = at_server_->socket();
    for (int i = 0; i < 1'000; ++i) {
      socket->send(std::make_shared<const std::string>(fact), Lane::kFact);
      socket->send(std::make_shared<const std::string>("s"), Lane::kSignal);
    }
    socket->close({1000, ""});
  });
  const auto all = client->read_all();
  EXPECT_EQ(std::count(all.begin(), all.end(), 'f'), 10'000'000);
  EXPECT_LT(std::count(all.begin(), all.end(), 's'), 1'000);
  EXPECT_GT(counters().signals_dropped, 0u);
}

TEST_F(WebSocketTest, HoldsTheClientBackWhileThereIsNoRoom) {
  start();
  at_server_->set_refusing(true);
  const auto client = raw();
  for (int i = 0; i < 100; ++i) client->send(masked(Opcode::kText, std::to_string(i)));
  at_server_->wait_refused(3);
  at_server_->set_refusing(false);
  const auto texts = at_server_->wait_texts(100);
  ASSERT_EQ(texts.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(texts[i], std::to_string(i));
}

class WebSocketClientTest : public WebSocketTest {
 protected:
  std::shared_ptr<RecordedEvents> open(const std::string& path = "/v1/link",
                                       WebSocketOptions options = {}) {
    auto events = std::make_shared<RecordedEvents>();
    WebSocketDial dial;
    dial.url = *parse_url("ws://127.0.0.1:" + std::to_string(port_) + path);
    dial.subprotocol = "test.v1";
    dial.origin = "https://probe.example";
    dial.options = options;
    on_.call(
        [&] { attempt_ = open_websocket(on_.loop(), random_, client_counters_, dial, events); });
    return events;
  }
  ~WebSocketClientTest() override {
    on_.call([&] { attempt_.reset(); });
  }

  WsCounters client_counters_;
  std::shared_ptr<WebSocketAttempt> attempt_;
};

TEST_F(WebSocketClientTest, TalksToOurServer) {
  start();
  const auto client = open();
  ASSERT_TRUE(client->wait_open());
  ASSERT_TRUE(at_server_->wait_open());
  on_.call([&] {
    client->socket()->send(std::make_shared<const std::string>("from client"), Lane::kFact);
  });
  EXPECT_EQ(at_server_->wait_texts(1), std::vector<std::string>{"from client"});
  send_from_server("from server");
  EXPECT_EQ(client->wait_texts(1), std::vector<std::string>{"from server"});
  EXPECT_EQ(meta_.origin, "https://probe.example");
  on_.call([&] { client->socket()->close({4000, "done"}); });
  EXPECT_EQ(at_server_->wait_close(), (CloseReason{4000, "done"}));
  EXPECT_EQ(client->wait_close(), (CloseReason{4000, "done"}));
}

TEST_F(WebSocketClientTest, CompressesWhereBothWantIt) {
  options_.deflate = true;
  options_.message_bytes_max = 1u << 20;
  start();
  WebSocketOptions options;
  options.deflate = true;
  options.message_bytes_max = 1u << 20;
  const auto client = open("/v1/link", options);
  ASSERT_TRUE(client->wait_open());
  const std::string large(900'000, 'x');
  on_.call([&] {
    for (int i = 0; i < 3; ++i)
      client->socket()->send(std::make_shared<const std::string>(large), Lane::kFact);
  });
  EXPECT_EQ(at_server_->wait_texts(3), (std::vector<std::string>{large, large, large}));
  send_from_server(large);
  EXPECT_EQ(client->wait_texts(1), std::vector<std::string>{large});
  EXPECT_LT(counters().bytes_in, 50'000u);
}

TEST_F(WebSocketClientTest, WhoListensIsLetGoWhenTheLoopEnds) {
  const auto listener = std::make_shared<RecordedEvents>();
  {
    LoopThread other;
    start();
    WebSocketDial dial;
    dial.url = *parse_url("ws://127.0.0.1:" + std::to_string(port_) + "/v1/link");
    dial.subprotocol = "test.v1";
    const auto attempt = other.call(
        [&] { return open_websocket(other.loop(), random_, client_counters_, dial, listener); });
    ASSERT_TRUE(listener->wait_open());
    other.stop();
  }
  EXPECT_EQ(listener.use_count(), 1) << "a connection that nobody can use any more holds it";
}

TEST_F(WebSocketClientTest, HearsWhyItWasNotLetIn) {
  start();
  const auto closed = open("/elsewhere")->wait_close();
  ASSERT_TRUE(closed);
  EXPECT_EQ(*closed, (CloseReason{kWsLost, "HTTP 200: http"}));
}

TEST_F(WebSocketClientTest, HearsThatNobodyListens) {
  port_ = 1;
  const auto closed = open()->wait_close();
  ASSERT_TRUE(closed);
  EXPECT_NE(closed->why.find("Connection refused"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::net
