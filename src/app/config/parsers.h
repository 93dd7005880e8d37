// What texts in a configuration may mean, each with its reason when it means nothing.
#pragma once

#include <string>

#include "base/log.h"
#include "base/result.h"
#include "net/address.h"
#include "net/url.h"
#include "protocol/ids.h"
#include "protocol/keys.h"

namespace holdfast::app {

Result<protocol::Deployment> parse_deployment(const std::string& text);
Result<std::string> parse_node_name(const std::string& text);
Result<net::SocketAddress> parse_listen(const std::string& text);
Result<net::Url> parse_dial_url(const std::string& text);  // with a host, without a path
// "https://chat.example.com": as browsers spell an origin, so that it can be compared byte by byte.
Result<std::string> parse_origin(const std::string& text);
Result<protocol::KeyId> parse_key_id(const std::string& text);
Result<std::array<std::uint8_t, 32>> parse_key_bytes(const std::string& text);
Result<protocol::KeyState> parse_key_state(const std::string& text);
Result<log::Level> parse_log_level(const std::string& text);
Result<log::Form> parse_log_form(const std::string& text);

}  // namespace holdfast::app
