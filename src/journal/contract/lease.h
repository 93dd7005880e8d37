// The decider lease: who gets it, for how long, and what its term fences.
#pragma once

#include "journal/contract/journal_under_test.h"

namespace holdfast::journal {

TEST_P(JournalContract, AFreeLeaseIsGrantedAndKeptByRenewing) {
  const Lease taken = journal().acquire_lease("a", WallMs(1'000), WallMs(2'000)).value();
  EXPECT_EQ(taken.holder, "a");
  EXPECT_EQ(taken.until, WallMs(2'000));
  const Lease renewed = journal().acquire_lease("a", WallMs(1'500), WallMs(2'500)).value();
  EXPECT_EQ(renewed.holder, "a");
  EXPECT_EQ(renewed.term, taken.term);
  EXPECT_EQ(renewed.until, WallMs(2'500));
}

TEST_P(JournalContract, AnotherGetsTheLeaseOnlyOnceItHasExpiredAndWithAHigherTerm) {
  const Lease mine = journal().acquire_lease("a", WallMs(1'000), WallMs(2'000)).value();
  const Lease refused = journal().acquire_lease("b", WallMs(1'999), WallMs(3'000)).value();
  EXPECT_EQ(refused.holder, "a");
  EXPECT_EQ(refused.until, WallMs(2'000));
  const Lease theirs = journal().acquire_lease("b", WallMs(2'000), WallMs(3'000)).value();
  EXPECT_EQ(theirs.holder, "b");
  EXPECT_GT(theirs.term, mine.term);
  under_test_->crash();
  EXPECT_EQ(journal().acquire_lease("a", WallMs(2'500), WallMs(9'000))->term, theirs.term);
  EXPECT_EQ(journal().acquire_lease("a", WallMs(2'500), WallMs(9'000))->holder, "b");
}

TEST_P(JournalContract, ALeaseThatOnlyAWrongClockCanHaveAskedForIsOver) {
  const Lease wrong = journal().acquire_lease("a", WallMs(3'600'000), WallMs(3'610'000)).value();
  const Lease near = journal()
                         .acquire_lease("b", WallMs(3'600'000) - kLeaseAheadMax,
                                        WallMs(3'610'000) - kLeaseAheadMax)
                         .value();
  EXPECT_EQ(near.holder, "a") << "clocks differ a little";
  const Lease right = journal().acquire_lease("b", WallMs(1'000), WallMs(11'000)).value();
  EXPECT_EQ(right.holder, "b");
  EXPECT_GT(right.term, wrong.term);
}

TEST_P(JournalContract, ATermIsNotGivenASecondTimeByAJournalThatCameBackShorter) {
  constexpr std::int64_t kNoon = 43'200'000;
  const Lease lost = journal().acquire_lease("a", WallMs(kNoon), WallMs(kNoon + 3'000)).value();
  under_test_ = GetParam().make();
  const Lease next =
      journal().acquire_lease("b", WallMs(kNoon + 1'000), WallMs(kNoon + 4'000)).value();
  EXPECT_GT(next.term, lost.term);
}

TEST_P(JournalContract, AppendWithAnOutdatedClaimIsFenced) {
  const auto entry = n1_.next_message("first");
  EXPECT_EQ(append_error({entry}, LeaseClaim{"a", protocol::Term(1)}), ErrorCode::kFenced)
      << "nobody holds it";
  const Lease mine = journal().acquire_lease("a", WallMs(1'000), WallMs(2'000)).value();
  const Lease theirs = journal().acquire_lease("b", WallMs(2'000), WallMs(3'000)).value();
  EXPECT_EQ(append_error({entry}, LeaseClaim{"a", mine.term}), ErrorCode::kFenced);
  EXPECT_EQ(append_error({entry}, LeaseClaim{"b", mine.term}), ErrorCode::kFenced);
  EXPECT_EQ(append_error({entry}, LeaseClaim{"a", theirs.term}), ErrorCode::kFenced);
  EXPECT_TRUE(everything().empty());
  EXPECT_TRUE(journal().append(std::vector{entry}, LeaseClaim{"b", theirs.term}).has_value());
}

TEST_P(JournalContract, TheLeaseIsOneForAllNodes) {
  Journal& other = under_test_->other_node();
  const Lease mine = journal().acquire_lease("a", WallMs(1'000), WallMs(2'000)).value();
  EXPECT_EQ(other.acquire_lease("b", WallMs(1'500), WallMs(3'000))->holder, "a");
  const Lease theirs = other.acquire_lease("b", WallMs(2'500), WallMs(3'000)).value();
  EXPECT_EQ(theirs.holder, "b");
  EXPECT_EQ(append_error({n1_.next_message("first")}, LeaseClaim{"a", mine.term}),
            ErrorCode::kFenced);
}

}  // namespace holdfast::journal
