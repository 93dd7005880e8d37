#include "app/serve/client_facts.h"

#include <fmt/ranges.h>

#include "base/crypto.h"
#include "base/json.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

json::Array texts(const std::vector<std::string>& list) {
  json::Array array;
  for (const auto& text : list) array.emplace_back(text);
  return array;
}

}  // namespace

std::string client_facts(const node::Config& config) {
  const bool primary = config.deployment == protocol::Deployment::kPrimary;
  json::Object keys;
  for (const auto& key : config.keys.moderators) {
    if (key.state != protocol::KeyState::kCompromised)
      keys[key.id.value()] = Hash32{key.bytes}.base64url();
  }
  return json::serialize(json::Object{
      {"deployment", std::string(protocol::name_of(config.deployment))},
      {"deployments",
       json::Object{{"primary", texts(primary ? config.own_urls : config.peer_urls)},
                    {"redundant", texts(primary ? config.peer_urls : config.own_urls)}}},
      {"moderators", texts(config.moderator_urls)},
      {"moderatorKeys", std::move(keys)},
      {"versions", json::Array{1, 1}},
      {"build", config.build},
  });
}

std::string content_security_policy(const node::Config& config,
                                    const std::vector<std::string>& frame_ancestors) {
  std::string connect;
  for (const auto* urls : {&config.own_urls, &config.peer_urls, &config.moderator_urls}) {
    for (const auto& url : *urls)
      connect += fmt::format(" {} ws{}", url, url.substr(4));  // http… and ws…
  }
  return fmt::format(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
      "data:; font-src 'self'; "
      "media-src 'self'; manifest-src 'self'; worker-src 'self'; connect-src 'self'{}; base-uri "
      "'none'; form-action 'none'; "
      "frame-ancestors {}",
      connect,
      frame_ancestors.empty() ? "'none'" : fmt::format("{}", fmt::join(frame_ancestors, " ")));
}

}  // namespace holdfast::app
