// How long the decisions take to move, for each profile, at the worst moment that a failure can
// choose. The bounds are those of docs/moderator.md; time is simulated.
#include <gtest/gtest.h>

#include <algorithm>

#include "moderator/testing/scene.h"

namespace holdfast::moderator {
namespace {

using namespace std::chrono_literals;
using testing::Scene;

constexpr Ms kStep{50};

struct Outage {
  void (*strike)(Scene& scene);
  Ms link_dead;        // until Redundant notices that the peer link is dead
  Ms peer_chat_fails;  // until its second synthetic chat in a row has failed
};

Ms reaction(const char* profile_name, const Outage& outage, Ms offset) {
  Scene scene(*profile(profile_name));
  scene.primary.peer_chat = scene.redundant.peer_chat = true;
  scene.run(10s + offset);
  outage.strike(scene);
  scene.redundant.peer_chat_ended = scene.clock.now().mono;
  for (Ms passed{0}; passed < 60s; passed += kStep) {
    if (passed >= outage.link_dead) scene.redundant.peer_up = false;
    if (passed >= outage.peer_chat_fails) {
      scene.redundant.peer_chat = false;
      scene.redundant.peer_chat_ended.reset();
    }
    scene.run(kStep);
    if (scene.redundant.verdict->epoch == Epoch(2)) return passed + kStep;
  }
  return 60s;
}

Ms slowest_reaction(const char* profile_name, const Outage& outage) {
  Ms slowest{0};
  for (Ms offset{0}; offset < 1s; offset += kStep) {
    slowest = std::max(slowest, reaction(profile_name, outage, offset));
  }
  return slowest;
}

// The sockets break at once; the default pace of the peer's chats.
constexpr Outage kKilled{[](Scene& scene) { scene.primary.die(); }, 0ms, 3'750ms};
constexpr Outage kBlackholed{[](Scene& scene) { scene.primary.hang(); }, 3'100ms, 6'750ms};
constexpr Outage kDeliversNothing{[](Scene& scene) { scene.primary.chat = false; }, 3600s, 6'750ms};
// With what docs/moderator.md says of the deployments of a drill.
constexpr Outage kBlackholedInADrill{[](Scene& scene) { scene.primary.hang(); }, 2'100ms, 2'250ms};
constexpr Outage kDeliversNothingInADrill{[](Scene& scene) { scene.primary.chat = false; }, 3600s,
                                          2'250ms};

TEST(Reaction, OfProductionIsWithinFiveSecondsOfAKillAndEightOfABlackhole) {
  EXPECT_LE(slowest_reaction("production", kKilled), 3'200ms);
  EXPECT_LE(slowest_reaction("production", kBlackholed), 5'700ms);
  EXPECT_LE(slowest_reaction("production", kDeliversNothing), 7'900ms);
}

TEST(Reaction, OfADemoIsWithinASecondOfAKill) {
  EXPECT_LE(slowest_reaction("demo", kKilled), 700ms);
  EXPECT_LE(slowest_reaction("demo", kBlackholed), 3'500ms);
}

TEST(Reaction, OfADrillIsWithinASecondOfAKillAndThreeOfTheRest) {
  EXPECT_LE(slowest_reaction("drill", kKilled), 700ms);
  EXPECT_LE(slowest_reaction("drill", kBlackholedInADrill), 2'500ms);
  EXPECT_LE(slowest_reaction("drill", kDeliversNothingInADrill), 2'700ms);
}

}  // namespace
}  // namespace holdfast::moderator
