// One connection while it speaks HTTP: requests in order, one at a time, until it closes or becomes
// a WebSocket.
#pragma once

#include <memory>

#include "net/http_server.h"
#include "net/transport.h"

namespace holdfast::net {

class HttpConnection final : public TransportOwner,
                             public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(HttpServer& server, std::shared_ptr<Transport> transport, std::string address);

  void on_ready() override {}
  void on_bytes(std::string_view bytes) override;
  void on_drained() override;
  void on_sweep(MonoMs now) override;
  void on_end(const TransportEnd& end) override;

  // The answer to request number `request`; ignored unless it is the one under way.
  void answer(std::uint64_t request, const HttpResponse& response);

 private:
  enum class State { kIdle, kReading, kHandling, kAnswering, kDone };

  void enter(State state, Ms patience);
  void take_requests();
  void handle(HttpRequest request);
  void upgrade(const HttpRequest& request, const std::shared_ptr<const WebSocketRoute>& route);
  void write(const HttpResponse& response);
  void refuse(const HttpResponse& response);

  HttpServer& server_;
  std::shared_ptr<Transport> transport_;
  const std::string address_;
  HttpRequestParser parser_;
  State state_ = State::kReading;
  MonoMs deadline_;
  std::uint64_t request_ = 0;  // number of the one under way
  bool keep_alive_ = true;
  bool head_only_ = false;
};

}  // namespace holdfast::net
