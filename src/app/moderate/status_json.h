// The moderator's status as the JSON of GET /v1/status, and that JSON as a table for people. Pure.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "moderator/moderator.h"

namespace holdfast::app {

json::Object status_json(const moderator::Status& status, std::string_view build, WallMs now);

// Of what status_json() made, maybe by another version of it: what is missing is shown as "?".
std::string status_table(const json::Object& status);

}  // namespace holdfast::app
