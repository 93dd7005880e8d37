#include "protocol/intervals.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace holdfast::protocol {
namespace {

// The hash after entry `seq` of one history; another `branch` is a fork of it.
ChainHash h(std::uint64_t seq, int branch = 0) {
  return ChainHash(sha256(std::to_string(seq) + "/" + std::to_string(branch)));
}

Interval run(std::uint64_t first, std::uint64_t last) {
  return {Seq(first), Seq(last), h(first - 1), h(last)};
}

IntervalSet set_of(std::initializer_list<Interval> runs) {
  IntervalSet set;
  for (const Interval& one : runs) EXPECT_EQ(set.add(one), AddResult::kAdded);
  return set;
}

TEST(IntervalSet, JoinsRunsWhoseHashesAgree) {
  IntervalSet set = set_of({run(1, 3), run(7, 9)});
  EXPECT_EQ(set.intervals().size(), 2u);
  EXPECT_EQ(set.add(run(4, 6)), AddResult::kAdded);
  EXPECT_EQ(set, set_of({run(1, 9)}));
  EXPECT_EQ(set.highest(), Seq(9));
}

TEST(IntervalSet, SaysWhatItHoldsAlready) {
  IntervalSet set = set_of({run(1, 9)});
  EXPECT_EQ(set.add(run(1, 9)), AddResult::kAlreadyHeld);
  EXPECT_EQ(set.add(run(3, 5)), AddResult::kAlreadyHeld);
  EXPECT_EQ(set.add(run(5, 12)), AddResult::kAdded);
  EXPECT_EQ(set, set_of({run(1, 12)}));
}

TEST(IntervalSet, NoticesAForkAtAJoinAndStaysAsItWas) {
  IntervalSet set = set_of({run(1, 3), run(7, 9)});
  const IntervalSet before = set;
  EXPECT_EQ(set.add({Seq(4), Seq(5), h(3, 1), h(5)}), AddResult::kFork);
  EXPECT_EQ(set.add({Seq(4), Seq(6), h(3), h(6, 1)}), AddResult::kFork);
  EXPECT_EQ(set.add({Seq(2), Seq(3), h(1), h(3, 1)}), AddResult::kFork);
  EXPECT_EQ(set.add({Seq(1), Seq(2), h(0, 1), h(2)}), AddResult::kFork);
  EXPECT_EQ(set, before);
}

TEST(IntervalSet, ForgetsARunAndKeepsTheHashesAtTheCuts) {
  IntervalSet set = set_of({run(1, 9)});
  set.subtract(Seq(4), Seq(5), h(3), h(5));
  EXPECT_EQ(set, set_of({run(1, 3), run(6, 9)}));
  set.subtract(Seq(1), Seq(3), h(0), h(3));
  EXPECT_EQ(set, set_of({run(6, 9)}));
  set.subtract(Seq(100), Seq(200), h(99), h(200));
  EXPECT_EQ(set, set_of({run(6, 9)}));
}

TEST(IntervalSet, NamesWhatItLacksOfAnother) {
  const IntervalSet ours = set_of({run(3, 4), run(8, 8)});
  const IntervalSet theirs = set_of({run(1, 6), run(8, 10), run(20, 21)});
  EXPECT_EQ(ours.missing_from(theirs),
            (std::vector<Gap>{
                {Seq(1), Seq(2)}, {Seq(5), Seq(6)}, {Seq(9), Seq(10)}, {Seq(20), Seq(21)}}));
  EXPECT_TRUE(theirs.missing_from(ours).empty());
  EXPECT_TRUE(ours.missing_from(IntervalSet()).empty());
}

TEST(IntervalSet, FindsTheFirstEdgeThatContradicts) {
  IntervalSet ours = set_of({run(1, 5)});
  IntervalSet theirs;
  theirs.add({Seq(1), Seq(5), h(0), h(5, 1)});
  EXPECT_EQ(ours.contradiction(theirs), Seq(5));
  EXPECT_EQ(ours.contradiction(set_of({run(1, 5)})), std::nullopt);
  EXPECT_EQ(ours.contradiction(set_of({run(6, 8)})), std::nullopt);
  IntervalSet next;
  next.add({Seq(6), Seq(8), h(5, 1), h(8)});
  EXPECT_EQ(ours.contradiction(next), Seq(5));
  EXPECT_EQ(next.contradiction(ours), Seq(5));
}

// Against a set of numbers.
TEST(IntervalSet, IsASetOfNumbers) {
  SeededRandom random(3);
  for (int round = 0; round < 300; ++round) {
    IntervalSet set, other;
    std::set<std::uint64_t> numbers, others;
    for (int step = 0; step < 30; ++step) {
      const std::uint64_t first = 1 + random.below(40), last = first + random.below(6);
      IntervalSet& target = random.chance(0.5) ? set : other;
      auto& wanted = &target == &set ? numbers : others;
      if (random.chance(0.3)) {
        target.subtract(Seq(first), Seq(last), h(first - 1), h(last));
        for (auto n = first; n <= last; ++n) wanted.erase(n);
      } else {
        EXPECT_NE(target.add(run(first, last)), AddResult::kFork);
        for (auto n = first; n <= last; ++n) wanted.insert(n);
      }
    }
    std::set<std::uint64_t> missing;
    for (const Gap& gap : set.missing_from(other)) {
      for (auto n = gap.first.value(); n <= gap.last.value(); ++n)
        EXPECT_TRUE(missing.insert(n).second);
    }
    for (std::uint64_t n = 1; n < 50; ++n) {
      EXPECT_EQ(set.contains(Seq(n)), numbers.contains(n)) << n;
      EXPECT_EQ(missing.contains(n), others.contains(n) && !numbers.contains(n)) << n;
    }
    EXPECT_EQ(set.contradiction(other), std::nullopt);
    for (std::size_t i = 0; i < set.intervals().size(); ++i) {
      const Interval& one = set.intervals()[i];
      EXPECT_EQ(one, run(one.first.value(), one.last.value()));
      EXPECT_TRUE(i == 0 || one.first.value() > set.intervals()[i - 1].last.value() + 1);
    }
  }
}

}  // namespace
}  // namespace holdfast::protocol
