// `holdfast effects list|retry`: e-mail and webhooks that wait or were given up.
#pragma once

#include <string>

#include "app/admin/deployment_client.h"

namespace holdfast::app {

// A table for people, dead letters first.
Result<std::string> list_effects(DeploymentClient& client, Clock& clock);
// The sentence to print. Fails where this deployment is not the one that performs, and for a key
// that it does not know.
Result<std::string> retry_effect(DeploymentClient& client, const std::string& key);

}  // namespace holdfast::app
