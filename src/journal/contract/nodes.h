// Several nodes over one journal, and several threads in one.
#pragma once

#include <thread>

#include "journal/contract/journal_under_test.h"

namespace holdfast::journal {

TEST_P(JournalContract, AnotherNodesEntriesAreSeenByArrival) {
  Journal& other = under_test_->other_node();
  append({n1_.next_message("first", "from n1")});
  ASSERT_TRUE(
      other.append(std::vector{n2_.next_message("first", "from n2")}, std::nullopt).has_value());
  append({n1_.next_message("first", "again from n1")});
  for (Journal* node : {&journal(), &other}) {
    EXPECT_EQ(texts_of(node->read_arrivals(Arrival(0), kAll)->entries),
              (std::vector<std::string>{"from n1", "from n2", "again from n1"}));
    EXPECT_EQ(node->read_chat(sample_chat("shop", "first"))->size(), 3u);
    EXPECT_EQ(node->holdings()->size(), 2u);
    EXPECT_EQ(node->last_arrival(), everything().back().arrival);
  }
}

TEST_P(JournalContract, WhatTwoNodesPulledIsTakenOnce) {
  Journal& other = under_test_->other_node();
  const auto a = n1_.next_message("first", "a");
  const auto b = n1_.next_message("first", "b");
  const Arrival arrival = append({a});
  EXPECT_EQ(other.append(std::vector{a}, std::nullopt), arrival);
  ASSERT_TRUE(other.append(std::vector{a, b}, std::nullopt).has_value());
  append({a, b});
  EXPECT_EQ(texts_of(everything()), (std::vector<std::string>{"a", "b"}));

  SampleOrigin fork = n2_;
  append({n2_.next_message("first", "c")});
  EXPECT_EQ(
      other.append(std::vector{fork.next_message("first", "forked c")}, std::nullopt).error().code,
      ErrorCode::kConflict);
}

TEST_P(JournalContract, WhatOneNodeFrozeIsGoneForTheOther) {
  Journal& other = under_test_->other_node();
  const auto common = n1_.next_message("first", "common");
  SampleOrigin fork = n1_;
  append({common, n1_.next_message("first", "mine")});
  ASSERT_TRUE(other.holdings().has_value());
  ASSERT_TRUE(journal().freeze_origin(n1_.name(), common.seq).has_value());
  EXPECT_EQ(other.holdings()->at(n1_.name()).highest(), common.seq);
  ASSERT_TRUE(
      other.append(std::vector{fork.next_message("first", "theirs")}, std::nullopt).has_value());
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"common", "theirs"}));
}

TEST_P(JournalContract, OneThreadAppendsWhileAnotherReads) {
  constexpr std::uint64_t kCount = 300;
  std::vector<protocol::Entry> entries;
  for (std::uint64_t i = 0; i < kCount; ++i)
    entries.push_back(n1_.next_message(i % 3 == 0 ? "first" : "second"));
  Journal& shared = journal();
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kCount; i += 3) {
      EXPECT_TRUE(shared.append(std::span(entries).subspan(i, 3), std::nullopt).has_value());
    }
  });
  std::uint64_t seen = 0;
  Arrival after(0);
  while (seen < kCount) {
    const Page page = shared.read_arrivals(after, kAll).value();
    for (const auto& stored : page.entries) EXPECT_EQ(stored.entry.seq, protocol::Seq(++seen));
    if (!page.entries.empty()) after = page.entries.back().arrival;
    EXPECT_EQ(seen % 3, 0u) << "a batch is visible whole or not at all";
    const auto holdings = shared.holdings().value();
    if (seen > 0) {
      ASSERT_TRUE(holdings.contains(n1_.name()));
      EXPECT_GE(holdings.at(n1_.name()).highest(), protocol::Seq(seen));
    }
    EXPECT_GE(shared.read_chat(sample_chat("shop", "first"))->size(), seen / 3);
    EXPECT_TRUE(shared.acquire_lease("a", WallMs(1'000), WallMs(2'000)).has_value());
    EXPECT_TRUE(shared.maintain().has_value());
  }
  writer.join();
  EXPECT_EQ(chat("second").size(), kCount / 3 * 2);
}

}  // namespace holdfast::journal
