// http(s) and ws(s) URLs, as far as we use them: no user part, no fragment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::net {

struct Url {
  bool tls = false;
  std::string host;  // lower case, without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string target = "/";  // path and query

  bool operator==(const Url&) const = default;

  // As it stands in a Host header: the default port left out, IPv6 in brackets.
  std::string authority() const;
  // "https://host:port", as browsers spell an origin.
  std::string origin() const;
  // The same place, another path.
  Url with_target(std::string target) const;
};

Result<Url> parse_url(std::string_view text);

}  // namespace holdfast::net
