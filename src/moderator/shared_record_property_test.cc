// Two moderators over one record, whatever each of them sees, in whatever order: rules that hold
// for every seed.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "base/rounds.h"
#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using testing::signed_by;
using testing::Site;

constexpr std::uint64_t kPairSeeds = rounds(20);
constexpr int kPairSteps = 60;
constexpr Ms kPairTick{50};
constexpr Ms kPairPoll{500};

PolicyConfig policy_of_two() {
  PolicyConfig policy = *profile("production");
  policy.failback_after_ms = 15'000;
  return policy;
}

// Both deployments, the shared store, and two moderators that may see them differently.
class Pair {
 public:
  struct One {
    std::string key;
    std::unique_ptr<Moderator> core;
    std::uint64_t seen = 0;                // the version of the record that it last saw
    std::array<bool, 2> sees{true, true};  // whether it reaches the deployment
    std::deque<std::pair<MonoMs, ProbeDone>> late;
    std::vector<Colleague> colleagues;
    MonoMs next_poll;
  };

  Pair() {
    ones[0].key = "k1";
    ones[1].key = "k2";
    for (One& one : ones) restart(one);
  }

  std::array<Site, 2> sites;
  std::array<One, 2> ones;
  bool store_up = true;
  bool answer_is_lost = false;  // of the next write: it is there all the same
  Record record;
  std::map<Epoch, std::string> stored;  // every verdict that was ever in the store
  ManualClock clock;

  void run(Ms time) {
    for (Ms passed{0}; passed < time; passed += kPairTick) {
      clock.advance(kPairTick);
      for (One& one : ones) turn(one);
    }
  }
  // It is killed and started again; it needs the store for that.
  void restart(One& one) {
    one.core = std::make_unique<Moderator>(
        Config{policy_of_two(),
               [key = one.key](Epoch epoch, std::string_view why, WallMs) {
                 return signed_by(key, epoch, why);
               },
               true});
    one.late.clear();
    one.colleagues.clear();
    one.seen = version_;
    input(one, Started{record, signer_for(one)});
  }
  void input(One& one, Input first) {
    std::deque<Input> inputs{std::move(first)};
    while (!inputs.empty()) {
      const Effects effects = one.core->handle(inputs.front(), clock.now());
      inputs.pop_front();
      for (const Effect& effect : effects)
        std::visit([&](const auto& it) { carry_out(one, it, inputs); }, effect);
    }
  }
  Status status(const One& one) { return one.core->status(clock.now()); }

 private:
  Trust signer_for(const One& one) const {
    const bool own = record.verdict && record.verdict->text.starts_with(one.key);
    return own || !record.verdict ? Trust::kOwnKey : Trust::kOtherKey;
  }
  static std::size_t at(Deployment deployment) {
    return deployment == Deployment::kPrimary ? 0 : 1;
  }

  void turn(One& one) {
    while (!one.late.empty() && one.late.front().first <= clock.now().mono) {
      const ProbeDone done = one.late.front().second;
      one.late.pop_front();
      input(one, done);
    }
    if (store_up && clock.now().mono >= one.next_poll) poll(one);
    input(one, Tick{});
  }
  void poll(One& one) {
    one.next_poll = clock.now().mono + kPairPoll;
    const One& rest = &one == &ones[0] ? ones[1] : ones[0];
    std::vector<Colleague> now{{rest.key, rest.core->unhealthy(Deployment::kPrimary, clock.now()),
                                rest.core->unhealthy(Deployment::kRedundant, clock.now())}};
    if (now != one.colleagues) {
      one.colleagues = now;
      input(one, ColleaguesHeard{now});
    }
    if (one.seen == version_) return;
    one.seen = version_;
    input(one, RecordHeard{record, signer_for(one)});
  }

  void carry_out(One& one, const Probe& probe, std::deque<Input>& inputs) {
    const bool ok = one.sees[at(probe.deployment)] && sites[at(probe.deployment)].chat;
    const ProbeDone done{probe.probe, probe.deployment, ok, ok ? "" : "timed out", 5};
    if (ok) return inputs.push_back(done);
    one.late.push_back({clock.now().mono + Ms(probe.timeout_ms), done});
  }
  void carry_out(One& one, const AskState& ask, std::deque<Input>& inputs) {
    const Site& site = sites[at(ask.deployment)];
    if (!one.sees[at(ask.deployment)] || !site.answers)
      return inputs.push_back(StateReport{ask.deployment, std::nullopt});
    State state;
    state.ready = site.ready;
    state.peer_up = site.peer_up;
    if (site.verdict) {
      state.epoch = site.verdict->epoch;
      inputs.push_back(hear(one, ask.deployment));
    }
    inputs.push_back(StateReport{ask.deployment, state});
  }
  void carry_out(One& one, const AskHolds& ask, std::deque<Input>& inputs) {
    const bool answers = one.sees[at(ask.deployment)] && sites[at(ask.deployment)].answers;
    inputs.push_back(
        HoldsReport{ask.deployment, answers ? std::optional(protocol::Holdings()) : std::nullopt});
  }
  void carry_out(One& one, const Store& store, std::deque<Input>& inputs) {
    const auto fails = [&](ErrorCode code) {
      inputs.push_back(StoreFailed{store.epoch, Error{code, "as the test wants"}});
    };
    if (!store_up) return fails(ErrorCode::kUnavailable);
    if (one.seen != version_) {
      one.seen = version_;
      inputs.push_back(RecordHeard{record, signer_for(one)});
      return fails(ErrorCode::kFenced);
    }
    ++version_;
    record = store.record;
    if (record.verdict) stored.emplace(record.verdict->epoch, record.verdict->text);
    if (std::exchange(answer_is_lost, false)) return fails(ErrorCode::kUnavailable);
    one.seen = version_;
    inputs.push_back(Stored{store.epoch});
  }
  void carry_out(One& one, const Publish& publish, std::deque<Input>& inputs) {
    const Verdict& verdict = publish.verdict;
    const auto it = stored.find(verdict.epoch);
    ASSERT_TRUE(it != stored.end() && it->second == verdict.text)
        << "epoch " << verdict.epoch << " was published and is not what was stored";
    Site& site = sites[at(publish.deployment)];
    if (!one.sees[at(publish.deployment)] || !site.answers) return;
    if (!site.verdict || site.verdict->epoch < verdict.epoch) site.verdict = verdict;
    inputs.push_back(hear(one, publish.deployment));
  }
  void carry_out(One&, const Reply&, std::deque<Input>&) {}
  void carry_out(One&, const Log&, std::deque<Input>&) {}

  VerdictHeard hear(const One& one, Deployment from) {
    const Verdict& verdict = *sites[at(from)].verdict;
    return {from, verdict, verdict.text.starts_with(one.key) ? Trust::kOwnKey : Trust::kOtherKey};
  }

  std::uint64_t version_ = 0;
};

class PairCampaign {
 public:
  explicit PairCampaign(std::uint64_t seed) : random_(seed) {}

  void run() {
    for (int step = 0; step < kPairSteps && !::testing::Test::HasFailure(); ++step) {
      change_something();
      pair_.run(Ms(500 * (1 + random_.below(20))));
    }
    stand_still();
    heal();
  }

 private:
  void change_something() {
    Site& site = pair_.sites[random_.below(2)];
    Pair::One& one = pair_.ones[random_.below(2)];
    const auto deployment = random_.chance(0.5) ? Deployment::kPrimary : Deployment::kRedundant;
    switch (random_.below(12)) {
      case 0:
        return site.hang();
      case 1:
      case 2:
        return site.live();
      case 3:
        pair_.sites[0].peer_up = pair_.sites[1].peer_up = random_.chance(0.5);
        return;
      case 4:
      case 5:
        one.sees[random_.below(2)] ^= true;
        return;
      case 6:
        pair_.store_up = random_.chance(0.5);
        return;
      case 7:
        pair_.answer_is_lost = true;
        return;
      case 8:
        return pair_.input(one, Freeze{RequestId(1), random_.chance(0.3), "a:cli"});
      case 9:
        return pair_.input(one, Maintain{RequestId(1), deployment, random_.chance(0.3), "a:cli"});
      case 10:
        return pair_.input(one, ManualSwitch{RequestId(1), deployment, "a:cli"});
      case 11:
        if (pair_.store_up) pair_.restart(one);
        return;
    }
  }

  // Nothing changes any more, and each sees what it sees: they do not move to and fro.
  void stand_still() {
    pair_.store_up = true;
    pair_.run(60s);
    const auto before = pair_.stored.size();
    pair_.run(10min);
    EXPECT_LE(pair_.stored.size(), before + 3);
  }

  // Both know the same, and so do the deployments.
  void heal() {
    for (Site& site : pair_.sites) {
      site.live();
      site.peer_up = true;
    }
    for (Pair::One& one : pair_.ones) one.sees = {true, true};
    pair_.run(60s);
    ASSERT_TRUE(pair_.record.verdict);
    for (const Pair::One& one : pair_.ones) {
      const Status status = pair_.status(one);
      EXPECT_EQ(one.core->verdict(), pair_.record.verdict) << one.key;
      EXPECT_EQ(status.frozen, pair_.record.frozen) << one.key;
      EXPECT_EQ(status.maintenance.has_value(), pair_.record.maintenance.has_value()) << one.key;
    }
    for (const Site& site : pair_.sites) EXPECT_EQ(site.verdict, pair_.record.verdict);
  }

  SeededRandom random_;
  Pair pair_;
};

TEST(SharedRecordProperty, TwoAgreeInAnyWeather) {
  for (std::uint64_t seed = 1; seed <= kPairSeeds; ++seed) {
    SCOPED_TRACE(seed);
    PairCampaign(seed).run();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace holdfast::moderator
