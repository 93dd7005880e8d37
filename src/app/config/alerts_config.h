// [alerts], [mail] and [webhooks] of `holdfast moderate`: who is told when something is wrong, and
// how. docs/alerts.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/fields.h"
#include "app/effects/effects_config.h"
#include "base/clock.h"
#include "moderator/alerts/symptoms.h"

namespace holdfast::app {

struct AlertsConfig {
  std::vector<std::string> webhooks;  // URLs
  std::string secret;                 // "whsec_...", signs their calls
  std::vector<std::string> mail_to;
  // Once a shift would be noise, never would be forgotten.
  Ms remind_every{24 * 3'600'000};
  // A receiver that is away for a moment is tried again, twice as late each time, for a day.
  Ms retry{15'000};
  alerts::Thresholds thresholds;
  EffectsConfig effects;

  bool any() const { return !webhooks.empty() || !mail_to.empty(); }
};

// Reads the three tables.
void read_alerts(Fields& fields, const std::filesystem::path& config, AlertsConfig* out);

}  // namespace holdfast::app
