// Random commits on both sides, connections that come and go, frames that are lost, doubled or
// altered, rolled back machines; then the faults stop, and both hold the same. One number is one
// run: HOLDFAST_SEED=n repeats it, HOLDFAST_SEEDS=n makes n of them.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/rounds.h"
#include "replication/test_world.h"

namespace holdfast::replication {
namespace {

using protocol::Seq;

struct Chances {
  double alter = 0;
  double roll_back = 0;
};

class Storm {
 public:
  Storm(std::uint64_t seed, Chances chances)
      : world_(seed), dice_(seed ^ 0x5eed), chances_(chances) {
    world_.on_frame = [this](Site&, std::string& text) {
      if (dice_.chance(chances_.alter) && !text.empty()) text[dice_.below(text.size())] ^= 1;
    };
  }

  void run(int turns) {
    for (int i = 0; i < turns; ++i) turn();
    heal();
  }

  World& world() { return world_; }
  // Every event that was ever accepted.
  std::map<protocol::Digest, std::set<protocol::Mac>> accepted;

 private:
  void turn() {
    Site& site = dice_.chance(0.5) ? world_.primary : world_.redundant;
    Site& other = &site == &world_.primary ? world_.redundant : world_.primary;
    switch (dice_.below(12)) {
      case 0:
      case 1:
      case 2:
        for (auto n = dice_.below(dice_.chance(0.05) ? 600 : 6); n > 0; --n) commit(site);
        break;
      case 3:
        world_.dial(site, other);
        break;
      case 4:
        if (!world_.wires.empty()) world_.hang_up(world_.wires.begin()->first);
        break;
      case 5:
        site.disk_stalled = !site.disk_stalled;
        break;
      case 6:
        if (dice_.chance(0.2)) site.start();
        break;
      case 7:
        world_.pass_silently(Ms(static_cast<std::int64_t>(dice_.below(1500))));
        break;
      case 8:
        mute();
        break;
      case 9:
        if (dice_.chance(0.3)) site.close_chat("c" + std::to_string(dice_.below(3)));
        break;
      case 10:
        if (dice_.chance(chances_.roll_back)) roll_back(site);
        break;
      default:
        break;
    }
    for (auto steps = dice_.below(40); steps > 0; --steps) step();
  }

  void commit(Site& site) {
    const auto chat = dice_.below(5);
    const auto entry = site.commit(chat == 4 ? "" : "c" + std::to_string(chat));
    accepted[entry.content->digest].insert(entry.acceptance.mac);
  }

  // Some wire or some disk, not always the first.
  void step() {
    Site& site = dice_.chance(0.5) ? world_.primary : world_.redundant;
    if (dice_.chance(0.5) && site.work()) return;
    if (world_.wires.empty()) return;
    auto wire = world_.wires.begin();
    std::advance(wire, static_cast<std::ptrdiff_t>(dice_.below(world_.wires.size())));
    world_.deliver_one(wire->second, dice_.chance(0.5));
  }

  void mute() {
    if (world_.wires.empty() || !dice_.chance(0.3)) return;
    auto& wire = world_.wires.begin()->second;
    (dice_.chance(0.5) ? wire.mute_to_accepter : wire.mute_to_dialler) = true;
  }

  // The journal of the process is as it was a while ago, with the tail that only it held gone for
  // good; the process starts again.
  void roll_back(Site& site) {
    const auto backup = site.journal->clone();
    for (int i = 0; i < 20; ++i) turn_without_rollback();
    const auto lost = site.events();
    site.journal->restore(*backup);
    site.start();
    Site& other = &site == &world_.primary ? world_.redundant : world_.primary;
    auto left = site.events();
    for (const auto& [digest, macs] : other.events()) left[digest].insert(macs.begin(), macs.end());
    for (const auto& [digest, macs] : lost) {
      if (!left.contains(digest)) accepted.erase(digest);
    }
  }

  void turn_without_rollback() {
    const double kept = std::exchange(chances_.roll_back, 0);
    turn();
    chances_.roll_back = kept;
  }

  void heal() {
    world_.on_frame = nullptr;
    world_.primary.disk_stalled = world_.redundant.disk_stalled = false;
    for (int i = 0; i < 8; ++i) {
      if (i < 4 || world_.wires.empty()) {
        world_.hang_up_all();
        world_.dial(i % 2 == 0 ? world_.primary : world_.redundant,
                    i % 2 == 0 ? world_.redundant : world_.primary);
      }
      world_.settle();
      world_.pass(Ms(20'000));
    }
  }

  World world_;
  SeededRandom dice_;
  Chances chances_;
};

std::uint64_t first_seed() {
  const char* seed = std::getenv("HOLDFAST_SEED");
  return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

void run_storms(std::uint64_t count, Chances chances) {
  if (const char* more = std::getenv("HOLDFAST_SEEDS")) count = std::strtoull(more, nullptr, 10);
  for (std::uint64_t seed = first_seed(); seed < first_seed() + count; ++seed) {
    SCOPED_TRACE("HOLDFAST_SEED=" + std::to_string(seed));
    Storm storm(seed, chances);
    storm.run(300);
    expect_equal(storm.world());
    const auto held = storm.world().primary.events();
    for (const auto& [digest, macs] : storm.accepted) {
      ASSERT_TRUE(held.contains(digest)) << "an accepted event is lost";
    }
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(PeerLinkFuzz, AfterTheFaultsBothHoldTheSame) {
  run_storms(rounds(12), {});
}
TEST(PeerLinkFuzz, AlteredFramesCostNothingButTime) {
  run_storms(rounds(10), {.alter = 0.05});
}
TEST(PeerLinkFuzz, RolledBackJournalsLoseOnlyWhatNobodyElseHad) {
  run_storms(rounds(10), {.alter = 0, .roll_back = 0.7});
}

}  // namespace
}  // namespace holdfast::replication
