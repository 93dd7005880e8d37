// What survives a loss of power, a disk that fails and a row that goes bad.
#pragma once

#include "journal/contract/journal_under_test.h"

namespace holdfast::journal {

TEST_P(JournalContract, WhatAppendReturnedSurvivesLossOfPower) {
  append({n1_.next_message("first", "one"), n1_.next_message("first", "two")});
  append({n1_.next_message("second", "three")});
  const auto before = held_of(n1_);
  under_test_->crash();
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(held_of(n1_), before);
  under_test_->crash();
  EXPECT_EQ(everything().size(), 3u);
}

TEST_P(JournalContract, AFailingDiskLeavesNothingVisibleAndEndsAppending) {
  for (const ErrorCode code : {ErrorCode::kIo, ErrorCode::kFull}) {
    under_test_ = GetParam().make();
    SampleOrigin origin("n1");
    append({origin.next_message("first", "before")});
    under_test_->fail_next_append(code);
    EXPECT_EQ(append_error({origin.next_message("first", "failed")}), code);
    EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"before"}));
    EXPECT_EQ(held_of(origin).at(0).last, protocol::Seq(1));
    EXPECT_EQ(journal().last_arrival(), everything().back().arrival);

    const auto later =
        journal().append(std::vector{n2_.next_message("first", "later")}, std::nullopt);
    ASSERT_FALSE(later.has_value());
    EXPECT_EQ(later.error().code, ErrorCode::kIo);
    EXPECT_THAT(later.error().why, testing::StartsWith("journal failed earlier: "));
    EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"before"}));
  }
}

TEST_P(JournalContract, AJournalThatFailedTakesEntriesAgainOnceItIsReopened) {
  append({n1_.next_message("first", "before")});
  under_test_->fail_next_append(ErrorCode::kIo);
  const auto failed = n1_.next_message("first", "failed");
  EXPECT_EQ(append_error({failed}), ErrorCode::kIo);
  under_test_->reopen();
  append({failed});
  append({n2_.next_message("first", "after")});
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"before", "failed", "after"}));
}

TEST_P(JournalContract, EachBatchOfAGroupHasItsOwnVerdict) {
  const Lease lease = journal().acquire_lease("n1", WallMs(1'000), WallMs(2'000)).value();
  SampleOrigin fork = n1_;
  const std::vector first = {n1_.next_message("first", "one"), n1_.next_message("first", "two")};
  const std::vector fenced = {n2_.next_message("first", "fenced")};
  const std::vector forked = {fork.next_message("first", "forked")};
  const std::vector again = {first[1]};
  const std::vector last = {n1_.next_message("first", "three")};
  const std::vector<Batch> group = {{first, {}},  {fenced, LeaseClaim{"n2", lease.term}},
                                    {forked, {}}, {again, {}},
                                    {{}, {}},     {last, LeaseClaim{"n1", lease.term}}};
  const auto results = journal().append_group(group);
  ASSERT_EQ(results.size(), group.size());
  EXPECT_TRUE(results[0].has_value());
  EXPECT_EQ(results[1].error().code, ErrorCode::kFenced);
  EXPECT_EQ(results[2].error().code, ErrorCode::kConflict);
  EXPECT_EQ(results[3], results[0]);
  EXPECT_EQ(results[4], results[0]);
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(results[5], everything().back().arrival);
  under_test_->crash();
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_TRUE(held_of(n2_).empty());
}

TEST_P(JournalContract, AFailingDiskFailsEveryBatchOfAGroup) {
  const std::vector one = {n1_.next_message("first")};
  const std::vector two = {n2_.next_message("first")};
  under_test_->fail_next_append(ErrorCode::kIo);
  for (const auto& result : journal().append_group(std::vector<Batch>{{one, {}}, {two, {}}})) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kIo);
  }
  EXPECT_TRUE(everything().empty());
}

TEST_P(JournalContract, ADamagedRowIsQuarantinedAndReported) {
  const auto a = n1_.next_message("first", "a");
  const auto b = n1_.next_message("first", "b");
  const auto c = n1_.next_message("first", "c");
  append({a, b, c});
  const Arrival bad = everything()[1].arrival;
  under_test_->corrupt(bad);
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(seqs_of(origin_page(n1_, 1, 3).entries), (std::vector<std::uint64_t>{1, 3}));
  EXPECT_EQ(held_of(n1_), (std::vector<protocol::Interval>{{a.seq, a.seq, a.before, a.h},
                                                           {c.seq, c.seq, b.h, c.h}}));
  const auto damaged = journal().damaged();
  ASSERT_EQ(damaged.size(), 1u);
  EXPECT_EQ(damaged[0].arrival, bad);
  EXPECT_EQ(damaged[0].origin, n1_.name());
  EXPECT_EQ(damaged[0].seq, b.seq);
  EXPECT_FALSE(damaged[0].why.empty());
}

TEST_P(JournalContract, ADamagedEntryIsHealedByAppendingItAgain) {
  const auto a = n1_.next_message("first", "a");
  const auto b = n1_.next_message("first", "b");
  append({a, b});
  under_test_->corrupt(everything()[0].arrival);
  append({a});
  EXPECT_TRUE(journal().damaged().empty());
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(held_of(n1_).size(), 1u);
  under_test_->reopen();
  EXPECT_TRUE(journal().damaged().empty());
  EXPECT_EQ(held_of(n1_).size(), 1u);
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(texts_of(origin_page(n1_, 1, 2).entries), (std::vector<std::string>{"a", "b"}));
}

}  // namespace holdfast::journal
