#include "net/ws_frame.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/plant.h"

namespace holdfast::net {
namespace {

constexpr std::size_t kControlMax = 125;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

bool is_known(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

// Codes that may stand on the wire: those of the RFC that are meant for it, the registered and the
// private ranges.
bool may_be_sent(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

std::string encode_ws_header(Opcode opcode, bool compressed, std::size_t payload_size,
                             const std::optional<std::array<std::uint8_t, 4>>& mask) {
  std::string header;
  header.reserve(14);
  header += static_cast<char>(0x80 | (compressed ? 0x40 : 0) | static_cast<std::uint8_t>(opcode));
  const std::uint8_t masked = mask ? 0x80 : 0;
  const auto append_big_endian = [&](int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      header += static_cast<char>(static_cast<std::uint64_t>(payload_size) >> shift);
    }
  };
  if (payload_size <= kControlMax) {
    header += static_cast<char>(masked | payload_size);
  } else if (payload_size <= 0xffff) {
    header += static_cast<char>(masked | 126);
    append_big_endian(2);
  } else {
    header += static_cast<char>(masked | 127);
    append_big_endian(8);
  }
  if (mask) header.append(mask->begin(), mask->end());
  return header;
}

void apply_mask(std::string& payload, const std::array<std::uint8_t, 4>& mask, std::size_t offset) {
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ mask[(i + offset) & 3]);
  }
}

std::string encode_close(const CloseReason& reason) {
  std::string payload;
  payload += static_cast<char>(reason.code >> 8);
  payload += static_cast<char>(reason.code & 0xff);
  std::string why = reason.why.substr(0, kControlMax - 2);
  while (!why.empty() && !is_valid_utf8(why)) why.pop_back();  // the cut fell into a character
  return payload + why;
}

CloseReason decode_close(std::string_view payload) {
  if (payload.empty()) return {1005, ""};
  if (payload.size() == 1) return {kWsProtocolError, "a close frame of one byte"};
  const auto code = static_cast<std::uint16_t>(byte_at(payload, 0) << 8 | byte_at(payload, 1));
  const auto why = payload.substr(2);
  if (!may_be_sent(code)) return {kWsProtocolError, fmt::format("close code {}", code)};
  if (!is_valid_utf8(why)) return {kWsProtocolError, "a close reason that is not UTF-8"};
  return {code, std::string(why)};
}

std::optional<WsFrameReader::Header> WsFrameReader::refuse(WsFrameError::Kind kind,
                                                           std::string why) {
  error_ = WsFrameError{kind, std::move(why)};
  return std::nullopt;
}

std::optional<WsFrameReader::Header> WsFrameReader::read_header(WsFrame& frame) {
  using Kind = WsFrameError::Kind;
  const auto bytes = std::string_view(buffer_).substr(used_);
  if (bytes.size() < 2) return std::nullopt;
  const auto first = byte_at(bytes, 0);
  const auto second = byte_at(bytes, 1);
  if (!is_known(first & 0x0f))
    return refuse(Kind::kProtocol, fmt::format("opcode {}", first & 0x0f));
  frame.opcode = static_cast<Opcode>(first & 0x0f);
  frame.final = first & 0x80;
  frame.compressed = first & 0x40;
  const bool may_compress =
      allows_compressed_ && (frame.opcode == Opcode::kText || frame.opcode == Opcode::kBinary);
  if ((first & 0x30) != 0 || (frame.compressed && !may_compress))
    return refuse(Kind::kProtocol, "reserved bits set");
  if (static_cast<bool>(second & 0x80) != expects_mask_) {
    return refuse(Kind::kProtocol, expects_mask_ ? "a client's frame without a mask"
                                                 : "a server's frame with a mask");
  }

  Header header{2, static_cast<std::uint64_t>(second & 0x7f), {}};
  const std::size_t length_bytes = header.payload == 126 ? 2 : header.payload == 127 ? 8 : 0;
  const bool is_bounded = (length_bytes == 0 || planted(Plant::kControlFrameUnbounded));
  if (is_control(frame.opcode) && (!is_bounded || !frame.final)) {
    return refuse(Kind::kProtocol, "a control frame that is long or fragmented");
  }
  const std::size_t mask_bytes = expects_mask_ ? 4 : 0;
  if (bytes.size() < 2 + length_bytes + mask_bytes) return std::nullopt;
  if (length_bytes > 0) {
    header.payload = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
      header.payload = header.payload << 8 | byte_at(bytes, 2 + i);
    if (header.payload < (length_bytes == 2 ? 126 : 65'536))
      return refuse(Kind::kProtocol, "a length in more bytes than it needs");
  }
  if (header.payload > payload_max_ && !is_control(frame.opcode)) {
    return refuse(Kind::kTooLarge,
                  fmt::format("a frame of {} bytes, at most {}", header.payload, payload_max_));
  }
  for (std::size_t i = 0; i < mask_bytes; ++i)
    header.mask[i] = byte_at(bytes, 2 + length_bytes + i);
  header.size = 2 + length_bytes + mask_bytes;
  return header;
}

std::optional<WsFrame> WsFrameReader::take() {
  if (error_) return std::nullopt;
  WsFrame frame;
  const auto header = read_header(frame);
  if (!header || buffer_.size() - used_ < header->size + header->payload) {
    // An idle connection keeps no buffer; a half frame moves to the front once per read, not once
    // per frame.
    if (used_ == buffer_.size()) {
      std::string().swap(buffer_);
    } else if (used_ > 0) {
      buffer_.erase(0, used_);
    }
    used_ = 0;
    return std::nullopt;
  }
  frame.payload = buffer_.substr(used_ + header->size, header->payload);
  if (expects_mask_) apply_mask(frame.payload, header->mask);
  used_ += header->size + header->payload;
  return frame;
}

}  // namespace holdfast::net
