// What a person should look at in a deployment although it moves nothing.
#pragma once

#include <string>
#include <vector>

#include "moderator/moderator.h"

namespace holdfast::moderator {

// Whole sentences without the deployment's name, "its clock is …"; `status` needs no warnings yet.
std::vector<std::string> warnings(const DeploymentStatus& status, const PolicyConfig& policy);

// "1204 ms ahead of"
std::string skew_text(const ClockSkew& skew);

}  // namespace holdfast::moderator
