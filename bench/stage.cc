#include "bench/stage.h"

#include <sched.h>
#include <sys/resource.h>

#include <thread>

#include "base/ulid.h"

namespace holdfast::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kNodeCpu = 0;
constexpr Span kSettingsPatience = seconds(30);

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void leave_cpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned i = 0; i < Machine::cpus(); ++i) {
    if (static_cast<int>(i) != cpu) CPU_SET(i, &set);
  }
  if (CPU_COUNT(&set) > 0) sched_setaffinity(0, sizeof set, &set);
}

fs::path program_beside_us() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / "holdfast";
}

}  // namespace

json::Object Common::to_json() const {
  return {{"pin", pin}, {"seed", seed}};
}

Result<std::unique_ptr<Stage>> Stage::make(const Common& common, InstallationOptions options,
                                           const CrowdOptions& crowd, int deployments,
                                           Progress& progress) {
  raise_descriptor_limit();
  options.program = common.program.empty() ? program_beside_us() : common.program;
  options.scratch = common.scratch;
  if (!fs::exists(options.program)) {
    return fail(ErrorCode::kNotFound, "no program {}; name it with --program",
                options.program.string());
  }
  if (common.pin) {
    options.cpu = kNodeCpu;
    leave_cpu(kNodeCpu);
  }

  progress.phase("starting the deployments");
  std::unique_ptr<Stage> stage(new Stage(common.seed));
  HF_TRY(installation, Installation::make(options, stage->clock_, stage->random_));
  stage->installation_ = std::move(installation);
  auto& home = *stage->installation_;
  if (options.behind_cables) {
    const Places& places = home.places();
    HF_TRY(cable, Cable::lay({{places.primary_reached, places.primary},
                              {places.redundant_reached, places.redundant}}));
    stage->cable_ = std::move(cable);
  }
  HF_CHECKED(home.start(protocol::Deployment::kPrimary));
  HF_CHECKED(home.add(sites_for(crowd)));
  if (deployments == 2) {
    HF_CHECKED(home.start(protocol::Deployment::kRedundant));
    HF_CHECKED(home.wait_same(kSettingsPatience));
  }
  stage->verdicts_.emplace(home.keys().moderators);
  stage->world_.emplace(World{
      stage->poller_, stage->random_, stage->clock_, stage->counters_, *stage->verdicts_, {}});
  stage->world_->places[protocol::Deployment::kPrimary] = home.places().primary_reached;
  if (deployments == 2)
    stage->world_->places[protocol::Deployment::kRedundant] = home.places().redundant;
  return stage;
}

void report_cpu(Report& report, const std::string& section, const CpuShare& share,
                const std::string& goal) {
  const auto& [before, after, each, count, took] = share;
  const auto per = [&](Span cpu) { return in_us(cpu) / static_cast<double>(count); };
  report.number(section, each, per(after.cpu - before.cpu), "us", goal);
  for (const auto& [thread, cpu] : after.parts) {
    const auto known = before.parts.find(thread);
    const Span used = cpu - (known == before.parts.end() ? Span(0) : known->second);
    if (after.parts.size() > 1 && used > ms(1))
      report.number(section, "of it " + thread, per(used), "us");
  }
  report.number(section, "of one processor", 100 * in_s(after.cpu - before.cpu) / in_s(took), "%");
}

Result<void> nothing_lost(const Book& book) {
  if (book.seen() == book.said() && book.acknowledged() == book.said() && book.doubled() == 0)
    return {};
  return fail(ErrorCode::kCorrupt, "{} said, {} acknowledged, {} seen, {} shown twice", book.said(),
              book.acknowledged(), book.seen(), book.doubled());
}

void report_counts(Report& report, const Book& book) {
  report.count("counts", "said", book.said());
  report.count("counts", "acknowledged", book.acknowledged());
  report.count("counts", "seen", book.seen());
  report.count("counts", "lost", book.said() - book.seen());
  report.count("counts", "shown twice", book.doubled());
}

void report_clients(Report& report, const PersonCounters& counters) {
  report.count("clients", "sent", counters.sent);
  report.count("clients", "hedges", counters.hedges);
  report.count("clients", "hedges denied", counters.hedges_denied);
  report.count("clients", "reroutes", counters.reroutes);
  report.count("clients", "bridged", counters.bridged);
  report.count("clients", "heard twice", counters.repeats);
  report.count("clients", "connects", counters.wires.connects);
  report.count("clients", "failed connects", counters.wires.failed_connects);
  report.count("clients", "dead links", counters.wires.dead_links);
  for (const auto& [why, count] : counters.wires.ends)
    report.count("clients", "links ended: " + why, count);
  for (const auto& [code, count] : counters.refused)
    report.count("clients", "refused: " + code, count);
}

}  // namespace holdfast::bench
