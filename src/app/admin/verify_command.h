// `holdfast verify`: do two running deployments hold the same?
#pragma once

#include <string>

#include "app/admin/deployment_client.h"
#include "base/clock.h"

namespace holdfast::app {

struct VerifyAnswer {
  bool same = false;
  std::string text;  // for stdout: each difference, or what was compared
};

// Compares at a mark (replication/verify.h); waits up to `patience` for what is under way. Works
// under live traffic.
Result<VerifyAnswer> verify(DeploymentClient& a, DeploymentClient& b, Clock& clock, Ms patience);

}  // namespace holdfast::app
