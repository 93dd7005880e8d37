#include "app/init/config_text.h"

#include "app/config/toml_tree.h"
#include "net/address.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

std::string moderator_block(const ModeratorPublic& moderator) {
  return fmt::format(
      "# Whose verdicts count. A new moderator key gets a block of its own; an old one becomes "
      "state = \"retired\".\n"
      "[[moderator]]\nid = {}\npublic_key = {}\nstate = \"active\"\n",
      toml_quoted(moderator.key_id), toml_quoted(moderator.public_key));
}

std::string listen_block(const net::Url& url) {
  return fmt::format(
      "[listen]\naddresses = [{}]\n"
      "{}# For TLS; read again on SIGHUP:\n"
      "# certificate_file = \"certificate.pem\"\n"
      "# key_file = \"key.pem\"\n",
      toml_quoted(listen_address_of(url)),
      url.tls ? "# The URLs below say https: name the files here, or terminate TLS in front of "
                "this address.\n"
              : "");
}

}  // namespace

std::string listen_address_of(const net::Url& url) {
  const auto address = net::parse_address(url.host, url.port);
  const bool loopback = address && (url.host.starts_with("127.") || url.host == "::1");
  return loopback ? address->text() : fmt::format("0.0.0.0:{}", url.port);
}

std::string serve_config_text(protocol::Deployment deployment, const Places& places,
                              const ModeratorPublic& moderator) {
  const bool primary = deployment == protocol::Deployment::kPrimary;
  const auto& own = primary ? places.primary : places.redundant;
  const auto& peer = primary ? places.redundant : places.primary;
  const auto name = protocol::name_of(deployment);
  return fmt::format(
      "# The {0} deployment. Paths are relative to this file.\n"
      "# In another data centre: copy this file and deployment.keys there; the clocks of both need "
      "NTP.\n\n"
      "[deployment]\nname = \"{0}\"\nnode = \"n1\"\ndata_dir = \"{0}\"\nkeys_file = "
      "\"deployment.keys\"\n\n"
      "{1}\n"
      "# How browsers reach everything. Their own origins may always open the console.\n"
      "[urls]\nown = [{2}]\npeer = [{3}]\nmoderators = [{4}]\n# console_origins = "
      "[\"https://desk.example.com\"]\n\n"
      "# Either side may dial: one direction is enough.\n"
      "[peer]\ndial = [{3}]\n# verify_certificate = true\n# ca_file = \"authority.pem\"\n\n"
      "# [web]\n# root = \"web\"      # the pages; by default those beside the program\n"
      "# console_frame_ancestors = [\"https://intranet.example.com\"]    # who may frame the "
      "console; by default nobody\n\n"
      "# [limits]\n# sessions_max = 18000\n# new_chats_per_minute = 6000\n\n"
      "# [log]\n# level = \"info\"\n# form = \"text\"    # or \"json\"\n\n"
      "{5}",
      name, listen_block(own), toml_quoted(own.origin()), toml_quoted(peer.origin()),
      toml_quoted(places.moderator.origin()), moderator_block(moderator));
}

std::string moderate_config_text(const Places& places, const ModeratorPublic& moderator,
                                 const std::string& profile) {
  return fmt::format(
      "# The Moderator: it belongs to a third place, where neither data centre can take it "
      "along.\n\n"
      "[moderate]\nname = \"m1\"\ndata_dir = \"moderator\"\nkeys_file = \"moderator.keys\"\n\n"
      "{}\n"
      "[deployments]\nprimary = [{}]\nredundant = [{}]\n# verify_certificate = true\n# ca_file = "
      "\"authority.pem\"\n\n"
      "[policy]\nprofile = {}    # \"demo\": fails over and back within seconds\n\n"
      "{}",
      listen_block(places.moderator), toml_quoted(places.primary.origin()),
      toml_quoted(places.redundant.origin()), toml_quoted(profile), moderator_block(moderator));
}

}  // namespace holdfast::app
