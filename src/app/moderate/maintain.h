// `holdfast maintenance begin | end`: takes a deployment out of service, and gives it back.
#pragma once

#include "app/config/moderate_config.h"
#include "protocol/ids.h"

namespace holdfast::app {

// Gives the order, then prints every step until the deployment may be stopped. 0 with "safe to
// stop" as the last line; else 1 with one line on stderr: refused, or the deployment does not
// answer and what it alone holds is not known. The order stands, whatever becomes of this program.
int begin_maintenance(const ModerateConfig& config, protocol::Deployment deployment);

// 0 when the policy has it back.
int end_maintenance(const ModerateConfig& config, protocol::Deployment deployment);

}  // namespace holdfast::app
