// Places in arrays of what there is one for each deployment: primary, redundant.
#pragma once

#include <cstddef>

#include "protocol/ids.h"

namespace holdfast::moderator {

constexpr std::size_t index_of(protocol::Deployment deployment) {
  return deployment == protocol::Deployment::kPrimary ? 0 : 1;
}

}  // namespace holdfast::moderator
