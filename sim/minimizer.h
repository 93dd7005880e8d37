// What it takes to fail: of the faults of one seed as many are left out as can be, whole kinds
// first, then single strikes, while the same rule still breaks.
#pragma once

#include <functional>
#include <string>

#include "sim/run.h"

namespace holdfast::sim {

struct Minimal {
  std::string rule;  // empty: the seed does not fail
  RunResult result;  // of the last run that broke it; `strikes` is what remained
  int runs = 0;
};

// Each try is a process of its own, so a crash is a rule like any other. `told` hears of each step.
Minimal minimize(RunOptions options, const std::function<void(const std::string&)>& told);

}  // namespace holdfast::sim
