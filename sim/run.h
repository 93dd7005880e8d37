// One run: a world drawn from a seed, a time in which things fail, the healing, and the verdict.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sim/faults/faults.h"

namespace holdfast::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  Ms chaos{600'000};  // simulated, before the healing
  bool verbose = false;
  bool crowd = false;  // forty clients and one node in each deployment, whatever the seed draws
  int lines = 40;      // of the timeline that a failure shows
  Spared spared;       // what is left out of it
};

struct RunResult {
  std::uint64_t seed = 0;
  std::vector<std::string> failures;  // empty: all rules held
  std::vector<std::string> timeline;  // the last lines, when something failed
  std::string kinds;                  // of faults drawn
  std::vector<std::string> all_kinds;
  std::map<std::size_t, std::string> strikes;  // planned, by number
  std::int64_t simulated_ms = 0;
  std::int64_t cpu_us = 0;
  std::int64_t messages = 0;
  std::int64_t events = 0;        // in the journals at the end
  std::int64_t converged_ms = 0;  // after the healing
  std::map<std::string, std::int64_t> faults;
  std::map<std::string, std::int64_t> sometimes;
  std::uint64_t trace_hash = 0;
};

RunResult run(const RunOptions& options);

}  // namespace holdfast::sim
