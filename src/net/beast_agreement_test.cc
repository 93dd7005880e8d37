// Our codec against one that shares no code with it: Beast's client over plain Asio, with and
// without compression.
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "base/encoding.h"
#include "base/random.h"
#include "net/http_server.h"
#include "net/testing/loop_thread.h"

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

class EchoEvents final : public WebSocketEvents {
 public:
  void on_open(const std::shared_ptr<WebSocket>& socket) override { socket_ = socket; }
  bool on_text(std::string& text) override {
    socket_->send(std::make_shared<const std::string>(std::move(text)), Lane::kFact);
    return true;
  }
  void on_close(const CloseReason&) override { socket_.reset(); }

 private:
  std::shared_ptr<WebSocket> socket_;
};

using BeastSocket = beast::websocket::stream<asio::ip::tcp::socket>;

class BeastAgreement : public testing::TestWithParam<bool> {
 protected:
  BeastAgreement() {
    WebSocketOptions options;
    options.message_bytes_max = 1u << 20;
    options.queue_bytes_max = 4u << 20;
    options.deflate = GetParam();
    port_ = on_.call([&] {
      server_ = std::make_unique<HttpServer>(on_.loop(), ServerOptions{}, random_,
                                             [](HttpRequest, const Responder&) {});
      server_->add_websocket("/echo", {"echo", options, [](const WebSocketMeta&) {
                                         return std::static_pointer_cast<WebSocketEvents>(
                                             std::make_shared<EchoEvents>());
                                       }});
      return server_->listen(*parse_listen_address("127.0.0.1:0"))->port();
    });
    if (GetParam()) {
      beast::websocket::permessage_deflate deflate;
      deflate.client_enable = true;
      socket_.set_option(deflate);
    }
    socket_.set_option(
        beast::websocket::stream_base::decorator([](beast::websocket::request_type& request) {
          request.set(beast::http::field::sec_websocket_protocol, "echo");
        }));
    socket_.read_message_max(4u << 20);
    socket_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port_});
    socket_.handshake("127.0.0.1", "/echo");
    socket_.text(true);
  }
  ~BeastAgreement() override {
    on_.call([&] { server_.reset(); });
  }

  std::string echo(const std::string& text) {
    socket_.write(asio::buffer(text));
    beast::flat_buffer buffer;
    socket_.read(buffer);
    return beast::buffers_to_string(buffer.data());
  }

  SystemRandom random_;
  LoopThread on_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
  asio::io_context context_;
  BeastSocket socket_{context_};
};

std::string random_text(SeededRandom& random, std::size_t size) {
  std::string bytes(size, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  // Half of it hardly shrinks, half of it shrinks well.
  return random.chance(0.5) ? hex_encode(view_of(bytes))
                            : std::string(size, bytes.empty() ? 'x' : 'a' + bytes[0] % 26);
}

TEST_P(BeastAgreement, EchoesEverySize) {
  SeededRandom random(11);
  for (const std::size_t size :
       {0u, 1u, 62u, 63u, 125u, 126u, 1'000u, 32'767u, 32'768u, 65'536u, 500'000u}) {
    const auto text = random_text(random, size);
    EXPECT_EQ(echo(text), text) << size;
  }
  for (int i = 0; i < 200; ++i) {
    const auto text = random_text(random, random.below(5'000));
    EXPECT_EQ(echo(text), text);
  }
}

TEST_P(BeastAgreement, PutsItsFragmentsTogether) {
  SeededRandom random(12);
  const auto text = random_text(random, 100'000);
  socket_.auto_fragment(true);
  socket_.write_buffer_bytes(1'024);
  EXPECT_EQ(echo(text), text);
}

TEST_P(BeastAgreement, ClosesInGoodOrder) {
  socket_.ping("are you there");
  EXPECT_EQ(echo("x"), "x");
  beast::error_code error;
  socket_.close(
      beast::websocket::close_reason(static_cast<beast::websocket::close_code>(4000), "done"),
      error);
  EXPECT_FALSE(error) << error.message();
}

INSTANTIATE_TEST_SUITE_P(PlainAndDeflate, BeastAgreement, testing::Bool(),
                         [](const auto& info) { return info.param ? "Deflate" : "Plain"; });

}  // namespace
}  // namespace holdfast::net
