#include "net/dialer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace holdfast::net {
namespace {

using Then = std::function<void(Result<std::shared_ptr<Transport>>)>;

class DialImpl final : public Dial {
 public:
  DialImpl(Loop& loop, Url url, DialOptions options, Then then)
      : loop_(loop),
        url_(std::move(url)),
        options_(std::move(options)),
        then_(std::move(then)),
        timer_(loop) {}
  ~DialImpl() override { drop_attempt(); }

  void start(const std::shared_ptr<DialImpl>& self) {
    self_ = self;
    const std::weak_ptr<DialImpl> weak = self;
    timer_.start(options_.timeout, [weak] {
      if (const auto dial = weak.lock()) dial->finish(dial->failed("no connection in time"));
    });
    resolve(loop_, url_.host, url_.port, [weak](Result<std::vector<SocketAddress>> addresses) {
      const auto dial = weak.lock();
      if (!dial || !dial->then_) return;
      if (!addresses) return dial->finish(std::unexpected(addresses.error()));
      dial->addresses_ = std::move(*addresses);
      dial->try_next();
    });
  }

 private:
  // One address being tried: outlives the dial while its descriptor's wait is pending.
  struct Attempt final : ReadyListener {
    Attempt(Loop& loop, int fd) : descriptor(loop, fd) {}
    void on_readable() override {}
    void on_writable() override {
      if (const auto owner = dial.lock()) owner->connected();
    }
    Descriptor descriptor;
    std::weak_ptr<DialImpl> dial;
  };

  std::unexpected<Error> failed(std::string_view why) const {
    return fail(ErrorCode::kUnavailable, "{}: {}", url_.origin(),
                last_error_.empty() ? why : last_error_);
  }

  void drop_attempt() {
    if (attempt_) attempt_->descriptor.close();
    attempt_.reset();
  }

  void finish(Result<std::shared_ptr<Transport>> result) {
    timer_.cancel();
    drop_attempt();
    if (const auto then = std::exchange(then_, nullptr)) then(std::move(result));
  }

  void try_next() {
    drop_attempt();
    if (next_ == addresses_.size()) return finish(failed("no address left"));
    const SocketAddress& address = addresses_[next_++];
    const int fd =
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return finish(fail(ErrorCode::kIo, "no socket: {}", std::strerror(errno)));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    attempt_ = std::make_shared<Attempt>(loop_, fd);
    attempt_->dial = self_;
    if (::connect(fd, address.raw(), address.size) != 0 && errno != EINPROGRESS) {
      last_error_ = std::strerror(errno);
      return try_next();
    }
    attempt_->descriptor.wait_writable(attempt_);
  }

  void connected() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(attempt_->descriptor.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      last_error_ = std::strerror(error);
      return try_next();
    }
    auto stream = stream_for(attempt_->descriptor.fd());
    if (!stream) return finish(std::unexpected(stream.error()));
    auto transport =
        std::make_shared<Transport>(loop_, std::move(attempt_->descriptor), std::move(*stream));
    attempt_ = nullptr;
    finish(std::move(transport));
  }

  Result<std::unique_ptr<Stream>> stream_for(int fd) {
    if (!url_.tls) return make_plain_stream(fd);
    if (!options_.tls) {
      HF_TRY(context, make_client_context({}));
      options_.tls = std::move(context);
    }
    return make_tls_client_stream(options_.tls, fd, url_.host);
  }

  Loop& loop_;
  const Url url_;
  DialOptions options_;
  Then then_;
  Timer timer_;
  std::weak_ptr<DialImpl> self_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;
  std::shared_ptr<Attempt> attempt_;
  std::string last_error_;
};

}  // namespace

std::shared_ptr<Dial> dial(Loop& loop, const Url& url, const DialOptions& options, Then then) {
  const auto attempt = std::make_shared<DialImpl>(loop, url, options, std::move(then));
  attempt->start(attempt);
  return attempt;
}

}  // namespace holdfast::net
