#include "app/admin/deployment_client.h"

#include <algorithm>

#include "app/client_tls.h"
#include "net/http_client.h"
#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

// The node's own words for a refusal, when it said some.
std::string why_of(const net::HttpResponse& response) {
  const auto object = json::parse_object(response.body);
  if (!object) return response.body.substr(0, 200);
  const auto why = json::find_text(*object, "why");
  return why && *why ? std::string(**why) : response.body.substr(0, 200);
}

}  // namespace

std::string DeploymentClient::name() const {
  return std::string(protocol::name_of(config_.node.deployment));
}

Result<json::Object> DeploymentClient::get(const std::string& target) {
  return ask("GET", target, "");
}

Result<json::Object> DeploymentClient::post(const std::string& target, const std::string& body) {
  return ask("POST", target, body);
}

// As browsers reach it; then, for when that way is cut, where it listens on this machine.
std::vector<std::string> DeploymentClient::places() const {
  auto places = config_.node.own_urls;
  for (const auto& address : config_.listen.addresses) {
    const auto here = address.text().starts_with("0.0.0.0:")
                          ? fmt::format("127.0.0.1:{}", address.port())
                          : address.text();
    const auto url = fmt::format("{}://{}", config_.listen.tls ? "https" : "http", here);
    if (std::find(places.begin(), places.end(), url) == places.end()) places.push_back(url);
  }
  return places;
}

Result<json::Object> DeploymentClient::ask(const std::string& method, const std::string& target,
                                           const std::string& body) {
  std::string last;
  for (const auto& own : places()) {
    net::HttpCall call;
    call.method = method;
    HF_TRY(url, net::parse_url(own));
    call.url = url.with_target(target);
    call.body = body;
    HF_TRY(tls, client_tls(config_.peer.tls));
    call.tls = std::move(tls);
    call.headers.add("Authorization",
                     protocol::admin_authorization(config_.node.keys.admin, clock_.now().wall,
                                                   method, target, body));
    const auto response = net::http_call_and_wait(clock_, call);
    if (!response) {
      last = response.error().why;
      continue;
    }
    if (response->status == 401) {
      return fail(ErrorCode::kDenied,
                  "{} at {} refused this admin key (or the clocks of the two machines differ by "
                  "more than 60 s): {}",
                  name(), own, why_of(*response));
    }
    if (response->status != 200)
      return fail(ErrorCode::kInvalid, "{} at {}: {}", name(), own, why_of(*response));
    return json::parse_object(response->body, {.depth_max = 32});
  }
  return fail(ErrorCode::kUnavailable,
              "the {} deployment does not answer ({}); start it: holdfast serve --config {}",
              name(), last, config_.file.string());
}

}  // namespace holdfast::app
