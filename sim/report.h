// What a campaign amounts to: sums over its runs, for people and for machines.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/run.h"

namespace holdfast::sim {

// Between a worker and its parent: one line of JSON.
std::string to_line(const RunResult& result);
RunResult from_line(const std::string& line);

class Report {
 public:
  void add(const RunResult& result);

  std::uint64_t runs() const { return runs_; }
  std::uint64_t failed() const { return failed_.size(); }
  double simulated_s() const { return static_cast<double>(simulated_ms_) / 1'000.0; }
  // Simulated seconds for each second of a processor.
  double speed() const { return simulated_s() / (static_cast<double>(cpu_us_) / 1'000'000.0); }
  const std::map<std::string, std::int64_t>& sometimes() const { return sometimes_; }
  std::string text() const;
  std::string json() const;

 private:
  std::uint64_t runs_ = 0;
  std::uint64_t first_seed_ = 0;  // the lowest and the highest
  std::uint64_t last_seed_ = 0;
  std::int64_t simulated_ms_ = 0;
  std::int64_t cpu_us_ = 0;
  std::int64_t messages_ = 0;
  std::int64_t events_ = 0;
  std::vector<std::int64_t> converged_ms_;
  std::int64_t messages_min_ = -1;
  std::int64_t faults_min_ = -1;
  std::map<std::string, std::int64_t> faults_;
  std::map<std::string, std::int64_t> sometimes_;
  std::vector<RunResult> failed_;
};

}  // namespace holdfast::sim
