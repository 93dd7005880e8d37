// One connected socket with its queues: reads as bytes come, writes what it is given in as few
// system calls as it can, ends exactly once. Loop thread. The owner of the connection's meaning
// (HTTP, then perhaps WebSocket) is told of events and may be exchanged on the way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fifo.h"
#include "net/address.h"
#include "net/descriptor.h"
#include "net/stream.h"

namespace holdfast::net {

struct TransportEnd {
  bool eof = false;  // the other end finished in good order
  std::string why;
};

class TransportOwner {
 public:
  virtual ~TransportOwner() = default;
  // The handshake is over: bytes flow from now on.
  virtual void on_ready() = 0;
  // `bytes` die with the call.
  virtual void on_bytes(std::string_view bytes) = 0;
  // Everything queued is with the kernel.
  virtual void on_drained() = 0;
  // Now and then, for deadlines.
  virtual void on_sweep(MonoMs now) = 0;
  // Once, last. Not after abort().
  virtual void on_end(const TransportEnd& end) = 0;
  // The loop is gone, and nothing follows: let go of whoever listens, and tell nobody.
  virtual void on_loop_ended() {}
};

class Transport final : public ReadyListener,
                        public Swept,
                        public std::enable_shared_from_this<Transport> {
 public:
  Transport(Loop& loop, Descriptor descriptor, std::unique_ptr<Stream> stream);
  ~Transport() override;

  // Begins with the handshake. Keeps `owner` alive until the end.
  void start(std::shared_ptr<TransportOwner> owner);
  void set_owner(std::shared_ptr<TransportOwner> owner);

  // Let go when the connection ends: what counts it.
  void hold(std::shared_ptr<void> ticket) { ticket_ = std::move(ticket); }

  // Queues bytes; they leave at the latest when the loop is done with the current callback's batch.
  void send(std::string bytes);
  void send(std::shared_ptr<const std::string> bytes);
  std::size_t queued_bytes() const { return queued_bytes_; }
  // Bytes are flowing out as fast as the other end takes them.
  bool writing() const { return !queue_.empty(); }

  // Bytes that come meanwhile wait in the kernel.
  void pause_reading();
  void resume_reading();

  // Writes what is queued, says good-bye, then waits up to `linger` for the other end to close:
  // closing at once could destroy what is still on its way there. on_end() follows.
  void finish(Ms linger = Ms{2'000});
  bool finishing() const { return finishing_; }
  // Closes now; on_end() does not follow.
  void abort();
  // Closes now and tells the owner.
  void end(TransportEnd end);
  bool ended() const { return !descriptor_.is_open(); }
  // As of a Stream.
  std::optional<WallMs> certificate_expires() const { return stream_->certificate_expires(); }

  Loop& loop() { return loop_; }

  void on_readable() override;
  void on_writable() override;
  void sweep(MonoMs now) override;
  void loop_ends() override;

 private:
  struct Chunk {
    std::string own;
    std::shared_ptr<const std::string> shared;
    std::string_view view() const {
      return shared ? std::string_view(*shared) : std::string_view(own);
    }
  };

  void shake_hands();
  void read_on();
  void flush();
  void flush_soon();
  bool write_once();
  void drop_written(std::size_t bytes);
  void drained();
  void wait_readable();
  void wait_writable();

  Loop& loop_;
  Descriptor descriptor_;
  std::unique_ptr<Stream> stream_;
  std::shared_ptr<TransportOwner> owner_;
  std::shared_ptr<void> ticket_;
  Fifo<Chunk> queue_;
  std::size_t first_offset_ = 0;  // bytes of queue_.front() that are written
  std::size_t queued_bytes_ = 0;
  std::optional<MonoMs> linger_until_;
  bool shaken_ = false;
  bool paused_ = false;
  bool finishing_ = false;
  bool flush_posted_ = false;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
  bool read_wants_write_ = false;
  bool write_wants_read_ = false;
};

}  // namespace holdfast::net
