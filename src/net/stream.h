// A connected socket's bytes, plain or through TLS: non-blocking calls that say what they wait for.
// A Transport drives it; nothing else uses it.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"

namespace holdfast::net {

struct IoResult {
  enum class State { kDone, kWantRead, kWantWrite, kEof, kFailed };
  State state = State::kDone;
  std::size_t bytes = 0;  // of kDone
  std::string why;        // of kFailed
};

class Stream {
 public:
  virtual ~Stream() = default;

  // Call until kDone, before anything else.
  virtual IoResult handshake() = 0;
  // kDone with at least one byte. A caller that got less than it asked for still has to ask again
  // when buffers_itself().
  virtual IoResult read(std::span<char> into) = 0;
  // kDone with at least one byte. After kWant… the same bytes, and possibly more behind them, must
  // be offered again.
  virtual IoResult write(std::span<const iovec> parts) = 0;
  // Says good-bye as far as that is possible without waiting.
  virtual void shutdown() = 0;
  // True when bytes may wait here that the descriptor's readiness does not show.
  virtual bool buffers_itself() const = 0;
  // After the handshake: until when the other end's own certificate is valid; empty: it showed
  // none.
  virtual std::optional<WallMs> certificate_expires() const { return std::nullopt; }
};

// `fd` stays the caller's, must be non-blocking and must outlive the stream.
std::unique_ptr<Stream> make_plain_stream(int fd);

}  // namespace holdfast::net
