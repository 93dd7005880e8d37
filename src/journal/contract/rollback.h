// Origins that went two ways: what is beyond the last common entry waits as a branch.
#pragma once

#include "journal/contract/journal_under_test.h"

namespace holdfast::journal {

TEST_P(JournalContract, AFrozenOriginsTailWaitsAsABranch) {
  const auto common = n1_.next_message("first", "common");
  SampleOrigin other = n1_;
  const auto mine = n1_.next_message("first", "mine");
  const auto mine_too = n1_.next_message("second", "mine too");
  append({common, mine_too, n2_.next_message("first", "beside")});
  append({mine});
  ASSERT_TRUE(journal().freeze_origin(n1_.name(), common.seq).has_value());

  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"common", "beside"}));
    EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"common", "beside"}));
    EXPECT_TRUE(chat("second").empty());
    EXPECT_EQ(held_of(n1_),
              (std::vector<protocol::Interval>{{common.seq, common.seq, common.before, common.h}}));
    EXPECT_EQ(seqs_of(origin_page(n1_, 1, 9).entries), (std::vector<std::uint64_t>{1}));
    const auto branch = journal().read_branches().value();
    ASSERT_EQ(branch.size(), 2u);
    expect_same(branch[0], mine);
    expect_same(branch[1], mine_too);
    under_test_->crash();
  }

  const auto theirs = other.next_message("first", "theirs");
  append({theirs});
  EXPECT_EQ(held_of(n1_).at(0).after, theirs.h);
  ASSERT_TRUE(journal().clear_branches().has_value());
  EXPECT_TRUE(journal().read_branches()->empty());
  under_test_->reopen();
  EXPECT_TRUE(journal().read_branches()->empty());
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"common", "beside", "theirs"}));
}

TEST_P(JournalContract, FreezingCutsNothingThatIsNotBeyond) {
  append({n1_.next_message("first"), n1_.next_message("first")});
  ASSERT_TRUE(journal().freeze_origin(n1_.name(), protocol::Seq(2)).has_value());
  ASSERT_TRUE(
      journal().freeze_origin(SampleOrigin("unknown").name(), protocol::Seq(0)).has_value());
  EXPECT_TRUE(journal().read_branches()->empty());
  EXPECT_EQ(chat("first").size(), 2u);
  ASSERT_TRUE(journal().freeze_origin(n1_.name(), protocol::Seq(0)).has_value());
  EXPECT_TRUE(held_of(n1_).empty());
  EXPECT_EQ(journal().read_branches()->size(), 2u);
}

TEST_P(JournalContract, ASecondEntryKeepsItsContentWhenTheFirstGoesToABranch) {
  const auto content = make_content({.text = "twice"});
  const auto first = n1_.next(content);
  const auto second = n2_.next(content);
  append({first, second});
  ASSERT_TRUE(journal().freeze_origin(n1_.name(), protocol::Seq(0)).has_value());
  ASSERT_EQ(chat("first").size(), 1u);
  expect_same(chat("first")[0].entry, second);
  expect_same(journal().read_branches()->at(0), first);

  ASSERT_TRUE(journal().freeze_origin(n2_.name(), protocol::Seq(0)).has_value());
  ASSERT_EQ(journal().read_branches()->size(), 2u);
  expect_same(journal().read_branches()->at(1), second);
}

TEST_P(JournalContract, EntriesOfABranchCanBeReenteredUnderANewOrigin) {
  const auto lost = n1_.next_message("first", "lost and found");
  append({lost});
  ASSERT_TRUE(journal().freeze_origin(n1_.name(), protocol::Seq(0)).has_value());
  SampleOrigin fresh("n1", 2);
  const auto reentered = fresh.carry(lost.content, lost.acceptance);
  append({reentered});
  ASSERT_TRUE(journal().clear_branches().has_value());
  ASSERT_EQ(chat("first").size(), 1u);
  expect_same(chat("first")[0].entry, reentered);
}

}  // namespace holdfast::journal
