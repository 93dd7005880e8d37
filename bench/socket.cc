#include "bench/socket.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kFrameMax = 1 << 20;
// A mask hides a client's bytes from proxies; here is none.
constexpr std::array<std::uint8_t, 4> kMask = {0x21, 0x43, 0x65, 0x87};

}  // namespace

sockaddr_in address_of(const Place& place) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(place.port);
  CHECK(inet_pton(AF_INET, place.host.c_str(), &address.sin_addr) == 1, "no IPv4 address: {}",
        place.host);
  return address;
}

void Socket::open(const Place& to, const std::string& source, const std::string& origin) {
  close();
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  CHECK(descriptor_ >= 0, "no more sockets: {}", std::strerror(errno));
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // The port is chosen at connect(), by the whole pair of addresses: more than 28,000 fit.
  setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const auto from = address_of({source, 0});
  CHECK(::bind(descriptor_, generic(from), sizeof from) == 0, "{}: {}", source,
        std::strerror(errno));
  const auto target = address_of(to);
  stage_ = Stage::kConnecting;
  upgrade_.clear();
  reader_.emplace(false, false, kFrameMax);
  out_ = "GET /v1/link HTTP/1.1\r\nHost: " + to.host + ":" + std::to_string(to.port) +
         "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: aG9sZGZhc3QtYmVuY2gtMQ==\r\nSec-WebSocket-Protocol: holdfast.v1\r\n"
         "Origin: " +
         origin + "\r\n\r\n";
  // A refusal is heard like any other end: from the poller, later.
  const int refused = ::connect(descriptor_, generic(target), sizeof target);
  connect_error_ = refused != 0 && errno != EINPROGRESS ? errno : 0;
  waits_writable_ = true;
  poller_.add(descriptor_, EPOLLIN | EPOLLOUT, this);
}

void Socket::send(std::string_view text) {
  if (stage_ != Stage::kOpen) return;
  reply(net::Opcode::kText, std::string(text));
}

void Socket::reply(net::Opcode opcode, std::string payload) {
  out_ += net::encode_ws_header(opcode, false, payload.size(), kMask);
  net::apply_mask(payload, kMask);
  out_ += payload;
  do_soon();
}

void Socket::close() {
  if (stage_ == Stage::kClosed) return;
  stage_ = Stage::kClosed;
  poller_.remove(descriptor_);
  ::close(descriptor_);
  descriptor_ = -1;
  out_ = {};
}

void Socket::end(std::uint16_t code, const std::string& why) {
  close();
  events_.on_closed(code, why);
}

void Socket::on_ready(std::uint32_t events) {
  if (stage_ == Stage::kConnecting) return connected();
  if (stage_ != Stage::kClosed && (events & EPOLLOUT) != 0) flush();
  if (stage_ != Stage::kClosed && (events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read();
}

void Socket::connected() {
  int error = connect_error_;
  socklen_t size = sizeof error;
  if (error == 0) getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return end(net::kWsLost, std::strerror(error));
  stage_ = Stage::kUpgrading;
  flush();
}

void Socket::flush() {
  if (stage_ == Stage::kClosed || stage_ == Stage::kConnecting) return;
  if (!out_.empty()) {
    const auto sent = ::send(descriptor_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent > 0) out_.erase(0, static_cast<std::size_t>(sent));
    // An error is heard of by reading.
  }
  const bool wants = !out_.empty();
  if (wants == waits_writable_) return;
  waits_writable_ = wants;
  poller_.change(descriptor_, wants ? EPOLLIN | EPOLLOUT : EPOLLIN, this);
}

void Socket::read() {
  const auto buffer = poller_.read_buffer();
  const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (size > 0) return take({buffer.data(), static_cast<std::size_t>(size)});
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  end(net::kWsLost, size == 0 ? "the connection ended" : std::strerror(errno));
}

void Socket::take(std::string_view bytes) {
  if (stage_ == Stage::kOpen) {
    reader_->add(bytes);
    return take_frames();
  }
  upgrade_ += bytes;
  const auto head = upgrade_.find("\r\n\r\n");
  if (head == std::string::npos) return;
  if (!upgrade_.starts_with("HTTP/1.1 101 ")) {
    return end(net::kWsLost, upgrade_.substr(0, upgrade_.find('\r')));
  }
  stage_ = Stage::kOpen;
  reader_->add(std::string_view(upgrade_).substr(head + 4));
  upgrade_ = {};
  take_frames();
}

void Socket::take_frames() {
  while (stage_ == Stage::kOpen) {
    auto frame = reader_->take();
    if (!frame) break;
    if (frame->opcode == net::Opcode::kText) {
      events_.on_text(frame->payload);
    } else if (frame->opcode == net::Opcode::kPing) {
      reply(net::Opcode::kPong, std::move(frame->payload));
    } else if (frame->opcode == net::Opcode::kClose) {
      const auto reason = net::decode_close(frame->payload);
      return end(reason.code, reason.why);
    }
  }
  if (stage_ == Stage::kOpen && reader_->error()) end(net::kWsProtocolError, reader_->error()->why);
}

}  // namespace holdfast::bench
