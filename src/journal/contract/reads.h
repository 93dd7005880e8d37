// Every read, and what is open, closed and held.
#pragma once

#include <algorithm>

#include "journal/contract/journal_under_test.h"

namespace holdfast::journal {

TEST_P(JournalContract, AChatIsReadInArrivalOrder) {
  const auto a = n1_.next_message("first", "a");
  const auto b = n1_.next_message("first", "b");
  append({b, n2_.next_message("second", "elsewhere")});
  append({n2_.next_message("first", "c"), a});
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"b", "c", "a"}));
  EXPECT_EQ(texts_of(chat("second")), (std::vector<std::string>{"elsewhere"}));
  EXPECT_TRUE(chat("unknown").empty());
}

TEST_P(JournalContract, SitesAreKeptApart) {
  append({n1_.next({.site = "shop", .text = "ours", .id = 1}),
          n1_.next({.site = "other", .text = "theirs", .id = 2})});
  append({n1_.next({.site = "shop", .chat = "", .kind = "set", .id = 3}),
          n1_.next({.site = "other", .chat = "", .kind = "audit", .id = 4})});
  EXPECT_EQ(texts_of(chat("first", "shop")), (std::vector<std::string>{"ours"}));
  EXPECT_EQ(texts_of(chat("first", "other")), (std::vector<std::string>{"theirs"}));
  EXPECT_EQ(seqs_of(chat("", "shop")), (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(seqs_of(chat("", "other")), (std::vector<std::uint64_t>{4}));
}

TEST_P(JournalContract, SettingsAreTheSetEntriesOfEverySiteInArrivalOrder) {
  append({n1_.next({.site = "shop", .chat = "", .kind = "set", .text = "one", .id = 1}),
          n1_.next_message("first"),
          n1_.next({.site = "shop", .chat = "", .kind = "audit", .text = "no", .id = 3})});
  append({n2_.next({.site = "other", .chat = "", .kind = "set", .text = "two", .id = 4})});
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(texts_of(journal().read_settings().value()),
              (std::vector<std::string>{"one", "two"}));
    under_test_->reopen();
  }
}

TEST_P(JournalContract, AnOriginIsReadInSeqOrderHoweverItArrived) {
  std::vector<protocol::Entry> entries;
  for (int i = 0; i < 6; ++i) entries.push_back(n1_.next_message("first"));
  append({entries[4], entries[5]});
  append({entries[0], n2_.next_message("first"), entries[1], entries[2]});
  EXPECT_EQ(seqs_of(origin_page(n1_, 1, 6).entries), (std::vector<std::uint64_t>{1, 2, 3, 5, 6}));
  EXPECT_EQ(seqs_of(origin_page(n1_, 3, 5).entries), (std::vector<std::uint64_t>{3, 5}));
  EXPECT_FALSE(origin_page(n1_, 1, 6).more);
  EXPECT_TRUE(origin_page(n1_, 4, 4).entries.empty());
  EXPECT_TRUE(origin_page(SampleOrigin("unknown"), 1, 100).entries.empty());
}

TEST_P(JournalContract, APageStopsAtItsBoundButHoldsAtLeastOneEntry) {
  for (int i = 0; i < 5; ++i) append({n1_.next_message("first", std::string(1'000, 'x'))});
  EXPECT_EQ(seqs_of(origin_page(n1_, 2, 5, 1).entries), (std::vector<std::uint64_t>{2}));
  EXPECT_TRUE(origin_page(n1_, 2, 5, 1).more);
  EXPECT_FALSE(origin_page(n1_, 5, 5, 1).more);
  EXPECT_EQ(origin_page(n1_, 1, 5, 4'000).entries.size(), 2u);

  Arrival after(0);
  std::vector<std::uint64_t> seqs;
  for (bool more = true; more;) {
    const Page page = journal().read_arrivals(after, 4'000).value();
    ASSERT_FALSE(page.entries.empty());
    EXPECT_LE(page.entries.size(), 2u);
    for (const auto& stored : page.entries) seqs.push_back(stored.entry.seq.value());
    after = page.entries.back().arrival;
    more = page.more;
  }
  EXPECT_EQ(seqs, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_TRUE(journal().read_arrivals(after, 4'000)->entries.empty());
}

TEST_P(JournalContract, ALiveRangeHoldsOnlyOpenChatsAndWhatBelongsToNoChat) {
  append({n1_.next_message("closed"), n1_.next({.chat = "", .kind = "set", .id = 2}),
          n1_.next_message("open"), n1_.next_message("closed")});
  ASSERT_TRUE(journal()
                  .mark_closed(sample_chat("shop", "closed"), journal().last_arrival().value())
                  .has_value());
  EXPECT_EQ(seqs_of(origin_page(n1_, 1, 4, kAll, true).entries),
            (std::vector<std::uint64_t>{2, 3}));
  append({n1_.next_message("closed")});
  EXPECT_EQ(seqs_of(origin_page(n1_, 1, 5, kAll, true).entries),
            (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST_P(JournalContract, AppendingToAChatOpensItAndMarkClosedClosesIt) {
  const ChatKey first = sample_chat("shop", "first");
  const ChatKey second = sample_chat("shop", "second");
  append({n1_.next_message("first"), n1_.next_message("second"),
          n1_.next({.chat = "", .kind = "set", .id = 3})});
  EXPECT_THAT(open_chats(), testing::UnorderedElementsAre(first, second));
  const Arrival as_of = chat("first").back().arrival;
  ASSERT_TRUE(journal().mark_closed(first, as_of).has_value());
  EXPECT_THAT(open_chats(), testing::UnorderedElementsAre(second));
  under_test_->reopen();
  EXPECT_THAT(open_chats(), testing::UnorderedElementsAre(second));
  append({n1_.next_message("first")});
  EXPECT_THAT(open_chats(), testing::UnorderedElementsAre(first, second));
}

TEST_P(JournalContract, MarkClosedIsIgnoredWhenSomethingArrivedSince) {
  const Arrival as_of = append({n1_.next_message("first")});
  append({n1_.next_message("first")});
  ASSERT_TRUE(journal().mark_closed(sample_chat("shop", "first"), as_of).has_value());
  EXPECT_EQ(open_chats().size(), 1u);
  ASSERT_TRUE(journal().mark_closed(sample_chat("shop", "unknown"), as_of).has_value());
  EXPECT_EQ(open_chats().size(), 1u);
}

TEST_P(JournalContract, HoldingsAreExactAndSurviveReopening) {
  for (int i = 0; i < 3; ++i) append({n1_.next_message("first"), n2_.next_message("first")});
  n2_.next_message("never seen");
  append({n2_.next_message("first")});
  const auto holdings = journal().holdings().value();
  ASSERT_EQ(holdings.size(), 2u);
  EXPECT_EQ(holdings.at(n1_.name()).intervals().size(), 1u);
  EXPECT_EQ(holdings.at(n1_.name()).intervals()[0].after, n1_.h());
  EXPECT_EQ(holdings.at(n2_.name()).intervals().size(), 2u);
  maintain_to_the_end();
  under_test_->reopen();
  EXPECT_EQ(journal().holdings().value(), holdings);
  under_test_->crash();
  EXPECT_EQ(journal().holdings().value(), holdings);
}

TEST_P(JournalContract, MaintenanceEndsAndChangesNoAnswer) {
  for (int i = 0; i < 50; ++i)
    append({n1_.next_message("first"), n2_.next_message(i % 2 == 0 ? "even" : "odd")});
  const auto all = everything();
  maintain_to_the_end();
  EXPECT_EQ(everything().size(), all.size());
  EXPECT_EQ(chat("even").size(), 25u);
  EXPECT_EQ(origin_page(n2_, 1, 50).entries.size(), 50u);
  append({n2_.next_message("even")});
  EXPECT_EQ(chat("even").size(), 26u);
}

TEST_P(JournalContract, OneThatWasMadeFromNothingIsNotSeededUntilSomebodySaysSo) {
  EXPECT_FALSE(journal().is_seeded().value());
  append({n1_.next_message("first")});
  under_test_->reopen();
  EXPECT_FALSE(journal().is_seeded().value());
  ASSERT_TRUE(journal().mark_seeded().has_value());
  EXPECT_TRUE(journal().is_seeded().value());
  EXPECT_TRUE(under_test_->other_node().is_seeded().value());
  under_test_->crash();
  EXPECT_TRUE(journal().is_seeded().value());
  ASSERT_TRUE(journal().mark_seeded().has_value());
  EXPECT_TRUE(journal().is_seeded().value());
}

TEST_P(JournalContract, ChatsAreFoundByWhoOpenedThem) {
  const auto opened = make_content({.chat = "first", .kind = "open", .id = 1});
  const protocol::Author vera = opened->head.author;
  append({n1_.next(opened), n1_.next_message("second")});
  append({n2_.next(opened), n2_.next({.chat = "third", .kind = "open", .id = 3}),
          n2_.next({.site = "other", .chat = "first", .kind = "open", .id = 4})});
  for (int round = 0; round < 2; ++round) {
    auto found = journal().chats_of(protocol::SiteId("shop"), vera).value();
    std::ranges::sort(found);
    std::vector<ChatKey> expected{sample_chat("shop", "first"), sample_chat("shop", "third")};
    std::ranges::sort(expected);
    EXPECT_EQ(found, expected);
    EXPECT_TRUE(
        journal()
            .chats_of(protocol::SiteId("shop"), protocol::Author("v:1234567890123456789012"))
            ->empty());
    under_test_->reopen();
  }
}

TEST_P(JournalContract, ClosedChatsComeInPagesWithTheirNewestTime) {
  std::vector<ChatKey> expected;
  for (const char* name : {"a", "b", "c"}) {
    append({n1_.next_message(name), n1_.next_message(name)});
    expected.push_back(sample_chat("shop", name));
  }
  append({n1_.next_message("open")});
  for (const char* name : {"a", "b", "c"})
    ASSERT_TRUE(journal().mark_closed(sample_chat("shop", name), *journal().last_arrival()));
  std::ranges::sort(expected);

  const protocol::SiteId shop("shop");
  const auto first = journal().closed_chats(shop, protocol::ChatId(), 2).value();
  ASSERT_EQ(first.size(), 2u);
  const auto rest = journal().closed_chats(shop, first[1].key.chat, 2).value();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ((std::vector<ChatKey>{first[0].key, first[1].key, rest[0].key}), expected);
  for (const ClosedChat& closed : first) {
    const auto entries = journal().read_chat(closed.key).value();
    EXPECT_EQ(closed.newest, entries.back().entry.acceptance.hlc);
  }
  EXPECT_TRUE(journal().closed_chats(shop, rest[0].key.chat, 2)->empty());
  EXPECT_TRUE(journal().closed_chats(protocol::SiteId("other"), protocol::ChatId(), 9)->empty());
}

}  // namespace holdfast::journal
