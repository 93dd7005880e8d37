#include "net/http_connection.h"

#include "net/ws_handshake.h"

namespace holdfast::net {
namespace {

// The name in a Host header: without the port and without the brackets of IPv6.
std::string host_name(std::string_view host) {
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

}  // namespace

HttpConnection::HttpConnection(HttpServer& server, std::shared_ptr<Transport> transport,
                               std::string address)
    : server_(server),
      transport_(std::move(transport)),
      address_(std::move(address)),
      parser_(server.options_.limits) {
  enter(State::kReading, server_.options_.request_timeout);
}

void HttpConnection::enter(State state, Ms patience) {
  state_ = state;
  deadline_ = transport_->loop().now() + patience;
}

void HttpConnection::on_bytes(std::string_view bytes) {
  if (state_ == State::kIdle) enter(State::kReading, server_.options_.request_timeout);
  parser_.add(bytes);
  take_requests();
}

void HttpConnection::take_requests() {
  const auto self = shared_from_this();
  while (state_ == State::kReading) {
    auto request = parser_.take();
    if (!request) break;
    handle(std::move(*request));
  }
  if (state_ != State::kReading || !parser_.error()) return;
  ++server_.counters_.bad_requests;
  refuse(HttpResponse::text(parser_.error()->status, parser_.error()->why + "\n"));
}

void HttpConnection::handle(HttpRequest request) {
  ++server_.counters_.requests;
  request.address = address_;
  keep_alive_ = request.keep_alive;
  head_only_ = request.method == "HEAD";
  if (request.headers.count("Host") != 1) {
    ++server_.counters_.bad_requests;
    return refuse(HttpResponse::text(400, "exactly one Host header\n"));
  }
  const auto route = server_.websockets_.find(request.path());
  if (route != server_.websockets_.end()) return upgrade(request, route->second);

  enter(State::kHandling, server_.options_.answer_timeout);
  transport_->pause_reading();
  ++request_;
  server_.handler_(std::move(request), Responder(weak_from_this(), request_));
}

void HttpConnection::upgrade(const HttpRequest& request,
                             const std::shared_ptr<const WebSocketRoute>& route) {
  if (!is_upgrade_request(request)) {
    auto answer = HttpResponse::text(426, "this path speaks WebSocket\n");
    answer.headers.add("Upgrade", "websocket");
    return refuse(answer);
  }
  const auto accepted = accept_upgrade(request, route->subprotocol, route->options.deflate);
  if (!accepted) {
    ++server_.counters_.refused_upgrades;
    return refuse(accepted.error());
  }
  WebSocketMeta meta{request.target, std::string(request.headers.get("Origin")),
                     host_name(request.headers.get("Host")), address_, accepted->subprotocol};
  auto events = route->factory(meta);
  if (!events) {
    ++server_.counters_.refused_upgrades;
    return refuse(events.error());
  }
  ++server_.counters_.upgrades;
  state_ = State::kDone;
  transport_->send(encode_response(accepted->response, true, false));
  const auto connection = std::make_shared<WsConnection>(
      WsConnection::Side::kServer, transport_, std::move(meta),
      std::shared_ptr<const WebSocketOptions>(route, &route->options), accepted->deflate,
      std::move(*events), server_.counters_.websocket, server_.random_);
  transport_->set_owner(connection);
  connection->open(parser_.rest());
}

void HttpConnection::answer(std::uint64_t request, const HttpResponse& response) {
  if (state_ != State::kHandling || request != request_) return;
  write(response);
}

void HttpConnection::write(const HttpResponse& response) {
  enter(State::kAnswering, server_.options_.answer_timeout);
  HttpResponse complete = response;
  for (const auto& [name, value] : server_.options_.headers) {
    if (!complete.headers.has(name)) complete.headers.add(name, value);
  }
  transport_->send(encode_response(complete, keep_alive_, head_only_));
  if (!keep_alive_) transport_->finish();
}

void HttpConnection::refuse(const HttpResponse& response) {
  keep_alive_ = false;
  write(response);
}

void HttpConnection::on_drained() {
  if (state_ != State::kAnswering) return;
  const bool more = parser_.in_the_middle();
  enter(more ? State::kReading : State::kIdle,
        more ? server_.options_.request_timeout : server_.options_.idle_timeout);
  transport_->resume_reading();
  if (more) take_requests();
}

void HttpConnection::on_sweep(MonoMs now) {
  if (now < deadline_ || transport_->finishing()) return;
  switch (state_) {
    case State::kIdle:
      return transport_->finish();
    case State::kReading:
      ++server_.counters_.timeouts;
      // Somebody who sent nothing at all is told nothing: a browser opens connections to have them
      // ready.
      if (!parser_.in_the_middle()) return transport_->abort();
      return refuse(HttpResponse::text(408, "the request took too long\n"));
    case State::kHandling:
      ++server_.counters_.timeouts;
      return refuse(HttpResponse::text(503, "no answer in time\n"));
    case State::kAnswering:
      ++server_.counters_.timeouts;
      return transport_->abort();
    case State::kDone:
      return;
  }
}

void HttpConnection::on_end(const TransportEnd&) {
  state_ = State::kDone;
}

}  // namespace holdfast::net
