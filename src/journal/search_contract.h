// What every implementation of Journal::search() must do: a part of the contract suite, for those
// that have an index. Include after journal_contract.h.
#pragma once

#include <fmt/core.h>

#include "journal/journal_contract.h"
#include "journal/sample_searches.h"

namespace holdfast::journal {

TEST_P(JournalContract, SearchFindsChatsInWhichEveryWordBegins) {
  append({n1_.next_message("first", "Where is my Größe 42 order?"),
          n1_.next_message("second", "the order came"),
          n1_.next_message("first", "It was lost in Málaga")});
  EXPECT_EQ(found_chats(journal(), "order"), named({"first", "second"}));
  EXPECT_EQ(found_chats(journal(), "ORD groß"), named({"first"}));
  // In different messages of one chat, without accents, by their beginnings.
  EXPECT_EQ(found_chats(journal(), "malaga wher"), named({"first"}));
  EXPECT_EQ(found_chats(journal(), "malaga came"), named({}));
  EXPECT_EQ(found_chats(journal(), "alaga"), named({}));
  EXPECT_EQ(found_chats(journal(), "nothing"), named({}));
}

TEST_P(JournalContract, SearchShowsEveryChatWhenNoWordIsGivenNewestFirst) {
  append(
      {n1_.next_message("a"), n1_.next_message("b"), n1_.next_message("c"), n1_.next_message("a")});
  EXPECT_EQ(found_chats(journal(), ""), named({"a", "c", "b"}));
  append({n1_.next_message("b")});
  EXPECT_EQ(found_chats(journal(), "!?"), named({"b", "a", "c"}));
}

TEST_P(JournalContract, SearchStaysInsideItsSite) {
  append({n1_.next({.site = "shop", .chat = "x", .text = "needle", .id = 1}),
          n1_.next({.site = "other", .chat = "y", .text = "needle", .id = 2}),
          n1_.next({.chat = "", .kind = "set", .text = "needle", .id = 3})});
  EXPECT_EQ(found_chats(journal(), "needle"), named({"x"}));
  EXPECT_EQ(found_chats(journal(), "needle", "other"), named({"y"}, "other"));
  EXPECT_EQ(found_chats(journal(), "needle", "nobody"), named({}));
}

TEST_P(JournalContract, SearchLooksAtWhatPeopleWroteAlone) {
  append({n1_.next({.chat = "a", .kind = "message", .text = "needle", .id = 1}),
          n1_.next({.chat = "b", .kind = "note", .text = "needle", .id = 2}),
          n1_.next({.chat = "c", .kind = "route", .text = "needle", .id = 3}),
          n1_.next({.chat = "d", .kind = "x.poll", .text = "needle", .id = 4})});
  EXPECT_EQ(found_chats(journal(), "needle"), named({"b", "a"}));
}

TEST_P(JournalContract, SearchComesInPagesThatTogetherAreAllOfIt) {
  std::vector<protocol::Entry> entries;
  for (int i = 0; i < 25; ++i)
    entries.push_back(
        n1_.next_message(fmt::format("chat {}", i), i % 5 == 0 ? "rare word" : "word"));
  append(entries);
  for (const char* const words : {"", "word", "rare word"}) {
    std::vector<SearchPlace> all;
    std::optional<SearchPlace> before;
    do {
      const ChatsFound page = find_chats(journal(), words, before, 4);
      EXPECT_LE(page.chats.size(), 4u);
      all.insert(all.end(), page.chats.begin(), page.chats.end());
      before = page.next;
    } while (before);
    EXPECT_EQ(all.size(), std::string_view(words).starts_with("rare") ? 5u : 25u) << words;
    EXPECT_TRUE(std::ranges::is_sorted(all, std::greater())) << words;
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << words;
  }
}

TEST_P(JournalContract, SearchKnowsWhatWasJustAppendedAndAfterReopening) {
  append({n1_.next_message("a", "one")});
  EXPECT_EQ(found_chats(journal(), "one"), named({"a"}));
  append({n1_.next_message("b", "one")});
  EXPECT_EQ(found_chats(journal(), "one"), named({"b", "a"}));
  maintain_to_the_end();
  under_test_->reopen();
  EXPECT_EQ(found_chats(journal(), "one"), named({"b", "a"}));
  append({n1_.next_message("c", "one")});
  EXPECT_EQ(found_chats(journal(), "one"), named({"c", "b", "a"}));
}

TEST_P(JournalContract, SearchFindsNothingThatWasErasedAndTheRestAllTheSame) {
  const auto secret = n1_.next_message("a", "my secret address");
  append({secret, n1_.next_message("a", "thank you"), n1_.next_message("b", "secret")});
  EXPECT_EQ(found_chats(journal(), "secret"), named({"b", "a"}));
  const protocol::Digest digest = secret.content->digest;
  ASSERT_TRUE(journal().erase(sample_chat("shop", "a"), std::span(&digest, 1)));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(found_chats(journal(), "secret"), named({"b"}));
    EXPECT_EQ(found_chats(journal(), "address"), named({}));
    EXPECT_EQ(found_chats(journal(), "thank"), named({"a"}));
    under_test_->reopen();
  }
}

TEST_P(JournalContract, SearchDoesNotStumbleOverErasedOrDoubledEvents) {
  const auto content = make_content({.chat = "a", .text = "twice", .id = 7});
  append({n1_.next(content)});
  append({n2_.next(content), n2_.next({.chat = "b", .text = "gone", .id = 8, .erased = true})});
  EXPECT_EQ(found_chats(journal(), "twice"), named({"a"}));
  EXPECT_EQ(found_chats(journal(), "gone"), named({}));
  EXPECT_EQ(found_chats(journal(), ""), named({"b", "a"}));
}

}  // namespace holdfast::journal
