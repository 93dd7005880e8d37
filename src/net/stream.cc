#include "net/stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace holdfast::net {
namespace {

using State = IoResult::State;

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}

  IoResult handshake() override { return {}; }

  IoResult read(std::span<char> into) override {
    const auto got = ::recv(fd_, into.data(), into.size(), 0);
    if (got > 0) return {State::kDone, static_cast<std::size_t>(got), {}};
    if (got == 0) return {State::kEof, 0, {}};
    return failed(State::kWantRead);
  }

  IoResult write(std::span<const iovec> parts) override {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = std::min<std::size_t>(parts.size(), 64);
    const auto sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (sent > 0) return {State::kDone, static_cast<std::size_t>(sent), {}};
    return failed(State::kWantWrite);
  }

  void shutdown() override { ::shutdown(fd_, SHUT_WR); }

  bool buffers_itself() const override { return false; }

 private:
  static IoResult failed(State want) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {want, 0, {}};
    return {State::kFailed, 0, std::strerror(errno)};
  }

  int fd_;
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int fd) {
  return std::make_unique<PlainStream>(fd);
}

}  // namespace holdfast::net
