// `holdfast switch` and `holdfast freeze`: a person's orders to the moderator.
#pragma once

#include <string>

#include "app/config/moderate_config.h"
#include "protocol/ids.h"

namespace holdfast::app {

// Shows how far `to` lags, then gives the order. `wait`: not before `to` holds all that the other
// one holds. 0 when it was obeyed (or waits), else 1 with one line on stderr.
int run_switch(const ModerateConfig& config, protocol::Deployment to, bool wait);

// Stops automatic moves, or allows them again.
int run_freeze(const ModerateConfig& config, bool on);

}  // namespace holdfast::app
