// When a node distrusts its own clock, and what that costs.
#include "node/clock_guard.h"

#include "node/test_fixture.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

constexpr Ms kBound{30'000};
constexpr std::int64_t kHour = 3'600'000;

class Guard : public ::testing::Test {
 protected:
  bool accepts(ClockGuard& guard, std::optional<std::int64_t> peer_offset) {
    guard.look(peer_offset, clock.now());
    return !guard.off();
  }
  void step(std::int64_t ms) { clock.set_wall(clock.now().wall + Ms(ms)); }

  ManualClock clock;
  ClockGuard primary{Deployment::kPrimary, kBound, clock.now()};
  ClockGuard redundant{Deployment::kRedundant, kBound, clock.now()};
};

TEST_F(Guard, AClockThatAgreesIsTrusted) {
  EXPECT_TRUE(accepts(primary, 0));
  EXPECT_TRUE(accepts(primary, 29'000));
  EXPECT_TRUE(accepts(primary, std::nullopt));
}

TEST_F(Guard, WhoseClockWasSetStopsAndTheOtherGoesOn) {
  EXPECT_TRUE(accepts(primary, 0));
  EXPECT_TRUE(accepts(redundant, 0));
  ManualClock steady = clock;
  step(kHour);
  EXPECT_FALSE(accepts(primary, 0));
  clock.advance(Ms(3'000));
  steady.advance(Ms(3'000));
  EXPECT_FALSE(accepts(primary, -kHour));
  redundant.look(kHour, steady.now());
  EXPECT_FALSE(redundant.off());
}

TEST_F(Guard, AClockThatWasSetRightIsTrustedAsSoonAsThePeerAgrees) {
  EXPECT_TRUE(accepts(primary, 0));
  step(kHour);
  EXPECT_FALSE(accepts(primary, 0));
  clock.advance(Ms(3'000));
  EXPECT_TRUE(accepts(primary, 100));
}

TEST_F(Guard, AClockThatIsSetBackIsTrustedAgain) {
  EXPECT_TRUE(accepts(primary, 0));
  step(kHour);
  EXPECT_FALSE(accepts(primary, 0));
  step(-kHour);
  EXPECT_TRUE(accepts(primary, -kHour));  // measured before
}

TEST_F(Guard, WithNobodyThereANewTimeIsBelievedAfterAWhile) {
  EXPECT_TRUE(accepts(primary, std::nullopt));
  step(kHour);
  EXPECT_FALSE(accepts(primary, std::nullopt));
  clock.advance(Ms(10'001));
  EXPECT_TRUE(accepts(primary, std::nullopt));
}

TEST_F(Guard, TwoThatNeverAgreedDoNotBothStop) {
  EXPECT_TRUE(accepts(primary, kHour));
  EXPECT_FALSE(accepts(redundant, -kHour));
}

TEST_F(Guard, TheModeratorBreaksTheTie) {
  primary.moderator_says(clock.now().wall + Ms(kHour), clock.now());
  redundant.moderator_says(clock.now().wall, clock.now());
  EXPECT_FALSE(accepts(primary, kHour));
  EXPECT_TRUE(accepts(redundant, -kHour));
}

TEST_F(Guard, TheModeratorsWordGrowsOld) {
  primary.moderator_says(clock.now().wall + Ms(kHour), clock.now());
  EXPECT_FALSE(accepts(primary, std::nullopt));
  clock.advance(Ms(60'001));
  EXPECT_TRUE(accepts(primary, std::nullopt));
}

TEST_F(TwoDeployments, AClockThatJumpsStopsItsNodeAndDoesNotPoisonThePeer) {
  Client at_primary = vera.link(primary);
  const auto opening = vera.writer.open();
  at_primary.send(opening);
  world.pass(Ms(500));
  // The fixture has one clock: what Primary believes is set by the moderator's word.
  Client probe(world, primary, "");
  auto hello = probe.probe_hello(false);
  std::get<protocol::ProbeAuth>(hello.auth).at = world.clock.now().wall + Ms(kHour);
  probe.say(hello);
  world.cut();
  world.pass(Ms(200));
  const auto message = vera.writer.message(opening->head.chat, "what time is it?");
  at_primary.send(message);
  world.settle();
  ASSERT_TRUE(at_primary.refused(message->digest));
  EXPECT_EQ(at_primary.refused(message->digest)->code, Code::kClockOff);
  EXPECT_FALSE(primary.node().ready());
  EXPECT_FALSE(at_primary.closed());
}

TEST_F(TwoDeployments, ThePeersSyntheticChatsAreNoThirdClock) {
  Client probe(world, primary, "");
  auto hello = probe.probe_hello(false);
  auto& auth = std::get<protocol::ProbeAuth>(hello.auth);
  auth.at = world.clock.now().wall + Ms(kHour);
  auth.peer = true;
  probe.say(hello);
  world.cut();
  world.pass(Ms(200));
  EXPECT_TRUE(primary.node().ready()) << primary.node().not_ready_reason();
}

TEST(Hlc, AnAcceptanceFromTheFarFutureDoesNotDragTheClockAlong) {
  World world([] { return std::make_unique<journal::MemoryJournal>(); });
  Host& host = world.add(Deployment::kPrimary);
  world.install_settings(Deployment::kPrimary);
  world.start_all();
  world.pass(Ms(1'500));
  Visitor vera(world, "vera");
  Client link = vera.link(host);
  const auto opening = vera.writer.open();
  const protocol::Hlc future(static_cast<std::uint64_t>(world.clock.now().wall.value() + kHour) *
                             65'536);
  const auto acceptance =
      protocol::accept(world.keys.cluster, opening->digest,
                       Origin("redundant/n1/01HZZZZZZZZZZZZZZZZZZZZZZ1"), Seq(1), future);
  link.say(from_client::Give{opening->head.chat,
                             {{opening->head_bytes, opening->body_bytes, {acceptance}}}});
  world.settle();
  const auto message = vera.writer.message(opening->head.chat, "now");
  link.send(message);
  world.settle();
  ASSERT_TRUE(link.accepted(message->digest));
  EXPECT_LT(link.accepted(message->digest)->hlc, future);
}

}  // namespace
}  // namespace holdfast::node
