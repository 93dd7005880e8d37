// Runs seeds in child processes: a broken invariant inside a node ends a process, and that must be
// the failure of one seed, not of the whole campaign.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/run.h"

namespace holdfast::sim {

struct Campaign {
  std::uint64_t first = 1;
  std::uint64_t seeds = 200;
  int jobs = 2;
  std::uint64_t repeat_every = 20;  // every so many seeds one runs twice; 0: none
  RunOptions run;
};

// `goes_on` is called in the order in which runs end; after it said false all workers are gone, in
// the middle of their seeds. A run whose process died has a failure that says so.
void run_campaign(const Campaign& campaign, const std::function<bool(RunResult)>& goes_on);

}  // namespace holdfast::sim
