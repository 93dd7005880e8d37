// The opening handshake of RFC 6455 §4, both sides, as pure functions of HTTP messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_message.h"
#include "net/ws_deflate.h"

namespace holdfast::net {

bool is_upgrade_request(const HttpRequest& request);

struct WsUpgrade {
  std::string subprotocol;
  std::optional<DeflateTerms> deflate;
  HttpResponse response;  // 101
};

// The server's side. The error is what to answer with: 400 for a malformed handshake, 426 for
// another version, 400 for a client that does not speak `subprotocol`.
std::expected<WsUpgrade, HttpResponse> accept_upgrade(const HttpRequest& request,
                                                      std::string_view subprotocol, bool deflate);

// The client's side. `key` is 16 random bytes in padded base64.
HttpRequest upgrade_request(const std::string& target, const std::string& key,
                            const std::string& subprotocol, bool deflate);
// The agreed compression, or why the server's answer is no WebSocket.
Result<std::optional<DeflateTerms>> check_upgrade(const HttpResponse& response,
                                                  const std::string& key,
                                                  const std::string& subprotocol);

// RFC 4648 §4, with padding: what the handshake uses, unlike everything of ours.
std::string base64(std::string_view bytes);

}  // namespace holdfast::net
