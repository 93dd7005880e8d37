// permessage-deflate (RFC 7692) for the peer link: the agreement, and the two directions with their
// contexts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::net {

struct DeflateTerms {
  bool own_context_reset = false;    // our compressor starts afresh for every message
  bool their_context_reset = false;  // theirs does
  int own_window_bits = 15;
};

// The server's side: the first acceptable offer of a Sec-WebSocket-Extensions header. `response` is
// what to answer with.
struct DeflateAgreement {
  DeflateTerms terms;
  std::string response;
};
std::optional<DeflateAgreement> accept_deflate_offer(std::string_view offers);

// The client's side: what it offers, and what the answer means. Fails on an answer to something
// that was not offered.
std::string deflate_offer();
Result<std::optional<DeflateTerms>> read_deflate_answer(std::string_view answer);

class WsDeflate {
 public:
  explicit WsDeflate(const DeflateTerms& terms);
  ~WsDeflate();

  std::string compress(std::string_view message);
  // kFull when the message would grow over `bytes_max`; kInvalid when it is no deflate stream.
  Result<std::string> expand(std::string_view message, std::size_t bytes_max);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::net
