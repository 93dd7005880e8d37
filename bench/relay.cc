// `relay`: what a message costs one real node, from a visitor to an operator and back, durable.
#include "bench/runs.h"
#include "bench/talk.h"

namespace holdfast::bench {
namespace {

using protocol::Deployment;

// The part of the run that counts.
struct Measured {
  Moment from;
  Moment to;
  std::size_t seen = 0;
  PerDeployment<Usage> before;
  PerDeployment<Usage> after;
};

class Relay {
 public:
  Relay(Stage& stage, Crowd& crowd, const RelayOptions& options, Progress& progress)
      : stage_(stage), crowd_(crowd), options_(options), progress_(progress) {}

  void run() {
    std::optional<OpenTalk> open;
    std::optional<ClosedTalk> closed;
    if (options_.rate > 0) {
      open.emplace(crowd_, options_.rate);
    } else {
      closed.emplace(crowd_);
    }
    progress_.phase("warming up");
    stage_.poller().run_for(seconds(options_.warm_up_s));
    measure();
    if (open) open->stop();
    if (closed) closed->stop();
    progress_.phase("waiting for the last ones");
    crowd_.settle(now() + kSettle);
  }

  void report(Report& report) const {
    const bool open = options_.rate > 0;
    const Span took = measured_.to - measured_.from;
    Quantiles delays;
    for (const Message& message : crowd_.book().messages()) {
      if (message.seen && message.meant >= measured_.from && message.meant < measured_.to)
        delays.add(*message.seen - message.meant);
    }
    report.count("messages", "seen while measured", measured_.seen);
    report.number("messages", "a second", static_cast<double>(measured_.seen) / in_s(took), "",
                  open ? "" : ">= 60000 on one core");
    report_cpu(report, options_.deployments == 2 ? "CPU of Primary" : "CPU of the node",
               share_of(Deployment::kPrimary), "<= 16 us");
    if (options_.deployments == 2)
      report_cpu(report, "CPU of Redundant", share_of(Deployment::kRedundant), "");
    report.delays("delay", delays, open ? "p50 <= 0.4, p99 <= 2 ms" : "");
    report_counts(report, crowd_.book());
    report_clients(report, stage_.counters());
  }

 private:
  void measure() {
    progress_.phase("measuring");
    measured_.before = usage();
    measured_.from = now();
    const std::size_t seen_before = crowd_.book().seen();
    const auto done = [&] {
      progress_.at(static_cast<std::uint64_t>(in_s(now() - measured_.from)),
                   static_cast<std::uint64_t>(options_.seconds));
      return false;
    };
    stage_.poller().run_until(done, measured_.from + seconds(options_.seconds));
    measured_.after = usage();
    measured_.to = now();
    measured_.seen = crowd_.book().seen() - seen_before;
  }

  PerDeployment<Usage> usage() {
    PerDeployment<Usage> usage;
    auto& home = stage_.installation();
    usage[Deployment::kPrimary] = home.process(Deployment::kPrimary).usage();
    if (options_.deployments == 2)
      usage[Deployment::kRedundant] = home.process(Deployment::kRedundant).usage();
    return usage;
  }

  CpuShare share_of(Deployment deployment) const {
    return {measured_.before[deployment], measured_.after[deployment], "a message", measured_.seen,
            measured_.to - measured_.from};
  }

  Stage& stage_;
  Crowd& crowd_;
  const RelayOptions& options_;
  Progress& progress_;
  Measured measured_;
};

}  // namespace

Result<void> run_relay(const Common& common, const RelayOptions& options) {
  json::Object told = common.to_json();
  told["pairs"] = options.pairs;
  told["rate"] = options.rate;
  told["seconds"] = options.seconds;
  told["deployments"] = options.deployments;
  told["message_bytes"] = options.message_bytes;
  Report report("relay", told);
  Progress progress(common.quiet);

  CrowdOptions people;
  people.pairs = options.pairs;
  people.chats_per_operator = 1;  // or an operator would say more than a person may
  people.links = Links::kOne;
  people.message_bytes = options.message_bytes;
  HF_TRY(stage, Stage::make(common, {}, people, options.deployments, progress));
  Crowd crowd(stage->world(), stage->installation(), people);
  HF_CHECKED(crowd.assemble(progress));
  Relay relay(*stage, crowd, options, progress);
  relay.run();
  relay.report(report);
  HF_CHECKED(report.publish(common.json));
  return nothing_lost(crowd.book());
}

}  // namespace holdfast::bench
