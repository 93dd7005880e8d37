#include "net/websocket_client.h"

#include "net/dialer.h"
#include "net/http_parser.h"
#include "net/ws_handshake.h"

namespace holdfast::net {
namespace {

std::string fresh_key(Random& random) {
  const auto bytes = random.bytes<16>();
  return base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

class AttemptImpl final : public WebSocketAttempt {
 public:
  AttemptImpl(Loop& loop, Random& random, WsCounters& counters, WebSocketDial dial,
              std::shared_ptr<WebSocketEvents> events)
      : loop_(loop),
        random_(random),
        counters_(counters),
        wanted_(std::move(dial)),
        events_(std::move(events)),
        key_(fresh_key(random)),
        timer_(loop) {}
  ~AttemptImpl() override {
    if (handshake_) handshake_->abandon();
  }

  void start(const std::shared_ptr<AttemptImpl>& self) {
    const std::weak_ptr<AttemptImpl> weak = self;
    timer_.start(wanted_.open_timeout, [weak] {
      if (const auto attempt = weak.lock()) attempt->failed("no answer to the upgrade in time");
    });
    dial_ = dial(loop_, wanted_.url, {wanted_.open_timeout, wanted_.tls},
                 [weak](Result<std::shared_ptr<Transport>> transport) {
                   const auto attempt = weak.lock();
                   if (!attempt) return;
                   if (!transport) return attempt->failed(transport.error().why);
                   attempt->handshake_ = std::make_shared<Handshake>(*transport, weak);
                   (*transport)->start(attempt->handshake_);
                 });
  }

 private:
  // The transport's owner until the connection takes over.
  class Handshake final : public TransportOwner, public std::enable_shared_from_this<Handshake> {
   public:
    Handshake(std::shared_ptr<Transport> transport, std::weak_ptr<AttemptImpl> of)
        : transport_(std::move(transport)), of_(std::move(of)), parser_({16u << 10, 64u << 10}) {}

    void abandon() {
      if (const auto transport = std::exchange(transport_, nullptr)) transport->abort();
    }
    std::shared_ptr<Transport> release() { return std::exchange(transport_, nullptr); }

    void on_ready() override {
      if (const auto attempt = of_.lock()) attempt->ask(*transport_);
    }
    void on_bytes(std::string_view bytes) override {
      const auto self = shared_from_this();
      parser_.add(bytes);
      const auto response = parser_.take();
      const auto attempt = of_.lock();
      if (!attempt) return;
      if (response) return attempt->answered(*response, parser_.rest());
      if (parser_.error()) attempt->failed("not HTTP: " + parser_.error()->why);
    }
    void on_drained() override {}
    void on_sweep(MonoMs) override {}
    void on_end(const TransportEnd& end) override {
      if (const auto attempt = of_.lock()) attempt->failed(end.why);
    }

   private:
    std::shared_ptr<Transport> transport_;
    std::weak_ptr<AttemptImpl> of_;
    HttpResponseParser parser_;
  };

  void ask(Transport& transport) {
    auto request =
        upgrade_request(wanted_.url.target, key_, wanted_.subprotocol, wanted_.options.deflate);
    if (!wanted_.origin.empty()) request.headers.add("Origin", wanted_.origin);
    transport.send(encode_request(request, wanted_.url.authority(), true));
  }

  void answered(const HttpResponse& response, const std::string& rest) {
    const auto deflate = check_upgrade(response, key_, wanted_.subprotocol);
    if (!deflate) return failed(deflate.error().why);
    timer_.cancel();
    const auto transport = std::exchange(handshake_, nullptr)->release();
    WebSocketMeta meta{wanted_.url.target, wanted_.origin, wanted_.url.host, wanted_.url.host,
                       wanted_.subprotocol};
    const auto connection = std::make_shared<WsConnection>(
        WsConnection::Side::kClient, transport, std::move(meta),
        std::make_shared<const WebSocketOptions>(wanted_.options), *deflate,
        std::exchange(events_, nullptr), counters_, random_);
    transport->set_owner(connection);
    connection->open(rest);
  }

  void failed(const std::string& why) {
    timer_.cancel();
    dial_.reset();
    if (handshake_) handshake_->abandon();
    if (const auto events = std::exchange(events_, nullptr)) events->on_close({kWsLost, why});
  }

  Loop& loop_;
  Random& random_;
  WsCounters& counters_;
  const WebSocketDial wanted_;
  std::shared_ptr<WebSocketEvents> events_;
  const std::string key_;
  Timer timer_;
  std::shared_ptr<Dial> dial_;
  std::shared_ptr<Handshake> handshake_;
};

}  // namespace

std::shared_ptr<WebSocketAttempt> open_websocket(Loop& loop, Random& random, WsCounters& counters,
                                                 WebSocketDial dial,
                                                 std::shared_ptr<WebSocketEvents> events) {
  const auto attempt =
      std::make_shared<AttemptImpl>(loop, random, counters, std::move(dial), std::move(events));
  attempt->start(attempt);
  return attempt;
}

}  // namespace holdfast::net
