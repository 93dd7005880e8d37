// Listens, speaks HTTP/1.1 (and TLS), and hands out WebSockets. Everything that anybody may send is
// bounded in size and time. Loop thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/random.h"
#include "net/address.h"
#include "net/http_message.h"
#include "net/http_parser.h"
#include "net/loop.h"
#include "net/tls.h"
#include "net/websocket.h"
#include "net/ws_connection.h"

namespace holdfast::net {

class HttpConnection;
class Listener;

// Where an answer goes. Any copy may be called, on the loop's thread; the first call counts, and
// none is needed when the asker is gone. A request without an answer is answered with 503 in the
// end.
class Responder {
 public:
  Responder(std::weak_ptr<HttpConnection> connection, std::uint64_t request)
      : connection_(std::move(connection)), request_(request) {}
  void operator()(const HttpResponse& response) const;

 private:
  std::weak_ptr<HttpConnection> connection_;
  std::uint64_t request_;
};

using RequestHandler = std::function<void(HttpRequest, Responder)>;

// Says who receives a new WebSocket's events, or what to refuse the upgrade with.
using WebSocketFactory =
    std::function<std::expected<std::shared_ptr<WebSocketEvents>, HttpResponse>(
        const WebSocketMeta&)>;

struct WebSocketRoute {
  std::string subprotocol;
  WebSocketOptions options;
  WebSocketFactory factory;
};

struct ServerOptions {
  HttpLimits limits = {};
  Ms request_timeout{10'000};  // from the first byte (or the connection) to the last byte of a
                               // request: no slow loris
  Ms idle_timeout{60'000};     // between requests
  Ms answer_timeout{30'000};   // for the handler, and for the client to take the answer
  std::size_t connections_max = 19'000;
  std::optional<ServerTls> tls = {};
  HttpHeaders headers = {};  // on every answer that does not set them itself
};

struct ShownCertificate {
  std::string file;
  WallMs expires;  // the first of its chain
};

struct ServerCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  // over connections_max
  std::uint64_t requests = 0;
  std::uint64_t bad_requests = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t upgrades = 0;
  std::uint64_t refused_upgrades = 0;
  WsCounters websocket;
};

class HttpServer {
 public:
  HttpServer(Loop& loop, ServerOptions options, Random& random, RequestHandler handler);
  ~HttpServer();  // closes everything at once

  void add_websocket(const std::string& path, WebSocketRoute route);

  // Loads the certificate when there is one, then listens. May be called for several addresses;
  // port 0 takes a free one. Returns where it listens now. Not on the loop's thread alone: before
  // the loop runs it may be called from the thread that will run it.
  Result<SocketAddress> listen(const SocketAddress& address);
  // Connections that exist keep the certificate they began with. On failure the old one stays in
  // use.
  Result<void> reload_certificate();
  // What new connections are shown; empty without TLS, and before listen().
  std::optional<ShownCertificate> certificate() const;

  // New connections are refused by the kernel from now on; those that exist go on.
  void stop_listening();
  std::size_t connections() const;
  const ServerCounters& counters() const { return counters_; }

 private:
  friend class HttpConnection;
  friend class Listener;
  struct Census;  // who is connected

  void accepted(int fd, const SocketAddress& from);
  std::unique_ptr<Stream> stream_for(int fd) const;

  Loop& loop_;
  ServerOptions options_;
  Random& random_;
  RequestHandler handler_;
  std::map<std::string, std::shared_ptr<const WebSocketRoute>, std::less<>> websockets_;
  std::shared_ptr<const TlsContext> tls_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::shared_ptr<Census> census_;
  ServerCounters counters_;
};

}  // namespace holdfast::net
