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
  EXPECT_FALSE(watch.look({}));
  EXPECT_TRUE(watch.look({row(7)}));
  EXPECT_FALSE(watch.look({row(7)}));
  EXPECT_TRUE(watch.look({row(7), row(9)}));
  EXPECT_FALSE(watch.look({row(9)})) << "one was fetched again";
  EXPECT_FALSE(watch.look({}));
}

TEST(DamageWatch, ARowIsNewsThoughAnotherWasMendedMeanwhile) {
  DamageWatch watch;
  EXPECT_TRUE(watch.look({row(7)}));
  EXPECT_TRUE(watch.look({row(9)}));
}

}  // namespace
}  // namespace holdfast::journal
