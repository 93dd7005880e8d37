// Whether a visitor's `contact` event says truly who its author is: the token in its field
// `identity` was made by the site's own server, with a key of the site, for this site and this
// time, and name and e-mail of the event are those of the token. docs/protocol.md §7.
//
// Asked once, when a node accepts the event as its author's own. From then on the acceptance speaks
// for it: the token expires, what it proved does not.
#pragma once

#include <string>
#include <vector>

#include "node/settings.h"

namespace holdfast::node {

inline constexpr std::string_view kIdentityKeyField = "identity_key";

// So long the key that was replaced still verifies: the site's server learns the new one meanwhile,
// and tokens under the old one lapse within a day.
inline constexpr Ms kOldIdentityKeyFor{48 * 60 * 60 * 1'000};

// Those that verify at `now`: the one that counts, and those that it replaced lately, unless it was
// written to revoke them. None: the site has no key.
std::vector<std::string> identity_keys(const Settings& settings, const SiteId& site, WallMs now);

// kBadIdentity. An event that carries no identity is fine.
Parsed<void> check_identity(const Settings& settings, const protocol::Content& content, WallMs now);

}  // namespace holdfast::node
