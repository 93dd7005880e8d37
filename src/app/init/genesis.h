// The first settings of an installation, made once by `holdfast init`: events with fixed ids by
// a:init, in one origin of Primary. The Redundant Deployment pulls them like everything else.
#pragma once

#include <string>
#include <vector>

#include "app/admin/settings_write.h"
#include "base/clock.h"
#include "protocol/event.h"
#include "protocol/keys.h"

namespace holdfast::app {

struct Genesis {
  protocol::SiteId site;
  std::string site_name;
  std::vector<std::string> origins;
  std::string operator_id;  // "ann", of the author o:ann
  std::string operator_name;
  std::string password_hash;
};

// The writes in which `genesis` becomes settings.
std::vector<SettingsWrite> genesis_writes(const Genesis& genesis);

// Their entries in a fresh origin `primary/init/<ulid>`, chained from its start and signed with the
// active cluster key.
std::vector<protocol::Entry> genesis_entries(const Genesis& genesis,
                                             const std::vector<protocol::SecretKey>& cluster,
                                             Random& random, WallMs now);

// The same for the same register, wherever it is made: two genesis events of one register are a
// conflict that everybody sees.
protocol::EventId genesis_id(const SettingsWrite& write);

}  // namespace holdfast::app
