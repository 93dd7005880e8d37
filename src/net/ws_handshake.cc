#include "net/ws_handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

namespace holdfast::net {
namespace {

// One of the comma-separated tokens of a header, all fields of that name together.
bool has_token(const HttpHeaders& headers, std::string_view name, std::string_view token) {
  for (const auto& [field, value] : headers) {
    if (!equal_ignoring_case(field, name)) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      auto item = rest.substr(0, comma);
      while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
      while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
      if (equal_ignoring_case(item, token)) return true;
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return false;
}

std::string accept_of(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char hash[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash);
  return base64({reinterpret_cast<const char*>(hash), sizeof hash});
}

bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2,
                     [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '/'; });
}

std::unexpected<HttpResponse> refused(int status, std::string why) {
  return std::unexpected(HttpResponse::text(status, std::move(why)));
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return out;
}

bool is_upgrade_request(const HttpRequest& request) {
  return has_token(request.headers, "Connection", "upgrade") &&
         has_token(request.headers, "Upgrade", "websocket");
}

std::expected<WsUpgrade, HttpResponse> accept_upgrade(const HttpRequest& request,
                                                      std::string_view subprotocol, bool deflate) {
  if (request.method != "GET") return refused(400, "a WebSocket opens with GET\n");
  if (request.headers.get("Sec-WebSocket-Version") != "13") {
    auto answer = HttpResponse::text(426, "WebSocket version 13 only\n");
    answer.headers.add("Sec-WebSocket-Version", "13");
    return std::unexpected(std::move(answer));
  }
  const auto key = request.headers.get("Sec-WebSocket-Key");
  if (!is_key(key) || request.headers.count("Sec-WebSocket-Key") != 1)
    return refused(400, "Sec-WebSocket-Key: malformed\n");
  if (!has_token(request.headers, "Sec-WebSocket-Protocol", subprotocol)) {
    return refused(400,
                   fmt::format("Sec-WebSocket-Protocol: this path speaks {} only\n", subprotocol));
  }

  WsUpgrade upgrade{std::string(subprotocol), std::nullopt, {101, {}, {}}};
  auto& headers = upgrade.response.headers;
  headers.add("Upgrade", "websocket");
  headers.add("Connection", "Upgrade");
  headers.add("Sec-WebSocket-Accept", accept_of(key));
  headers.add("Sec-WebSocket-Protocol", upgrade.subprotocol);
  if (!deflate) return upgrade;
  if (const auto agreed = accept_deflate_offer(request.headers.get("Sec-WebSocket-Extensions"))) {
    upgrade.deflate = agreed->terms;
    headers.add("Sec-WebSocket-Extensions", agreed->response);
  }
  return upgrade;
}

HttpRequest upgrade_request(const std::string& target, const std::string& key,
                            const std::string& subprotocol, bool deflate) {
  HttpRequest request;
  request.method = "GET";
  request.target = target;
  request.headers.add("Upgrade", "websocket");
  request.headers.add("Connection", "Upgrade");
  request.headers.add("Sec-WebSocket-Version", "13");
  request.headers.add("Sec-WebSocket-Key", key);
  request.headers.add("Sec-WebSocket-Protocol", subprotocol);
  if (deflate) request.headers.add("Sec-WebSocket-Extensions", deflate_offer());
  return request;
}

Result<std::optional<DeflateTerms>> check_upgrade(const HttpResponse& response,
                                                  const std::string& key,
                                                  const std::string& subprotocol) {
  if (response.status != 101) {
    return fail(ErrorCode::kUnavailable, "HTTP {}: {}", response.status,
                response.body.substr(0, 200));
  }
  if (response.headers.get("Sec-WebSocket-Accept") != accept_of(key)) {
    return fail(ErrorCode::kInvalid, "Sec-WebSocket-Accept does not fit");
  }
  if (response.headers.get("Sec-WebSocket-Protocol") != subprotocol) {
    return fail(ErrorCode::kInvalid, "another sub-protocol: \"{}\"",
                response.headers.get("Sec-WebSocket-Protocol"));
  }
  return read_deflate_answer(response.headers.get("Sec-WebSocket-Extensions"));
}

}  // namespace holdfast::net
