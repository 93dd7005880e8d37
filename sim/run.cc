#include "sim/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "protocol/hashes.h"
#include "sim/checkers/converged.h"
#include "sim/cluster.h"
#include "sim/faults/faults.h"
#include "sim/referee.h"
#include "sim/workloads/administrator.h"
#include "sim/workloads/caretaker.h"
#include "sim/workloads/forger.h"
#include "sim/workloads/people.h"
#include "sim/workloads/settings_writer.h"

namespace holdfast::sim {
namespace {

constexpr Ms kPeace{8'000};            // before anything fails: everybody is connected once
constexpr Ms kTalkOn{5'000};           // after the healing
constexpr Ms kConvergeWithin{30'000};  // design §12
constexpr double kBacklogPerSecond = 50.0, kBacklogPerSecondThin = 10.0;
constexpr Ms kDrain{6'000};
constexpr Ms kNoteEvery{5'000};
constexpr Ms kAuditorWaits{2'000};
constexpr std::size_t kStrikesMin = 12;

ClusterPlan draw_plan(SeededRandom& random, bool crowd) {
  ClusterPlan plan;
  plan.nodes = random.chance(0.3) ? 2 + (random.chance(0.4) ? 1 : 0) : 1;
  plan.operators = 1 + static_cast<int>(random.below(3));
  plan.visitors = 2 + static_cast<int>(random.below(5));
  plan.keeps_inputs = plan.nodes == 1 && random.chance(0.4);
  plan.both_dial = random.chance(0.6);
  plan.genesis_in_both = random.chance(0.8);
  plan.apprentice = random.chance(0.3);
  plan.walled_off = random.chance(0.2);
  plan.thin_line = random.chance(0.3);
  plan.second_tabs = random.chance(0.3);
  if (random.chance(0.1)) {  // a crowd
    plan.operators = 4 + static_cast<int>(random.below(5));
    plan.visitors = 10 + static_cast<int>(random.below(23));
  }
  if (crowd) {
    plan.nodes = 1;
    plan.operators = 8;
    plan.visitors = 32;
  }
  return plan;
}

// The whole of a run, and its parts in the order in which they need each other.
class Story {
 public:
  explicit Story(const RunOptions& options)
      : options_(options),
        random_(options.seed * 0x9E37'79B9'7F4A'7C15ULL + 1),
        plan_(draw_plan(random_, options.crowd)),
        trace_(scheduler_, options.verbose),
        failures_(scheduler_),
        referee_(failures_, trace_),
        cluster_(scheduler_, trace_, referee_, plan_, random_.fork()),
        faults_(cluster_, plan_, random_.fork()),
        converged_(cluster_),
        caretaker_(cluster_, SeededRandom(options.seed)) {}

  RunResult tell() {
    trace_.line("seed {}: {} node(s) in each deployment, {} operators, {} visitors{}{}{}{}{}",
                options_.seed, plan_.nodes, plan_.operators, plan_.visitors,
                plan_.keeps_inputs ? ", machines can be rolled back" : "",
                plan_.both_dial ? "" : ", only primary dials",
                plan_.walled_off ? ", op1 cannot reach primary" : "",
                plan_.thin_line ? ", a thin line between them" : "",
                plan_.second_tabs ? ", some people with two tabs" : "");
    begin();
    scheduler_.run_until(SimMs(0) + kPeace + options_.chaos);
    if (!scheduler_.stopped()) end_well();
    return result();
  }

 private:
  Ms draw(Ms from, Ms to) {
    return from + Ms(static_cast<std::int64_t>(
                      random_.below(static_cast<std::uint64_t>((to - from).count()))));
  }

  void begin() {
    if (plan_.walled_off) cluster_.put_up_walls();
    cluster_.start();
    // The fewer they are the more each of them has to say: some hundred messages in all. More of
    // them would only cost time that other seeds can use.
    const Ms visitors_pace = draw(Ms(1'900) * plan_.visitors, Ms(2'850) * plan_.visitors);
    for (const auto& tab : cluster_.tabs()) {
      if (tab->is_operator()) {
        const SeededRandom random = random_.fork();
        const Ms pace = draw(Ms(2'000), Ms(4'000) * plan_.operators);
        people_.push_back(std::make_unique<Operator>(cluster_, *tab, pace, random));
      } else {
        people_.push_back(std::make_unique<Visitor>(cluster_, *tab, visitors_pace, random_.fork()));
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
    if (plan_.apprentice || random_.chance(0.15)) {
      settings_writer_ = std::make_unique<SettingsWriter>(cluster_, random_.fork());
      settings_writer_->start();
    }
    note_holdings();
    scheduler_.after(kPeace, [this] {
      faults_.plan(SimMs(0) + kPeace + options_.chaos, kStrikesMin, options_.spared);
    });
  }

  protocol::Holdings holdings_of(Deployment deployment) {
    return cluster_.centre(deployment).disk->journal().holdings().value();
  }

  void note_holdings() {
    const auto primary = holdings_of(Deployment::kPrimary),
               redundant = holdings_of(Deployment::kRedundant);
    referee_.holdings_seen(scheduler_.now(), primary, redundant);
    for (const auto* holdings : {&primary, &redundant}) {
      for (const auto& [origin, set] : *holdings) {
        if (set.intervals().size() > 1) had_holes_.insert(origin);
      }
    }
    scheduler_.after(kNoteEvery, [this] { note_holdings(); });
  }

  // What was wrong on the way here, and is not any more.
  void note_what_healed() {
    const auto holdings = holdings_of(Deployment::kPrimary);
    for (const auto& origin : had_holes_) {
      const auto held = holdings.find(origin);
      if (held != holdings.end() && held->second.intervals().size() == 1)
        trace_.sometimes("hole filled later");
    }
    for (NodeHost* node : cluster_.nodes()) {
      if (node->metrics()["peer_rollbacks_total"] > 0) trace_.sometimes("fork detected and healed");
    }
  }

  // As `holdfast settings` would.
  void ask_for_settings() {
    const std::string path = "/v1/admin/settings";
    for (NodeHost* node : cluster_.nodes()) {
      const auto signature = protocol::admin_authorization(
          cluster_.keys().admin, true_wall(scheduler_.now()), "GET", path, "");
      cluster_.network().request(
          auditor_, node->party(), {"GET", path, signature, ""}, kAuditorWaits,
          [this, node](const std::optional<HttpAnswer>& answer) {
            settings_told_[node->name()] = answer ? answer->body : "no answer";
          });
    }
    scheduler_.run_until(scheduler_.now() + kAuditorWaits);
  }

  void end_well() {
    faults_.heal();
    caretaker_.look();
    cluster_.set_receivers_fail(false);
    const SimMs healed = scheduler_.now();
    const auto backlog = converged_.backlog();
    const Ms bound = kConvergeWithin +
                     Ms(static_cast<std::int64_t>(
                         static_cast<double>(backlog) /
                         (plan_.thin_line ? kBacklogPerSecondThin : kBacklogPerSecond) * 1'000.0));
    trace_.line("backlog {}, must converge within {} ms", backlog, bound.count());
    scheduler_.run_until(healed + kTalkOn);
    for (const auto& person : people_) person->fall_silent();
    if (forger_) forger_->fall_silent();
    if (administrator_) administrator_->fall_silent();
    if (settings_writer_) settings_writer_->fall_silent();

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

    note_what_healed();
    ask_for_settings();
    if (scheduler_.stopped()) return;
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
    referee_.at_end({primary, redundant, cluster_.tabs(), cluster_.keys(), settings_told_,
                     cluster_.apprentice()});
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
    result.all_kinds = faults_.kinds();
    result.strikes = faults_.strikes();
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
  Caretaker caretaker_;
  std::vector<std::unique_ptr<Person>> people_;
  std::unique_ptr<Forger> forger_;
  std::unique_ptr<Administrator> administrator_;
  std::unique_ptr<SettingsWriter> settings_writer_;
  Party auditor_ = cluster_.network().add("auditor");
  std::map<std::string, std::string> settings_told_;
  std::set<protocol::Origin> had_holes_;
  std::int64_t converged_ms_ = 0;
  std::int64_t events_ = 0;
};

}  // namespace

RunResult run(const RunOptions& options) {
  return Story(options).tell();
}

}  // namespace holdfast::sim
