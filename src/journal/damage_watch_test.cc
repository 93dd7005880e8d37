#include "journal/damage_watch.h"

#include <gtest/gtest.h>

namespace holdfast::journal {
namespace {

DamagedRow row(std::uint64_t n) {
  return {Arrival(n), protocol::Origin("primary/n1/01J00000000000000000000001"), protocol::Seq(n),
          "checksum"};
}

TEST(DamageWatch, EveryRowIsNewsOnce) {
  DamageWatch watch;
  EXPECT_FALSE(watch.look({}, 0));
  EXPECT_TRUE(watch.look({row(7)}, 0));
  EXPECT_FALSE(watch.look({row(7)}, 0));
  EXPECT_TRUE(watch.look({row(7), row(9)}, 0));
  EXPECT_FALSE(watch.look({row(9)}, 0)) << "one was fetched again";
  EXPECT_FALSE(watch.look({}, 0));
}

TEST(DamageWatch, ARowIsNewsThoughAnotherWasMendedMeanwhile) {
  DamageWatch watch;
  EXPECT_TRUE(watch.look({row(7)}, 0));
  EXPECT_TRUE(watch.look({row(9)}, 0));
}

TEST(DamageWatch, WhatIsMadeAgainIsNewsEachTime) {
  DamageWatch watch;
  EXPECT_TRUE(watch.look({}, 1));
  EXPECT_FALSE(watch.look({}, 1));
  EXPECT_TRUE(watch.look({}, 3));
  EXPECT_FALSE(watch.look({}, 3));
}

}  // namespace
}  // namespace holdfast::journal
