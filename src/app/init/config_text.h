// The configuration files that `holdfast init` writes: they work as they are, and explain
// themselves to whoever edits them.
#pragma once

#include <string>

#include "net/url.h"
#include "protocol/ids.h"

namespace holdfast::app {

struct Places {
  net::Url primary;
  net::Url redundant;
  net::Url moderator;
};

struct ModeratorPublic {
  std::string key_id;
  std::string public_key;  // base64url
};

std::string serve_config_text(protocol::Deployment deployment, const Places& places,
                              const ModeratorPublic& moderator);
std::string moderate_config_text(const Places& places, const ModeratorPublic& moderator,
                                 const std::string& profile);

// Where a program listens whose URL this is: a loopback address as it stands, else every address of
// its port.
std::string listen_address_of(const net::Url& url);

}  // namespace holdfast::app
