// The command line's call to a running moderator.
#pragma once

#include <string>

#include "app/config/moderate_config.h"
#include "base/clock.h"
#include "base/json.h"

namespace holdfast::app {

// Sends `body` ("" for a GET) to the moderator that `config` describes, signed when it is an order;
// its answer, whatever the status. An error says where nobody answered.
Result<json::Object> ask_moderator(Clock& clock, const ModerateConfig& config, std::string method,
                                   std::string path, std::string body);

}  // namespace holdfast::app
