// `holdfast status --open`: a code for the operator view.
#pragma once

#include <string>

#include "app/config/moderate_config.h"

namespace holdfast::app {

// `role`: "view" or "operate". 0, or 1 with one line on stderr.
int run_open_live(const ModerateConfig& config, const std::string& role, const std::string& by);

}  // namespace holdfast::app
