// `catchup`: the Redundant Deployment was away while events were made; how fast it has them all,
// and what the living chats notice of it.
#include <atomic>
#include <thread>

#include "bench/runs.h"
#include "bench/talk.h"

namespace holdfast::bench {
namespace {

using protocol::Deployment;

constexpr Span kCatchUpPatience = seconds(300);
constexpr Span kAskEvery = ms(20);

// Looks, on a thread of its own, until the Redundant Deployment holds what Primary held when it was
// told to look.
class Lookout {
 public:
  Lookout(Installation& installation, Holdings wanted)
      : thread_([this, &installation, wanted = std::move(wanted)] {
          while (!ends_) {
            const auto held = installation.holdings(Deployment::kRedundant);
            if (held && holds_all(*held, wanted)) {
              at_ = now();
              done_ = true;
              return;
            }
            std::this_thread::sleep_for(kAskEvery);
          }
        }) {}
  ~Lookout() {
    ends_ = true;
    thread_.join();
  }
  bool done() const { return done_; }
  Moment at() const { return at_; }

 private:
  std::atomic<bool> ends_ = false;
  std::atomic<bool> done_ = false;
  Moment at_{};
  std::thread thread_;
};

Quantiles delays_between(const Book& book, Moment from, Moment to) {
  Quantiles delays;
  for (const Message& message : book.messages()) {
    if (message.seen && message.meant >= from && message.meant < to)
      delays.add(*message.seen - message.meant);
  }
  return delays;
}

Result<void> make_backlog(Stage& stage, Crowd& crowd, std::size_t events, Progress& progress) {
  progress.phase("making events while the Redundant Deployment is away");
  ClosedTalk talk(crowd);
  const bool made = stage.poller().run_until(
      [&] {
        progress.at(crowd.book().seen(), events);
        return crowd.book().seen() >= events;
      },
      now() + kCatchUpPatience);
  talk.stop();
  crowd.settle(now() + kSettle);
  if (made) return nothing_lost(crowd.book());
  return fail(ErrorCode::kUnavailable, "only {} of {} events were made within {} s",
              crowd.book().seen(), events, in_s(kCatchUpPatience));
}

}  // namespace

Result<void> run_catchup(const Common& common, const CatchupOptions& options) {
  json::Object told = common.to_json();
  told["events"] = options.events;
  told["pairs"] = options.pairs;
  told["rate"] = options.rate;
  Report report("catchup", told);
  Progress progress(common.quiet);

  CrowdOptions crowd_options;
  crowd_options.pairs = options.pairs;
  crowd_options.chats_per_operator = 1;  // or an operator would say more than a person may
  crowd_options.links = Links::kOne;
  HF_TRY(stage, Stage::make(common, {}, crowd_options, 2, progress));
  auto& home = stage->installation();
  Crowd crowd(stage->world(), home, crowd_options);
  HF_CHECKED(crowd.assemble(progress));
  HF_CHECKED(home.wait_same(kSettle));
  home.kill(Deployment::kRedundant);
  HF_TRY(before, home.holdings(Deployment::kPrimary));
  HF_CHECKED(make_backlog(*stage, crowd, options.events, progress));

  HF_TRY(wanted, home.holdings(Deployment::kPrimary));
  const std::uint64_t behind = count_of(wanted) - count_of(before);

  progress.phase("living chats, alone");
  OpenTalk talk(crowd, options.rate);
  const Moment alone = now();
  stage->poller().run_for(seconds(options.before_s));

  progress.phase("catching up");
  const Moment from = now();
  const Usage primary_before = home.process(Deployment::kPrimary).usage();
  HF_CHECKED(home.start(Deployment::kRedundant, false));
  Lookout lookout(home, wanted);
  const bool done =
      stage->poller().run_until([&] { return lookout.done(); }, now() + kCatchUpPatience);
  if (!done)
    return fail(ErrorCode::kUnavailable, "not caught up within {} s", in_s(kCatchUpPatience));
  const Moment to = lookout.at();
  const Usage primary_after = home.process(Deployment::kPrimary).usage();
  const Usage redundant = home.process(Deployment::kRedundant).usage();
  stage->poller().run_for(seconds(options.before_s));
  talk.stop();
  crowd.settle(now() + kSettle);
  progress.phase("comparing");
  HF_CHECKED(home.wait_same(kSettle));

  const auto each = [&](Span cpu) { return in_us(cpu) / static_cast<double>(behind); };
  report.count("backlog", "events", behind);
  report.number("catching up", "seconds, start of the process included", in_s(to - from), "");
  report.number("catching up", "events a second", static_cast<double>(behind) / in_s(to - from), "",
                ">= 100000");
  report.number("catching up", "CPU of Primary an event, living chats included",
                each(primary_after.cpu - primary_before.cpu), "us");
  report.number("catching up", "CPU of Redundant an event", each(redundant.cpu), "us");
  report.delays("live delay, alone", delays_between(crowd.book(), alone, from));
  report.delays("live delay, catching up", delays_between(crowd.book(), from, to), "as alone");
  report_counts(report, crowd.book());
  report_clients(report, stage->counters());
  HF_CHECKED(report.publish(common.json));
  return nothing_lost(crowd.book());
}

}  // namespace holdfast::bench
