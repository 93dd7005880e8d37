// Two versions side by side: whether the deployments still understand each other. Pure.
//
// A client speaks a protocol version of the deployment that its page came from, and so does the
// peer link. Where the ranges of the two have no version in common, a planned move would take the
// active deployment away from everybody who is connected, and nothing would be replicated.
#pragma once

#include <string>

#include "moderator/moderator.h"

namespace holdfast::moderator {

// "version skew: primary 0.2.0, redundant 0.1.0"; empty where both are of one version, or one of
// them has not told it.
std::string skew_text(const State& primary, const State& redundant);

// "primary speaks protocol 2 to 3 and redundant 1 to 1: …"; empty where they have a version in
// common.
std::string incompatible_text(const State& primary, const State& redundant);

}  // namespace holdfast::moderator
