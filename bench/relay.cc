// `relay`: what a message costs one real node, from a visitor to an operator and back, durable.
#include "bench/runs.h"
#include "bench/talk.h"

namespace holdfast::bench {
namespace {

using protocol::Deployment;

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

  CrowdOptions crowd_options;
  crowd_options.pairs = options.pairs;
  crowd_options.chats_per_operator = 1;  // or an operator would say more than a person may
  crowd_options.links = Links::kOne;
  crowd_options.message_bytes = options.message_bytes;
  HF_TRY(stage, Stage::make(common, {}, crowd_options, options.deployments, progress));
  Crowd crowd(stage->world(), stage->installation(), crowd_options);
  HF_CHECKED(crowd.assemble(progress));

  std::optional<OpenTalk> open;
  std::optional<ClosedTalk> closed;
  if (options.rate > 0) {
    open.emplace(crowd, options.rate);
  } else {
    closed.emplace(crowd);
  }
  progress.phase("warming up");
  stage->poller().run_for(seconds(options.warm_up_s));

  progress.phase("measuring");
  auto& primary = stage->installation().process(Deployment::kPrimary);
  const bool both = options.deployments == 2;
  const auto usage_of = [&](Deployment deployment) {
    return stage->installation().process(deployment).usage();
  };
  const Usage before = primary.usage();
  const Usage redundant_before = both ? usage_of(Deployment::kRedundant) : Usage();
  const Moment from = now();
  const std::size_t seen_before = crowd.book().seen();
  const Moment until = from + seconds(options.seconds);
  stage->poller().run_until(
      [&] {
        progress.at(static_cast<std::uint64_t>(in_s(now() - from)),
                    static_cast<std::uint64_t>(options.seconds));
        return false;
      },
      until);
  const Usage after = primary.usage();
  const Usage redundant_after = both ? usage_of(Deployment::kRedundant) : Usage();
  const Moment to = now();
  const std::size_t count = crowd.book().seen() - seen_before;
  if (open) open->stop();
  if (closed) closed->stop();
  progress.phase("waiting for the last ones");
  crowd.settle(now() + kSettle);

  Quantiles delays;
  for (const Message& message : crowd.book().messages()) {
    if (message.seen && message.meant >= from && message.meant < to)
      delays.add(*message.seen - message.meant);
  }
  report.count("messages", "seen while measured", count);
  report.number("messages", "a second", static_cast<double>(count) / in_s(to - from), "",
                options.rate > 0 ? "" : ">= 60000 on one core");
  report_cpu(report, both ? "CPU of Primary" : "CPU of the node", before, after, count, to - from,
             "<= 16 us");
  if (both) {
    report_cpu(report, "CPU of Redundant", redundant_before, redundant_after, count, to - from, "");
  }
  report.delays("delay", delays, options.rate > 0 ? "p50 <= 0.4, p99 <= 2 ms" : "");
  report_counts(report, crowd.book());
  report_clients(report, stage->counters());
  HF_CHECKED(report.publish(common.json));
  return nothing_lost(crowd.book());
}

}  // namespace holdfast::bench
