// What every run against a real installation begins with: clock, chance, poller, the installation
// and the people's shared world.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "bench/cable.h"
#include "bench/crowd.h"
#include "bench/installation.h"
#include "bench/report.h"

namespace holdfast::bench {

// Options of every sub-command.
struct Common {
  std::filesystem::path program;  // empty: `holdfast` beside this program
  std::filesystem::path scratch;  // empty: the temporary folder
  std::string json;
  bool quiet = false;
  bool pin = false;  // nodes on the first processor, the bench on the others
  std::uint64_t seed = 1;

  json::Object to_json() const;
};

class Stage {
 public:
  // `deployments`: 1 or 2; both are started, ready, and know the crowd's sites and operators.
  static Result<std::unique_ptr<Stage>> make(const Common& common, InstallationOptions options,
                                             const CrowdOptions& crowd, int deployments,
                                             Progress& progress);

  Installation& installation() { return *installation_; }
  World& world() { return *world_; }
  // Into Primary's data centre; only with InstallationOptions::behind_cables.
  Cable& cable() { return *cable_; }
  PersonCounters& counters() { return counters_; }
  Poller& poller() { return poller_; }
  Clock& clock() { return clock_; }
  Random& random() { return random_; }

 private:
  explicit Stage(std::uint64_t seed) : random_(seed) {}

  SystemClock clock_;
  SeededRandom random_;
  Poller poller_;
  PersonCounters counters_;
  std::unique_ptr<Cable> cable_;
  std::unique_ptr<Installation> installation_;
  std::optional<VerdictCheck> verdicts_;
  std::optional<World> world_;
};

// What a process used for `count` things of one kind.
struct CpuShare {
  const Usage& before;
  const Usage& after;
  std::string each;  // "a message"
  std::size_t count;
  Span took;
};
// Of each, and by thread.
void report_cpu(Report& report, const std::string& section, const CpuShare& share,
                const std::string& goal);
// Said, seen, lost, shown twice.
void report_counts(Report& report, const Book& book);
// Fails when a message was lost or shown twice.
Result<void> nothing_lost(const Book& book);
// Counts of what clients did, as far as anything happened.
void report_clients(Report& report, const PersonCounters& counters);

}  // namespace holdfast::bench
