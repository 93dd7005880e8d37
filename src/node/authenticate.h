// Who is speaking: a session's hello, checked against keys and settings. docs/protocol.md §7.
// Nothing that a client says about itself is believed beyond what its proof covers.
#pragma once

#include <optional>

#include "node/node.h"
#include "node/session.h"
#include "node/settings.h"

namespace holdfast::node {

struct Identity {
  Author author;
  bool is_operator = false;
  std::optional<WallMs> token_issued;
  std::optional<WallMs> token_expires;
  std::string token_sid;
};

Parsed<Identity> authenticate(const Config& config, const Settings& settings,
                              const Session& session, const from_client::Hello& hello, WallMs now);

// Whether an operator with that token may (still) be here.
Parsed<void> check_operator(const Settings& settings, const SiteId& site, const Author& author,
                            WallMs token_issued, const std::string& sid);

}  // namespace holdfast::node
