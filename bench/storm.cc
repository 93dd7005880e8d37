// `storm`: the node was killed and is back, and everybody reconnects at once.
#include "bench/runs.h"

namespace holdfast::bench {
namespace {

using protocol::Deployment;

// Everybody, in the order in which they come back: a random one.
std::vector<Person*> everybody(Stage& stage, Crowd& crowd, Passers& passers) {
  std::vector<Person*> people;
  for (auto* const group : {&crowd.people(), &passers.people()}) {
    for (const auto& each : *group) people.push_back(each.get());
  }
  stage.random().shuffle(people);
  return people;
}

class Storm {
 public:
  Storm(Stage& stage, std::vector<Person*> people, std::size_t at_once)
      : stage_(stage), people_(std::move(people)), at_once_(at_once) {}

  Result<void> run(Progress& progress, Span patience) {
    progress.phase("everybody reconnects");
    from_ = now();
    std::size_t dialled = 0;
    std::vector<std::size_t> waiting;
    const bool all = stage_.poller().run_until(
        [&] {
          const Moment at = now();
          std::erase_if(waiting, [&](std::size_t i) {
            if (!people_[i]->is_welcome()) return false;
            note(*people_[i], at);
            return true;
          });
          for (; dialled < people_.size() && waiting.size() < at_once_; ++dialled) {
            people_[dialled]->need(Links::kOne);
            waiting.push_back(dialled);
          }
          progress.at(welcome_, people_.size());
          return welcome_ == people_.size();
        },
        from_ + patience);
    took_ = now() - from_;
    if (all) return {};
    return fail(ErrorCode::kUnavailable, "only {} of {} came back within {} s", welcome_,
                people_.size(), in_s(patience));
  }

  double per_second() const { return static_cast<double>(welcome_) / in_s(took_); }
  std::size_t welcome() const { return welcome_; }
  const Quantiles& chatting() const { return chatting_; }
  const Quantiles& browsing() const { return browsing_; }

 private:
  void note(const Person& person, Moment at) {
    ++welcome_;
    (person.chats() == 0 ? browsing_ : chatting_).add(at - from_);
  }

  Stage& stage_;
  const std::vector<Person*> people_;
  const std::size_t at_once_;
  Moment from_{};
  Span took_{};
  std::size_t welcome_ = 0;
  Quantiles chatting_;
  Quantiles browsing_;
};

}  // namespace

Result<void> run_storm(const Common& common, const StormOptions& options) {
  json::Object told = common.to_json();
  told["browsing"] = options.browsing;
  told["chatting"] = options.chatting;
  told["at_once"] = options.at_once;
  told["proof"] = options.proof == VisitorProof::kKey ? "key" : "secret";
  Report report("storm", told);
  Progress progress(common.quiet);

  CrowdOptions crowd_options;
  crowd_options.pairs = options.chatting;
  crowd_options.links = Links::kOne;
  crowd_options.proof = options.proof;
  HF_TRY(stage, Stage::make(common, {}, crowd_options, 1, progress));
  Passers passers(stage->world(), options.browsing, options.proof);
  Crowd crowd(stage->world(), stage->installation(), crowd_options);
  progress.phase("connecting people who browse");
  HF_CHECKED(connect_all(stage->world(), passers.people(), Links::kOne, 200, progress));
  HF_CHECKED(crowd.assemble(progress));

  progress.phase("the node is killed and started again");
  auto people = everybody(*stage, crowd, passers);
  for (Person* const each : people) each->hang_up();
  auto& home = stage->installation();
  home.kill(Deployment::kPrimary);
  const Moment killed = now();
  HF_CHECKED(home.start(Deployment::kPrimary));
  const Span ready_after = now() - killed;

  Storm storm(*stage, std::move(people), options.at_once);
  const Usage before = home.process(Deployment::kPrimary).usage();
  const Moment from = now();
  HF_CHECKED(storm.run(progress, seconds(120)));
  const Usage after = home.process(Deployment::kPrimary).usage();
  const Span took = now() - from;

  progress.phase("everybody says something");
  for (std::uint32_t pair = 0; pair < crowd.pairs(); ++pair) crowd.say(pair, Side::kVisitor, now());
  crowd.settle(now() + kSettle);

  report.number("node", "ready again after", in_s(ready_after), "s");
  report.number("resumes", "a second", storm.per_second(), "", ">= 10000 on one core");
  report_cpu(report, "CPU of the node", {before, after, "a resume", storm.welcome(), took},
             "<= 100 us");
  report.delays("welcome, people who chat", storm.chatting());
  report.delays("welcome, people who browse", storm.browsing());
  report.count("counts", "resumed", storm.welcome());
  report_counts(report, crowd.book());
  report_clients(report, stage->counters());
  HF_CHECKED(report.publish(common.json));
  return nothing_lost(crowd.book());
}

}  // namespace holdfast::bench
