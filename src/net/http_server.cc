#include "net/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "base/log.h"
#include "net/http_connection.h"

namespace holdfast::net {
namespace {

constexpr int kAcceptsAtOnce = 64;
// Out of file descriptors: accepting again at once would spin.
constexpr Ms kAcceptAgain{100};

// The answer to a connection too many, as far as it can be given without waiting.
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: "
    "close\r\n\r\n";

}  // namespace

struct HttpServer::Census {
  std::unordered_map<std::uint64_t, std::weak_ptr<Transport>> connected;
  std::uint64_t next = 1;

  static std::shared_ptr<void> ticket(const std::shared_ptr<Census>& census,
                                      const std::shared_ptr<Transport>& transport) {
    const auto id = census->next++;
    census->connected.emplace(id, transport);
    return {nullptr, [census, id](void*) { census->connected.erase(id); }};
  }
};

class Listener final : public ReadyListener, public std::enable_shared_from_this<Listener> {
 public:
  Listener(HttpServer& server, Loop& loop, int fd)
      : server_(server), descriptor_(loop, fd), again_(loop) {}

  void start() { descriptor_.wait_readable(shared_from_this()); }
  void close() {
    again_.cancel();
    descriptor_.close();
  }

  void on_readable() override {
    for (int accepts = 0; accepts < kAcceptsAtOnce && descriptor_.is_open(); ++accepts) {
      SocketAddress from;
      from.size = sizeof from.storage;
      const int fd =
          ::accept4(descriptor_.fd(), from.raw(), &from.size, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0) {
        if (errno == ECONNABORTED || errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        log::warn("net", "cannot accept a connection: {}", std::strerror(errno));
        again_.start(kAcceptAgain, [this] { start(); });
        return;
      }
      server_.accepted(fd, from);
    }
    if (descriptor_.is_open()) start();
  }

  void on_writable() override {}

 private:
  HttpServer& server_;
  Descriptor descriptor_;
  Timer again_;
};

void Responder::operator()(const HttpResponse& response) const {
  if (const auto connection = connection_.lock()) connection->answer(request_, response);
}

HttpServer::HttpServer(Loop& loop, ServerOptions options, Random& random, RequestHandler handler)
    : loop_(loop),
      options_(std::move(options)),
      random_(random),
      handler_(std::move(handler)),
      census_(std::make_shared<Census>()) {}

HttpServer::~HttpServer() {
  stop_listening();
  const auto connected = std::exchange(census_->connected, {});
  for (const auto& [id, weak] : connected) {
    if (const auto transport = weak.lock()) transport->end({false, "server stopped"});
  }
}

void HttpServer::add_websocket(const std::string& path, WebSocketRoute route) {
  websockets_[path] = std::make_shared<const WebSocketRoute>(std::move(route));
}

Result<SocketAddress> HttpServer::listen(const SocketAddress& address) {
  if (options_.tls && !tls_) HF_CHECKED(reload_certificate());
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return fail(ErrorCode::kIo, "no socket for {}: {}", address.text(), std::strerror(errno));
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  SocketAddress bound = address;
  if (::bind(fd, address.raw(), address.size) != 0 || ::listen(fd, 4'096) != 0) {
    const int error = errno;
    ::close(fd);
    return fail(ErrorCode::kIo, "cannot listen on {}: {}", address.text(), std::strerror(error));
  }
  bound.size = sizeof bound.storage;
  ::getsockname(fd, bound.raw(), &bound.size);
  listeners_.push_back(std::make_shared<Listener>(*this, loop_, fd));
  listeners_.back()->start();
  return bound;
}

Result<void> HttpServer::reload_certificate() {
  if (!options_.tls) return {};
  HF_TRY(context, make_server_context(*options_.tls, loop_.wall_and_mono().wall));
  tls_ = std::move(context);
  return {};
}

std::optional<ShownCertificate> HttpServer::certificate() const {
  if (!tls_) return std::nullopt;
  return ShownCertificate{options_.tls->certificate_file, certificate_expiry(*tls_)};
}

void HttpServer::stop_listening() {
  for (const auto& listener : listeners_) listener->close();
  listeners_.clear();
}

std::size_t HttpServer::connections() const {
  return census_->connected.size();
}

std::unique_ptr<Stream> HttpServer::stream_for(int fd) const {
  return tls_ ? make_tls_server_stream(tls_, fd) : make_plain_stream(fd);
}

void HttpServer::accepted(int fd, const SocketAddress& from) {
  if (connections() >= options_.connections_max) {
    ++counters_.refused;
    if (!tls_) [[maybe_unused]]
      const auto sent = ::send(fd, kTooMany.data(), kTooMany.size(), MSG_NOSIGNAL);
    ::close(fd);
    return;
  }
  ++counters_.accepted;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto transport = std::make_shared<Transport>(loop_, Descriptor(loop_, fd), stream_for(fd));
  transport->hold(Census::ticket(census_, transport));
  transport->start(std::make_shared<HttpConnection>(*this, transport, from.ip()));
}

}  // namespace holdfast::net
