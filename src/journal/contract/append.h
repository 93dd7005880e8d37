// What append() takes, skips and refuses; entries read back as they were written.
#pragma once

#include "journal/contract/journal_under_test.h"

namespace holdfast::journal {

TEST_P(JournalContract, AnEmptyJournalHoldsNothing) {
  EXPECT_EQ(journal().last_arrival(), Arrival(0));
  EXPECT_TRUE(everything().empty());
  EXPECT_TRUE(journal().holdings()->empty());
  EXPECT_TRUE(journal().read_settings()->empty());
  EXPECT_TRUE(journal().open_chats()->empty());
  EXPECT_TRUE(journal().read_branches()->empty());
  EXPECT_TRUE(journal().damaged().empty());
}

TEST_P(JournalContract, WhatWasAppendedIsReadBackByteForByte) {
  const std::vector<protocol::Entry> batch = {
      n1_.next({.kind = "open", .id = 1}),
      n1_.next({.text = "umlaut ü, quote \\\", nul \\u0000", .id = 2}),
      n1_.next({.kind = "from-the-future", .id = 3}),
      n2_.carry(make_content({.id = 9}), n1_.next({.id = 4}).acceptance)};
  append(batch);
  for (int round = 0; round < 2; ++round) {
    const auto read = everything();
    ASSERT_EQ(read.size(), batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) expect_same(read[i].entry, batch[i]);
    under_test_->reopen();
  }
}

TEST_P(JournalContract, LargeContentIsReadBackWhole) {
  const auto entry = n1_.next_message("first", std::string(14'000, 'x'));
  append({entry});
  under_test_->reopen();
  expect_same(chat("first").at(0).entry, entry);
}

TEST_P(JournalContract, AnErasedBodyIsReadBackAsErased) {
  const auto entry = n1_.next({.erased = true});
  append({entry});
  under_test_->reopen();
  EXPECT_EQ(chat("first").at(0).entry.content->body_bytes, std::nullopt);
  expect_same(chat("first").at(0).entry, entry);
}

TEST_P(JournalContract, AppendReturnsTheArrivalOfItsLastEntry) {
  const Arrival first = append({n1_.next_message("first"), n1_.next_message("first")});
  EXPECT_EQ(journal().last_arrival(), first);
  const Arrival second = append({n1_.next_message("first")});
  EXPECT_GT(second, first);
  EXPECT_EQ(everything().back().arrival, second);
}

TEST_P(JournalContract, AnEmptyBatchReturnsTheLastArrival) {
  EXPECT_EQ(append({}), Arrival(0));
  const Arrival last = append({n1_.next_message("first")});
  EXPECT_EQ(append({}), last);
}

TEST_P(JournalContract, AnEntryThatIsHeldIsSkipped) {
  const auto a = n1_.next_message("first");
  const auto b = n1_.next_message("first");
  const Arrival first = append({a});
  append({b});
  EXPECT_EQ(append({b, a}), first);
  EXPECT_EQ(append({n2_.next_message("first"), a}), first);
  EXPECT_EQ(seqs_of(everything()), (std::vector<std::uint64_t>{1, 2, 1}));
  under_test_->reopen();
  append({a, b});
  EXPECT_EQ(everything().size(), 3u);
}

TEST_P(JournalContract, AnEntryThatStandsTwiceInABatchIsTakenOnce) {
  const auto a = n1_.next_message("first");
  const auto b = n1_.next_message("first");
  append({a, b, a, b});
  EXPECT_EQ(seqs_of(everything()), (std::vector<std::uint64_t>{1, 2}));
}

TEST_P(JournalContract, AnotherHashForAHeldEntryIsAConflictAndNothingOfTheBatchIsKept) {
  const SampleOrigin fork = n1_;
  append({n1_.next_message("first", "one"), n1_.next_message("first", "two")});
  SampleOrigin other = fork;
  other.next_message("first", "one");
  const auto forked = other.next_message("first", "another two");
  EXPECT_EQ(append_error({n2_.next_message("first", "beside"), forked}), ErrorCode::kConflict);
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(held_of(n2_).empty());
}

TEST_P(JournalContract, AConflictInsideOneBatchKeepsNothing) {
  SampleOrigin fork = n1_;
  const auto a = n1_.next_message("first", "a");
  const auto b = fork.next_message("first", "b");
  EXPECT_EQ(append_error({a, b}), ErrorCode::kConflict);
  EXPECT_TRUE(everything().empty());
}

TEST_P(JournalContract, AConflictIsNotTheEndOfAppending) {
  SampleOrigin fork = n1_;
  append({n1_.next_message("first", "a")});
  EXPECT_EQ(append_error({fork.next_message("first", "b")}), ErrorCode::kConflict);
  append({n1_.next_message("first", "c")});
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"a", "c"}));
}

TEST_P(JournalContract, AMissingPredecessorLeavesAHoleThatCanBeFilled) {
  const protocol::ChainHash start = n1_.h();
  const auto a = n1_.next_message("first");
  const auto b = n1_.next_message("first");
  const auto c = n1_.next_message("first");
  append({c});
  append({a});
  EXPECT_EQ(held_of(n1_), (std::vector<protocol::Interval>{{a.seq, a.seq, start, a.h},
                                                           {c.seq, c.seq, b.h, c.h}}));
  append({b});
  EXPECT_EQ(held_of(n1_), (std::vector<protocol::Interval>{{a.seq, c.seq, start, c.h}}));
  under_test_->reopen();
  EXPECT_EQ(held_of(n1_), (std::vector<protocol::Interval>{{a.seq, c.seq, start, c.h}}));
}

TEST_P(JournalContract, ARunThatDoesNotFitItsNeighboursIsAConflict) {
  SampleOrigin fork = n1_;
  append({n1_.next_message("first", "one")});
  const auto two = n1_.next_message("first", "two");
  append({n1_.next_message("first", "three")});
  fork.next_message("first", "other one");
  const auto forked = fork.next_message("first", "other two");
  EXPECT_EQ(append_error({forked}), ErrorCode::kConflict) << "does not follow what is held";
  auto wrong_end = two;
  wrong_end.h = forked.h;
  EXPECT_EQ(append_error({wrong_end}), ErrorCode::kConflict) << "does not lead to what is held";
  append({two});
  EXPECT_EQ(held_of(n1_).size(), 1u);
}

TEST_P(JournalContract, TheHashBeforeAnEntryIsFilledInFromItsPredecessor) {
  const std::vector<protocol::Entry> told = {n1_.next_message("first"), n1_.next_message("first"),
                                             n1_.next_message("first")};
  auto untold = told;
  for (auto& entry : untold) entry.before = {};
  append({untold[0], untold[1]});
  append({untold[2]});
  const auto read = everything();
  ASSERT_EQ(read.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) expect_same(read[i].entry, told[i]);
}

TEST_P(JournalContract, AnEntryWhosePredecessorIsNeitherToldNorHeldIsInvalid) {
  n1_.next_message("first");
  auto entry = n1_.next_message("first");
  entry.before = {};
  EXPECT_EQ(append_error({entry}), ErrorCode::kInvalid);
  entry = n2_.next_message("first");
  entry.seq = protocol::Seq(0);
  EXPECT_EQ(append_error({entry}), ErrorCode::kInvalid);
  EXPECT_TRUE(everything().empty());
}

TEST_P(JournalContract, TheSecondEntryOfOneContentReadsLikeTheFirst) {
  const auto content = make_content({.text = "twice"});
  const auto first = n1_.next(content);
  const auto second = n2_.next(content);
  append({first});
  append({second});
  for (int round = 0; round < 2; ++round) {
    const auto read = chat("first");
    ASSERT_EQ(read.size(), 2u);
    expect_same(read[0].entry, first);
    expect_same(read[1].entry, second);
    expect_same(origin_page(n2_, 1, 1).entries.at(0).entry, second);
    expect_same(journal().read_arrivals(read[0].arrival, kAll)->entries.at(0).entry, second);
    under_test_->reopen();
  }
}

}  // namespace holdfast::journal
