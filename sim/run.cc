#include "sim/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/checkers/converged.h"
#include "sim/cluster.h"
#include "sim/faults.h"
#include "sim/referee.h"
#include "sim/workloads/administrator.h"
#include "sim/workloads/forger.h"
#include "sim/workloads/people.h"

namespace holdfast::sim {
namespace {

constexpr Ms kPeace{8'000};            // before anything fails: everybody is connected once
constexpr Ms kTalkOn{5'000};           // after the healing
constexpr Ms kConvergeWithin{30'000};  // design §12
constexpr double kBacklogPerSecond = 50.0;
constexpr Ms kDrain{6'000};
constexpr std::size_t kStrikesMin = 12;

ClusterPlan draw_plan(SeededRandom& random) {
  ClusterPlan plan;
  plan.nodes = random.chance(0.3) ? 2 : 1;
  plan.operators = 1 + static_cast<int>(random.below(3));
  plan.visitors = 2 + static_cast<int>(random.below(5));
  plan.keeps_inputs = plan.nodes == 1 && random.chance(0.4);
  plan.both_dial = random.chance(0.6);
  plan.genesis_in_both = random.chance(0.8);
  return plan;
}

// The whole of a run, and its parts in the order in which they need each other.
class Story {
 public:
  explicit Story(const RunOptions& options)
      : options_(options),
        random_(options.seed * 0x9E37'79B9'7F4A'7C15ULL + 1),
        plan_(draw_plan(random_)),
        trace_(scheduler_, options.verbose),
        failures_(scheduler_),
        referee_(failures_, trace_),
        cluster_(scheduler_, trace_, referee_, plan_, random_.fork()),
        faults_(cluster_, plan_, random_.fork()),
        converged_(cluster_) {}

  RunResult tell() {
    trace_.line("seed {}: {} node(s) in each deployment, {} operators, {} visitors{}{}",
                options_.seed, plan_.nodes, plan_.operators, plan_.visitors,
                plan_.keeps_inputs ? ", machines can be rolled back" : "",
                plan_.both_dial ? "" : ", only primary dials");
    begin();
    scheduler_.run_until(SimMs(0) + kPeace + options_.chaos);
    if (!scheduler_.stopped()) end_well();
    return result();
  }

 private:
  void begin() {
    cluster_.start();
    const Ms visitors_pace(3'000 + static_cast<std::int64_t>(random_.below(9'000)));
    for (const auto& browser : cluster_.browsers()) {
      if (browser->is_operator()) {
        people_.push_back(std::make_unique<Operator>(
            cluster_, *browser, Ms(1'500 + static_cast<std::int64_t>(random_.below(3'000))),
            random_.fork()));
      } else {
        people_.push_back(
            std::make_unique<Visitor>(cluster_, *browser, visitors_pace, random_.fork()));
      }
      people_.back()->start();
    }
    if (random_.chance(0.3)) {
      forger_ = std::make_unique<Forger>(cluster_, random_.fork());
      forger_->start();
    }
    if (random_.chance(0.5)) {
      administrator_ = std::make_unique<Administrator>(cluster_, random_.fork());
      administrator_->start();
    }
    scheduler_.after(kPeace,
                     [this] { faults_.plan(SimMs(0) + kPeace + options_.chaos, kStrikesMin); });
  }

  void end_well() {
    faults_.heal();
    cluster_.set_receivers_fail(false);
    const SimMs healed = scheduler_.now();
    const auto backlog = converged_.backlog();
    const Ms bound =
        kConvergeWithin +
        Ms(static_cast<std::int64_t>(static_cast<double>(backlog) / kBacklogPerSecond * 1'000.0));
    trace_.line("backlog {}, must converge within {} ms", backlog, bound.count());
    scheduler_.run_until(healed + kTalkOn);
    for (const auto& person : people_) person->fall_silent();
    if (forger_) forger_->fall_silent();
    if (administrator_) administrator_->fall_silent();

    std::vector<std::string> complaints{"never looked"};
    while (!scheduler_.stopped() && !complaints.empty() && scheduler_.now() < healed + bound) {
      scheduler_.run_until(scheduler_.now() + Ms(1'000));
      complaints = converged_.complaints();
    }
    converged_ms_ = (scheduler_.now() - healed).count();
    if (scheduler_.stopped()) return;
    for (const std::string& complaint : complaints)
      failures_.add("5 convergence", "{} ms after the healing: {}", converged_ms_, complaint);
    if (!complaints.empty()) return;
    trace_.line("converged {} ms after the healing", converged_ms_);

    // Nothing new from the moderator, so that the journals can be compared as they stand.
    cluster_.moderator().kill();
    scheduler_.run_until(scheduler_.now() + kDrain);
    if (scheduler_.stopped()) return;
    for (const std::string& difference : converged_.differences())
      failures_.add("5 convergence", "{}", difference);
    const FinalJournal primary =
        read_journal(cluster_.centre(Deployment::kPrimary).disk->journal());
    const FinalJournal redundant =
        read_journal(cluster_.centre(Deployment::kRedundant).disk->journal());
    events_ = static_cast<std::int64_t>(primary.events.size());
    referee_.at_end({primary, redundant, cluster_.browsers(), cluster_.keys()});
  }

  RunResult result() {
    RunResult result;
    result.seed = options_.seed;
    for (const Failure& failure : failures_.all()) {
      result.failures.push_back(fmt::format("[{}] at {:.3f} s: {}", failure.rule,
                                            static_cast<double>(failure.at.value()) / 1'000.0,
                                            failure.what));
    }
    if (!result.failures.empty())
      result.timeline = trace_.last_lines(static_cast<std::size_t>(options_.lines));
    result.kinds = faults_.kinds_text();
    result.simulated_ms = scheduler_.now().value();
    for (const auto& person : people_) result.messages += person->messages();
    result.events = events_;
    result.converged_ms = converged_ms_;
    result.faults = trace_.faults();
    result.sometimes = trace_.sometimes();
    for (NodeHost* node : cluster_.nodes()) {
      for (const auto& [name, value] : node->metrics()) {
        if (name.ends_with("_total") && value != 0) result.sometimes["node " + name] += value;
      }
    }
    result.trace_hash = trace_.hash();
    return result;
  }

  RunOptions options_;
  SeededRandom random_;
  ClusterPlan plan_;
  Scheduler scheduler_;
  Trace trace_;
  Failures failures_;
  Referee referee_;
  Cluster cluster_;
  Faults faults_;
  Converged converged_;
  std::vector<std::unique_ptr<Person>> people_;
  std::unique_ptr<Forger> forger_;
  std::unique_ptr<Administrator> administrator_;
  std::int64_t converged_ms_ = 0;
  std::int64_t events_ = 0;
};

}  // namespace

RunResult run(const RunOptions& options) {
  Story story(options);
  return story.tell();
}

}  // namespace holdfast::sim
