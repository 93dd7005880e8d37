// `failover`: a thousand chats over two real deployments, and what people notice when Primary is
// killed, falls silent, or is left without need.
#include "bench/runs.h"
#include "bench/talk.h"
#include "protocol/names.h"

namespace holdfast::bench {
namespace {

using protocol::Deployment;

constexpr Span kConverge = seconds(60);
// Messages of the fault's time: meant from a second before it to five after.
constexpr Span kBefore = seconds(1);
constexpr Span kAfter = seconds(5);

std::string name_of(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "none";
    case Fault::kKill:
      return "kill";
    case Fault::kBlackhole:
      return "blackhole";
    case Fault::kSwitch:
      return "switch";
  }
  return "";
}

std::string goal_of(Fault fault) {
  switch (fault) {
    case Fault::kKill:
      return "p50 <= 50, p99 <= 500 ms";
    case Fault::kBlackhole:
      return "p50 <= 200, p99 <= 600 ms";
    case Fault::kSwitch:
      return "p99 <= 100 ms";
    case Fault::kNone:
      return "";
  }
  return "";
}

class Failover {
 public:
  Failover(Stage& stage, const FailoverOptions& options, Progress& progress)
      : stage_(stage), options_(options), progress_(progress) {}

  Result<void> run(Crowd& crowd) {
    OpenTalk talk(crowd, options_.per_chat * static_cast<double>(options_.chats));
    progress_.phase("talking before the fault");
    stage_.poller().run_for(seconds(options_.warm_up_s));
    progress_.phase("fault: " + name_of(options_.fault));
    HF_CHECKED(break_primary());
    stage_.poller().run_for(seconds(options_.after_s));
    talk.stop();
    progress_.phase("waiting for the last messages");
    crowd.settle(now() + kSettle);
    return {};
  }

  // Primary comes back; both hold the same in the end.
  Result<void> repair(Crowd& crowd) {
    progress_.phase("repair");
    const Moment from = now();
    if (options_.fault == Fault::kKill)
      HF_CHECKED(stage_.installation().start(Deployment::kPrimary));
    if (options_.fault == Fault::kBlackhole) stage_.cable().mend();
    const bool safe =
        stage_.poller().run_until([&] { return crowd.unsafe() == 0; }, now() + kConverge);
    if (!safe) {
      return fail(ErrorCode::kCorrupt, "{} events are not safe {} s after the repair",
                  crowd.unsafe(), in_s(kConverge));
    }
    safe_after_ = now() - from;
    HF_CHECKED(stage_.installation().wait_same(kConverge));
    return {};
  }

  void report(Report& report, const Crowd& crowd) const {
    Quantiles normal;
    Quantiles around;
    std::vector<Span> worst(crowd.pairs());
    for (const Message& message : crowd.book().messages()) {
      if (!message.seen) continue;
      const Span delay = *message.seen - message.meant;
      if (message.meant < fault_at_ - kBefore) normal.add(delay);
      if (message.meant < fault_at_ - kBefore || message.meant > fault_at_ + kAfter) continue;
      around.add(delay);
      worst[message.pair] = std::max(worst[message.pair], delay);
    }
    Quantiles gaps;
    for (const Span gap : worst) {
      if (gap > Span(0)) gaps.add(gap);
    }
    report.delays("gap of a chat", gaps, goal_of(options_.fault));
    report.delays("delay around the fault", around);
    report.delays("delay before", normal);
    report.text("window", "counted around the fault", "from 1 s before to 5 s after");
    report.count("verdict", "clients that heard it", crowd.switches().size());
    if (!crowd.switches().empty()) {
      Quantiles heard;
      for (const Moment at : crowd.switches()) heard.add(at - fault_at_);
      report.delays("verdict heard after", heard);
    }
    report.count("counts", "chats", crowd.pairs());
    report_counts(report, crowd.book());
    report.number("repair", "until all was safe in both", in_s(safe_after_), "s");
    report_clients(report, stage_.counters());
  }

 private:
  Result<void> break_primary() {
    fault_at_ = now();
    switch (options_.fault) {
      case Fault::kNone:
        return {};
      case Fault::kKill:
        stage_.installation().kill(Deployment::kPrimary);
        return {};
      case Fault::kBlackhole:
        stage_.cable().cut();
        return {};
      case Fault::kSwitch:
        return switch_to_redundant();
    }
    return {};
  }

  // The command takes longer than people would wait for it: they talk on meanwhile.
  Result<void> switch_to_redundant() {
    Result<std::string> answer;
    std::atomic<bool> done = false;
    std::thread asking([&] {
      answer = stage_.installation().command({"switch", "--config",
                                              stage_.installation().config("moderator").string(),
                                              "--to", "redundant"});
      done = true;
    });
    stage_.poller().run_until([&] { return done.load(); }, kNever);
    asking.join();
    if (!answer) return std::unexpected(answer.error());
    return {};
  }

  Stage& stage_;
  const FailoverOptions& options_;
  Progress& progress_;
  Moment fault_at_{};
  Span safe_after_{};
};

}  // namespace

Result<void> run_failover(const Common& common, const FailoverOptions& options) {
  if (options.fault == Fault::kSwitch && !options.moderator)
    return fail(ErrorCode::kInvalid, "a switch needs the Moderator");
  json::Object told = common.to_json();
  told["chats"] = options.chats;
  told["per_chat"] = options.per_chat;
  told["fault"] = name_of(options.fault);
  told["moderator"] = options.moderator;
  told["warm_up_s"] = options.warm_up_s;
  told["after_s"] = options.after_s;
  Report report("failover", told);
  Progress progress(common.quiet);

  CrowdOptions crowd_options;
  crowd_options.pairs = options.chats;
  InstallationOptions home;
  home.behind_cables = options.fault == Fault::kBlackhole;
  HF_TRY(stage, Stage::make(common, home, crowd_options, 2, progress));
  Failover failover(*stage, options, progress);
  if (options.moderator) HF_CHECKED(stage->installation().start_moderator());
  Crowd crowd(stage->world(), stage->installation(), crowd_options);
  HF_CHECKED(crowd.assemble(progress));
  HF_CHECKED(failover.run(crowd));
  const auto repaired = failover.repair(crowd);
  failover.report(report, crowd);
  HF_CHECKED(report.publish(common.json));
  HF_CHECKED(nothing_lost(crowd.book()));
  return repaired;
}

}  // namespace holdfast::bench
