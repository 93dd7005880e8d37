// Whatever the moderator sees, in whatever order: rules that hold for every seed.
#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "base/rounds.h"
#include "moderator/barrier.h"
#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using testing::holds_up_to;
using testing::Scene;
using testing::Site;
using testing::verdict_of;

constexpr std::uint64_t kSeeds = rounds(60);
constexpr int kSteps = 150;
constexpr Ms kPiece{500};
constexpr Ms kBarrier{2'500};  // from what one held to whether the other holds it
constexpr Ms kProbe{3'500};    // interval and time-out, and the piece in which it happened

// One run of random weather over both deployments, with the rules checked after each step.
class Campaign {
 public:
  explicit Campaign(std::uint64_t seed) : random_(seed), scene_(policy()) {}

  void run() {
    for (int step = 0; step < kSteps && !::testing::Test::HasFailure(); ++step) {
      change_something();
      for (std::uint64_t pieces = 1 + random_.below(20); pieces > 0; --pieces) {
        const Status before = scene_.status();
        scene_.run(kPiece);
        holdings_stood_for_ += kPiece;
        for (const Deployment each : {Deployment::kPrimary, Deployment::kRedundant}) {
          silent_for_[each] = scene_.site(each).chat ? Ms(0) : silent_for_[each] + kPiece;
        }
        check_epochs();
        check_move(before);
        check_maintenance(before);
      }
    }
    check_flapping();
  }

 private:
  static PolicyConfig policy() {
    PolicyConfig policy = *profile("production");
    policy.failback_after_ms = 15'000;
    return policy;
  }

  void change_something() {
    Site& site = random_.chance(0.5) ? scene_.primary : scene_.redundant;
    switch (random_.below(15)) {
      case 0:
        site.die();
        break;
      case 12:
        site.hang();
        break;
      case 1:
      case 2:
        site.live();
        break;
      case 3:
        site.chat = !site.chat;
        break;
      case 4:
        site.ready = !site.ready;
        break;
      case 5:
        site.peer_up = !site.peer_up;
        break;
      case 6:
        site.reports.hedges_won += random_.below(10);
        break;
      case 7:
        site.reports = {};
        break;
      case 8:
        site.holdings = holds_up_to(random_.below(20));
        holdings_stood_for_ = Ms(0);
        break;
      case 9:
        scene_.store_works = !scene_.store_works;
        break;
      case 10:
        scene_.pause(Ms(random_.below(10'000)));
        break;
      case 11:
        site.verdict.reset();
        break;
      case 13:
      case 14:
        maintain();
        break;
    }
  }

  void maintain() {
    const auto present = scene_.status().maintenance;
    if (present) {
      scene_.maintain(present->order.deployment, false);
    } else {
      scene_.maintain(random_.chance(0.5) ? Deployment::kPrimary : Deployment::kRedundant, true);
    }
  }

  // One epoch names one verdict, what is published was stored, and a deployment never hears of a
  // lower epoch after a higher.
  void check_epochs() {
    for (; stores_ < scene_.stores.size(); ++stores_) {
      // Freeze and maintenance may be ordered before the first verdict.
      const auto& verdict = scene_.stores[stores_].record.verdict;
      if (verdict) stored_[verdict->epoch] = *verdict;
    }
    for (; published_ < scene_.published.size(); ++published_) {
      const auto& [deployment, verdict] = scene_.published[published_];
      ASSERT_TRUE(stored_.contains(verdict.epoch));
      const auto [it, first] = known_.emplace(verdict.epoch, verdict.text);
      ASSERT_EQ(it->second, verdict.text) << "two verdicts of one epoch were published";
      ASSERT_GE(verdict.epoch, last_[deployment]);
      last_[deployment] = verdict.epoch;
    }
  }

  // No automatic move to a deployment that a probe could have shown to be dead.
  void check_move(const Status& before) {
    const Status after = scene_.status();
    ASSERT_GE(after.epoch, before.epoch);
    if (after.epoch == before.epoch || after.why == kWhyStart) return;
    ASSERT_LE(silent_for_[after.active], kProbe) << after.why;
  }

  // Only a failure of the other one makes a deployment in maintenance active; what is called safe
  // to stop is not active, and the other one held all that it held.
  void check_maintenance(const Status& before) {
    const Status after = scene_.status();
    if (!after.maintenance || !before.maintenance) return;
    const Deployment in_maintenance = after.maintenance->order.deployment;
    if (before.maintenance->order.deployment != in_maintenance) return;
    if (after.active == in_maintenance && before.active != in_maintenance) {
      ASSERT_TRUE(after.why.starts_with(kWhyFailover)) << after.why;
    }
    if (after.maintenance->step != MaintenanceStep::kSafe) return;
    ASSERT_NE(after.active, in_maintenance);
    if (before.maintenance->step == MaintenanceStep::kSafe) return;
    if (holdings_stood_for_ < kBarrier) return;
    ASSERT_EQ(entries_missing(scene_.site(other(in_maintenance)).holdings,
                              scene_.site(in_maintenance).holdings),
              0u);
  }

  // Every failback needs room under the bound; failovers alone are as many as the weather makes.
  void check_flapping() {
    const auto metrics = scene_.moderator().metrics(scene_.clock.now());
    const auto hours = (scene_.clock.now().mono - MonoMs(1'000)) / 1h + 1;
    EXPECT_LE(metrics.at("failbacks_total"), 2 * hours);
  }

  SeededRandom random_;
  Scene scene_;
  std::size_t stores_ = 0;
  std::size_t published_ = 0;
  std::map<Epoch, Verdict> stored_;
  std::map<Epoch, std::string> known_;
  std::map<Deployment, Epoch> last_;
  std::map<Deployment, Ms> silent_for_;
  Ms holdings_stood_for_{0};
};

TEST(ModeratorProperty, TheRulesHoldInAnyWeather) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Campaign(seed).run();
    if (HasFailure()) return;
  }
}

TEST(ModeratorProperty, HealthThatTogglesForAnHourIsBoundedInFailbacks) {
  PolicyConfig policy = *profile("production");
  policy.failback_after_ms = 1;
  Scene scene(policy);
  for (Ms period{1'000}; period <= rounds(60) * 1s; period += 12s) {
    for (Ms passed{0}; passed < 1h; passed += 2 * period) {
      scene.primary.die();
      scene.redundant.peer_up = false;
      scene.run(period);
      scene.primary.live();
      scene.redundant.peer_up = true;
      scene.run(period);
    }
  }
  const auto hours = (scene.clock.now().mono - MonoMs(0)) / 1h + 1;
  EXPECT_LE(scene.moderator().metrics(scene.clock.now()).at("failbacks_total"), hours);
}

}  // namespace
}  // namespace holdfast::moderator
