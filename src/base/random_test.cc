#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace holdfast {
namespace {

TEST(SeededRandom, SameSeedSameChoices) {
  SeededRandom a(42);
  SeededRandom b(42);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), b.next());
}

TEST(SeededRandom, IsTheSameOnEveryPlatform) {
  // xoshiro256** from splitmix64(0); the reference implementation gives these.
  SeededRandom random(0);
  EXPECT_EQ(random.next(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(random.next(), 0xbf6e1f784956452au);
}

TEST(SeededRandom, ForkDoesNotRepeatItsParent) {
  SeededRandom parent(1);
  SeededRandom child = parent.fork();
  EXPECT_NE(parent.next(), child.next());
}

TEST(Random, BelowReachesEveryValueAboutEquallyOften) {
  SeededRandom random(7);
  std::vector<int> seen(6);
  for (int i = 0; i < 6000; ++i) ++seen[random.below(6)];
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
}

// Hands out what it was given.
class Scripted final : public Random {
 public:
  explicit Scripted(std::vector<std::uint64_t> values) : values_(std::move(values)) {}
  void fill(std::span<std::uint8_t>) override {}
  std::uint64_t next() override { return values_.at(next_++); }

 private:
  std::vector<std::uint64_t> values_;
  std::size_t next_ = 0;
};

TEST(Random, BelowDrawsAgainWhereTheRangeDoesNotDivide) {
  // 2^64 mod 3 is 1, so the draw 0 would be one too many for the result 0.
  Scripted random({0, 5});
  EXPECT_EQ(random.below(3), 2u);
}

TEST(Random, UnitStaysBelowOne) {
  Scripted random({~std::uint64_t{0}, 0});
  EXPECT_LT(random.unit(), 1.0);
  EXPECT_EQ(random.unit(), 0.0);
}

TEST(Random, ShuffleKeepsEveryItem) {
  SeededRandom random(3);
  std::vector<int> items{1, 2, 3, 4, 5, 6, 7, 8};
  const auto before = items;
  random.shuffle(items);
  EXPECT_NE(items, before);
  std::ranges::sort(items);
  EXPECT_EQ(items, before);
}

TEST(SystemRandom, TwoDrawsDiffer) {
  SystemRandom random;
  EXPECT_NE(random.bytes<16>(), random.bytes<16>());
}

}  // namespace
}  // namespace holdfast
