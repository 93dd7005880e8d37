#include "net/transport.h"

#include <array>

namespace holdfast::net {
namespace {

using State = IoResult::State;

// One link may not keep the thread for longer than this many buffers at a time.
constexpr int kReadsAtOnce = 8;

}  // namespace

Transport::Transport(Loop& loop, Descriptor descriptor, std::unique_ptr<Stream> stream)
    : loop_(loop), descriptor_(std::move(descriptor)), stream_(std::move(stream)) {}

Transport::~Transport() = default;

void Transport::start(std::shared_ptr<TransportOwner> owner) {
  owner_ = std::move(owner);
  loop_.add_swept(weak_from_this());
  shake_hands();
}

void Transport::set_owner(std::shared_ptr<TransportOwner> owner) {
  owner_ = std::move(owner);
}

void Transport::shake_hands() {
  const auto self = shared_from_this();
  const auto result = stream_->handshake();
  switch (result.state) {
    case State::kDone:
      shaken_ = true;
      owner_->on_ready();
      if (!ended()) read_on();
      return;
    case State::kWantRead:
      return wait_readable();
    case State::kWantWrite:
      return wait_writable();
    case State::kEof:
      return end({true, "closed during the handshake"});
    case State::kFailed:
      return end({false, result.why});
  }
}

void Transport::on_readable() {
  waits_readable_ = false;
  if (ended()) return;
  if (!shaken_) return shake_hands();
  read_on();
  if (!ended() && std::exchange(write_wants_read_, false)) flush();
}

void Transport::on_writable() {
  waits_writable_ = false;
  if (ended()) return;
  if (!shaken_) return shake_hands();
  if (std::exchange(read_wants_write_, false)) read_on();
  if (!ended()) flush();
}

void Transport::read_on() {
  const auto self = shared_from_this();
  for (int reads = 0; !paused_; ++reads) {
    if (reads == kReadsAtOnce) {
      loop_.post([self] {
        if (!self->ended() && !self->waits_readable_) self->read_on();
      });
      return;
    }
    const auto buffer = loop_.read_buffer();
    const auto result = stream_->read(buffer);
    switch (result.state) {
      case State::kDone:
        // A lingering connection reads only to see the end.
        if (!finishing_) owner_->on_bytes({buffer.data(), result.bytes});
        if (ended()) return;
        if (result.bytes < buffer.size() && !stream_->buffers_itself()) return wait_readable();
        break;
      case State::kWantRead:
        return wait_readable();
      case State::kWantWrite:
        read_wants_write_ = true;
        return wait_writable();
      case State::kEof:
        return end({true, "closed by the other end"});
      case State::kFailed:
        return end({false, result.why});
    }
  }
}

void Transport::pause_reading() {
  paused_ = true;
}

void Transport::resume_reading() {
  if (!std::exchange(paused_, false) || ended() || waits_readable_) return;
  loop_.post([self = shared_from_this()] {
    if (!self->ended() && !self->waits_readable_) self->read_on();
  });
}

void Transport::send(std::string bytes) {
  if (ended() || finishing_ || bytes.empty()) return;
  queued_bytes_ += bytes.size();
  // Headers and small answers share one chunk as long as it stays small.
  if (!queue_.empty() && !queue_.back().shared &&
      queue_.back().own.size() + bytes.size() <= 1'024) {
    queue_.back().own += bytes;
  } else {
    queue_.push_back({std::move(bytes), nullptr});
  }
  flush_soon();
}

void Transport::send(std::shared_ptr<const std::string> bytes) {
  if (ended() || finishing_ || bytes->empty()) return;
  queued_bytes_ += bytes->size();
  queue_.push_back({{}, std::move(bytes)});
  flush_soon();
}

void Transport::flush_soon() {
  if (flush_posted_ || waits_writable_ || !shaken_) return;
  flush_posted_ = true;
  loop_.post([self = shared_from_this()] {
    self->flush_posted_ = false;
    if (!self->ended()) self->flush();
  });
}

bool Transport::write_once() {
  std::array<iovec, 64> parts;
  std::size_t count = 0;
  std::size_t skip = first_offset_;
  for (const Chunk& chunk : queue_) {
    const auto view = chunk.view().substr(skip);
    skip = 0;
    parts[count++] = {const_cast<char*>(view.data()), view.size()};
    if (count == parts.size()) break;
  }
  const auto result = stream_->write({parts.data(), count});
  switch (result.state) {
    case State::kDone:
      drop_written(result.bytes);
      return true;
    case State::kWantWrite:
      wait_writable();
      return false;
    case State::kWantRead:
      write_wants_read_ = true;
      wait_readable();
      return false;
    case State::kEof:
    case State::kFailed:
      end({false, result.why});
      return false;
  }
  return false;
}

void Transport::flush() {
  const auto self = shared_from_this();
  while (!queue_.empty()) {
    if (!write_once()) return;
    if (ended()) return;
  }
  drained();
}

void Transport::drained() {
  if (finishing_) {
    stream_->shutdown();
    return;
  }
  if (owner_) owner_->on_drained();
}

void Transport::drop_written(std::size_t bytes) {
  queued_bytes_ -= bytes;
  while (bytes > 0) {
    const auto left = queue_.front().view().size() - first_offset_;
    if (bytes < left) {
      first_offset_ += bytes;
      return;
    }
    bytes -= left;
    first_offset_ = 0;
    queue_.pop_front();
  }
}

void Transport::finish(Ms linger) {
  if (ended() || finishing_) return;
  finishing_ = true;
  linger_until_ = loop_.now() + linger;
  if (paused_) {
    paused_ = false;
    if (!waits_readable_) wait_readable();
  }
  if (queue_.empty()) {
    stream_->shutdown();
  } else if (!waits_writable_) {
    flush_posted_ = true;
    loop_.post([self = shared_from_this()] {
      self->flush_posted_ = false;
      if (!self->ended()) self->flush();
    });
  }
}

void Transport::abort() {
  if (ended()) return;
  descriptor_.close();
  queue_.clear();
  queued_bytes_ = 0;
  ticket_.reset();
  // The owner may be the one who calls.
  loop_.post([owner = std::exchange(owner_, nullptr)] {});
}

void Transport::end(TransportEnd end) {
  if (ended()) return;
  const auto self = shared_from_this();
  const auto owner = owner_;
  abort();
  if (owner) owner->on_end(end);
}

void Transport::sweep(MonoMs now) {
  if (ended()) return;
  if (linger_until_ && now >= *linger_until_) return end({false, "the other end did not close"});
  if (const auto owner = owner_) owner->on_sweep(now);
}

void Transport::loop_ends() {
  const auto owner = owner_;
  abort();
  if (owner) owner->on_loop_ended();
}

void Transport::wait_readable() {
  if (std::exchange(waits_readable_, true)) return;
  descriptor_.wait_readable(shared_from_this());
}

void Transport::wait_writable() {
  if (std::exchange(waits_writable_, true)) return;
  descriptor_.wait_writable(shared_from_this());
}

}  // namespace holdfast::net
