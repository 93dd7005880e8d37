// The frames of RFC 6455: bytes to frames and back. Pure; the connection gives them a life.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/websocket.h"

namespace holdfast::net {

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

constexpr bool is_control(Opcode opcode) {
  return static_cast<std::uint8_t>(opcode) >= 8;
}

struct WsFrame {
  Opcode opcode = Opcode::kText;
  bool final = true;
  bool compressed = false;  // RSV1
  std::string payload;      // unmasked
};

// The header of a frame of ours; a client's carries a mask and its payload must be run through
// apply_mask().
std::string encode_ws_header(Opcode opcode, bool compressed, std::size_t payload_size,
                             const std::optional<std::array<std::uint8_t, 4>>& mask);
void apply_mask(std::string& payload, const std::array<std::uint8_t, 4>& mask,
                std::size_t offset = 0);

// The payload of a close frame and back. A payload that breaks RFC 6455 §7.4 is kWsProtocolError.
std::string encode_close(const CloseReason& reason);
CloseReason decode_close(std::string_view payload);

// What the reader refuses, and how the connection has to end because of it.
struct WsFrameError {
  enum class Kind { kProtocol, kTooLarge };
  Kind kind;
  std::string why;
};

class WsFrameReader {
 public:
  // `expects_mask`: we are the server. `allows_compressed`: permessage-deflate was agreed.
  WsFrameReader(bool expects_mask, bool allows_compressed, std::size_t payload_max)
      : expects_mask_(expects_mask),
        allows_compressed_(allows_compressed),
        payload_max_(payload_max) {}

  void add(std::string_view bytes) { buffer_ += bytes; }
  std::optional<WsFrame> take();
  const std::optional<WsFrameError>& error() const { return error_; }

 private:
  struct Header {
    std::size_t size = 0;
    std::uint64_t payload = 0;
    std::array<std::uint8_t, 4> mask{};
  };
  std::optional<Header> read_header(WsFrame& frame);
  std::optional<Header> refuse(WsFrameError::Kind kind, std::string why);

  bool expects_mask_;
  bool allows_compressed_;
  std::size_t payload_max_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of buffer_ that were taken already
  std::optional<WsFrameError> error_;
};

}  // namespace holdfast::net
