#include "protocol/hlc.h"

#include <gtest/gtest.h>

#include "protocol/names.h"

namespace holdfast::protocol {
namespace {

constexpr WallMs kNoon{1'790'000'000'000};

TEST(HybridClock, NeverRepeatsAndNeverGoesBack) {
  HybridClock clock;
  Hlc last = clock.next(kNoon);
  EXPECT_EQ(wall_of(last), kNoon);
  for (const WallMs wall : {kNoon, kNoon, kNoon - Ms(3'600'000), kNoon + Ms(1), kNoon}) {
    const Hlc next = clock.next(wall);
    EXPECT_GT(next, last);
    last = next;
  }
}

TEST(HybridClock, StandsAboveWhatItObserved) {
  HybridClock clock;
  const Hlc theirs((kNoon + Ms(20)).value() * kHlcPerMs + 7);
  EXPECT_TRUE(clock.observe(theirs, kNoon, Ms(30)));
  EXPECT_EQ(clock.next(kNoon).value(), theirs.value() + 1);
}

TEST(HybridClock, IsNotDraggedAlongByAWrongClock) {
  HybridClock clock;
  const Hlc theirs((kNoon + Ms(31)).value() * kHlcPerMs);
  EXPECT_FALSE(clock.observe(theirs, kNoon, Ms(30)));
  EXPECT_EQ(wall_of(clock.next(kNoon)), kNoon);
}

TEST(HlcText, OrdersAsTheNumbersDo) {
  EXPECT_EQ(hlc_text(Hlc(0)), "0000000000000000");
  EXPECT_EQ(hlc_text(Hlc(0xFEDCBA9876543210u)), "fedcba9876543210");
  EXPECT_EQ(parse_hlc("fedcba9876543210"), Hlc(0xFEDCBA9876543210u));
  for (const std::string_view bad :
       {"", "FEDCBA9876543210", "fedcba987654321", "fedcba98765432100", "fedcba987654321g"}) {
    EXPECT_FALSE(parse_hlc(bad).has_value()) << bad;
  }
}

TEST(Origin, ComesApartAsItWasPutTogether) {
  const Origin origin = make_origin(Deployment::kRedundant, "n1", "01M3XJ0000000000000000000R");
  const auto parts = parts_of(origin.value());
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->deployment, Deployment::kRedundant);
  EXPECT_EQ(parts->node, "n1");
  EXPECT_EQ(parts->incarnation, "01M3XJ0000000000000000000R");
}

}  // namespace
}  // namespace holdfast::protocol
