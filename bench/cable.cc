#include "bench/cable.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/check.h"

namespace holdfast::bench {
namespace {

constexpr Span kLookEvery = ms(20);

int new_socket() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  CHECK(descriptor >= 0, "no more sockets: {}", std::strerror(errno));
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

// Closed with a reset, so that whoever waits there learns of it.
void reset(int descriptor) {
  const linger abort{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  ::close(descriptor);
}

}  // namespace

// One end of a connection through the cable: what it reads goes out at the other end.
class Cable::Leg final : public Watcher {
 public:
  Leg(Cable& cable, int descriptor) : cable_(cable), descriptor_(descriptor) {
    cable_.poller_.add(descriptor_, EPOLLIN, this);
  }
  ~Leg() override {
    if (!closed_) close();
  }

  void join(Leg* other) { other_ = other; }
  bool closed() const { return closed_; }

  void on_ready(std::uint32_t events) override {
    if (closed_) return;
    if (cable_.cut_) return forget();
    if ((events & EPOLLOUT) != 0) flush();
    if (!closed_ && (events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read();
  }

  void close() {
    closed_ = true;
    if (watched_) cable_.poller_.remove(descriptor_);
    reset(descriptor_);
  }

 private:
  // Cut: the descriptor stays open and unread, until the cable is mended.
  void forget() {
    if (std::exchange(watched_, false)) cable_.poller_.remove(descriptor_);
  }

  void read() {
    const auto buffer = cable_.poller_.read_buffer();
    const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (size > 0) return other_->write({buffer.data(), static_cast<std::size_t>(size)});
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // An end travels as a reset, at once: nothing of ours waits for bytes after an end.
    close();
    if (!other_->closed_) other_->close();
  }

  void write(std::string_view bytes) {
    if (closed_) return;
    out_ += bytes;
    flush();
  }

  void flush() {
    if (!out_.empty()) {
      const auto sent = ::send(descriptor_, out_.data(), out_.size(), MSG_NOSIGNAL);
      if (sent > 0) out_.erase(0, static_cast<std::size_t>(sent));
    }
    const bool wants = !out_.empty();
    if (wants == waits_writable_) return;
    waits_writable_ = wants;
    cable_.poller_.change(descriptor_, wants ? EPOLLIN | EPOLLOUT : EPOLLIN, this);
  }

  Cable& cable_;
  const int descriptor_;
  Leg* other_ = nullptr;
  std::string out_;
  bool waits_writable_ = false;
  bool watched_ = true;
  bool closed_ = false;
};

struct Cable::Joint {
  Leg near;
  Leg far;
  Joint(Cable& cable, int near_end, int far_end) : near(cable, near_end), far(cable, far_end) {
    near.join(&far);
    far.join(&near);
  }
};

class Cable::Entrance final : public Watcher {
 public:
  Entrance(Cable& cable, const Route& route, int descriptor)
      : cable_(cable), far_(route.far), descriptor_(descriptor) {
    cable_.poller_.add(descriptor_, EPOLLIN, this);
  }
  ~Entrance() override {
    cable_.poller_.remove(descriptor_);
    ::close(descriptor_);
  }
  void on_ready(std::uint32_t) override {
    const int near = ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (near >= 0) cable_.join(near, far_);
  }

 private:
  Cable& cable_;
  const Place far_;
  const int descriptor_;
};

Result<std::unique_ptr<Cable>> Cable::lay(const std::vector<Route>& routes) {
  std::unique_ptr<Cable> cable(new Cable);
  for (const Route& route : routes) {
    const int descriptor = new_socket();
    const int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto address = address_of(route.near);
    if (::bind(descriptor, generic(address), sizeof address) != 0 ||
        ::listen(descriptor, 4'096) != 0) {
      ::close(descriptor);
      return fail(ErrorCode::kIo, "{}: {}", route.near.url(), std::strerror(errno));
    }
    cable->entrances_.push_back(std::make_unique<Entrance>(*cable, route, descriptor));
  }
  cable->thread_ = std::thread([raw = cable.get()] { raw->run(); });
  return cable;
}

Cable::~Cable() {
  ends_ = true;
  if (thread_.joinable()) thread_.join();
}

void Cable::run() {
  while (!ends_) {
    poller_.run_until([this] { return ends_ || mending_; }, now() + kLookEvery);
    if (mending_.exchange(false)) {
      joints_.clear();
      hang_up_on_silent();
      cut_ = false;
    }
    std::erase_if(joints_,
                  [](const auto& each) { return each->near.closed() && each->far.closed(); });
  }
  joints_.clear();
  hang_up_on_silent();
}

void Cable::hang_up_on_silent() {
  for (const int each : silent_) reset(each);
  silent_.clear();
}

void Cable::join(int near, const Place& far) {
  if (cut_) return silent_.push_back(near);
  const int on = 1;
  setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int other = new_socket();
  const auto address = address_of(far);
  const int refused = ::connect(other, generic(address), sizeof address);
  if (refused != 0 && errno != EINPROGRESS) {
    ::close(other);
    return reset(near);
  }
  joints_.push_back(std::make_unique<Joint>(*this, near, other));
}

}  // namespace holdfast::bench
