#include "app/moderate/ask_moderator.h"

#include <utility>

#include "net/http_client.h"
#include "protocol/hashes.h"

namespace holdfast::app {
namespace {

// Where it listens, as somebody on the same machine reaches it.
Result<net::Url> url_of(const ModerateConfig& config) {
  if (config.listen.addresses.empty())
    return fail(ErrorCode::kInvalid, "{}: [listen] names no address", config.file.string());
  const net::SocketAddress& address = config.listen.addresses.front();
  net::Url url;
  url.tls = config.listen.tls.has_value();
  url.host = address.ip();
  if (url.host == "0.0.0.0") url.host = "127.0.0.1";
  if (url.host == "::") url.host = "::1";
  url.port = address.port();
  return url;
}

}  // namespace

Result<json::Object> ask_moderator(Clock& clock, const ModerateConfig& config, std::string method,
                                   std::string path, std::string body) {
  HF_TRY(url, url_of(config));
  net::HttpCall call;
  call.url = url.with_target(path);
  if (url.tls) {
    // Its certificate names its public host, not the address that it listens on here; orders are
    // signed, and the status is public.
    HF_TRY(tls, net::make_client_context({.verify = false, .ca_file = {}}));
    call.tls = std::move(tls);
  }
  if (method != "GET") {
    call.headers.add("Authorization", protocol::admin_authorization(
                                          config.keys.admin, clock.now().wall, method, path, body));
    call.headers.add("Content-Type", "application/json");
  }
  call.method = std::move(method);
  call.body = std::move(body);
  auto response = net::http_call_and_wait(clock, std::move(call));
  if (!response)
    return fail(response.error().code, "no moderator answers at {}: {}", url.origin(),
                response.error().why);
  auto answer = json::parse_object(response->body);
  if (!answer)
    return fail(ErrorCode::kInvalid, "{} answers HTTP {}, which is no moderator's answer",
                url.origin(), response->status);
  return answer;
}

}  // namespace holdfast::app
