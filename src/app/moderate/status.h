// `holdfast status`: what the moderator sees.
#pragma once

#include "app/config/moderate_config.h"

namespace holdfast::app {

// Prints a table, or with `as_json` the moderator's own JSON. 0, or 1 with one line on stderr when
// nobody answers.
int run_status(const ModerateConfig& config, bool as_json);

}  // namespace holdfast::app
