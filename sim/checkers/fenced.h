// Design §8: in a deployment one node decides, the holder of the lease, and the commit looks at it.
// What a former holder still has on its way is refused.
#pragma once

#include "protocol/names.h"
#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Fenced final : public Checker {
 public:
  using Checker::Checker;
  void written_without_lease(Deployment deployment, const std::string& by,
                             const std::string& holder) override {
    failures_.add("4 fenced", "{} took what {} decided under a lease that {} has",
                  protocol::name_of(deployment), by, holder);
  }
};

}  // namespace holdfast::sim
