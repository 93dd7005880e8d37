// Erased bodies are gone from everywhere, and their heads stay.
#pragma once

#include "journal/contract/journal_under_test.h"

namespace holdfast::journal {

TEST_P(JournalContract, ErasedBodiesAreGoneForGoodAndTheirHeadsStay) {
  const auto secret = n1_.next_message("first", "secret");
  const auto kept = n1_.next_message("first", "kept");
  append({secret, kept, n1_.next_message("second", "beside")});
  const auto held = held_of(n1_);
  const auto erased =
      journal().erase(sample_chat("shop", "first"), std::vector{secret.content->digest});
  ASSERT_TRUE(erased.has_value()) << erased.error().text();
  EXPECT_EQ(erased->bodies, 1u);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"(erased)", "kept"}));
    EXPECT_EQ(texts_of(chat("second")), (std::vector<std::string>{"beside"}));
    EXPECT_EQ(held_of(n1_), held);
    const protocol::Entry read = chat("first")[0].entry;
    EXPECT_EQ(read.content->digest, secret.content->digest);
    EXPECT_EQ(read.content->head_bytes, secret.content->head_bytes);
    EXPECT_EQ(read.acceptance, secret.acceptance);
    EXPECT_EQ(read.h, secret.h);
    EXPECT_TRUE(journal().damaged().empty());
    under_test_->crash();
  }
}

TEST_P(JournalContract, ErasingTakesTheBodyOfEveryEntryOfAnEvent) {
  const auto content = make_content({.text = "twice"});
  append({n1_.next(content)});
  append({n2_.next(content)});
  under_test_->reopen();
  append({SampleOrigin("n3").next(content)});
  ASSERT_TRUE(journal().erase(sample_chat("shop", "first"), std::vector{content->digest}));
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>(3, "(erased)")));
  const auto again = journal().erase(sample_chat("shop", "first"), std::vector{content->digest});
  EXPECT_EQ(again->bodies, 0u);
}

TEST_P(JournalContract, ErasingWhatIsNotHereChangesNothing) {
  const auto here = n1_.next_message("first", "here");
  append({here});
  const auto elsewhere = make_content({.chat = "second", .id = 77});
  EXPECT_EQ(journal().erase(sample_chat("shop", "none"), {})->bodies, 0u);
  EXPECT_EQ(journal().erase(sample_chat("shop", "first"), std::vector{elsewhere->digest})->bodies,
            0u);
  EXPECT_EQ(
      journal().erase(sample_chat("shop", "second"), std::vector{here.content->digest})->bodies,
      0u);
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>{"here"}));
}

TEST_P(JournalContract, ErasingReachesBranches) {
  const auto secret = n1_.next_message("first", "secret");
  append({secret});
  ASSERT_TRUE(journal().freeze_origin(n1_.name(), protocol::Seq(0)).has_value());
  ASSERT_TRUE(journal().erase(sample_chat("shop", "first"), std::vector{secret.content->digest}));
  under_test_->reopen();
  const auto branch = journal().read_branches().value();
  ASSERT_EQ(branch.size(), 1u);
  EXPECT_EQ(branch[0].content->body_bytes, std::nullopt);
  EXPECT_EQ(branch[0].content->digest, secret.content->digest);
}

TEST_P(JournalContract, AnErasedEventCanBeAppendedOnceMoreByItsHead) {
  const auto secret = n1_.next_message("first", "secret");
  append({secret});
  ASSERT_TRUE(journal().erase(sample_chat("shop", "first"), std::vector{secret.content->digest}));
  append({n2_.next(protocol::without_body(*secret.content))});
  EXPECT_EQ(texts_of(chat("first")), (std::vector<std::string>(2, "(erased)")));
}

TEST_P(JournalContract, AnErasureIsSeenThroughAnotherNode) {
  Journal& other = under_test_->other_node();
  const auto secret = n1_.next_message("first", "secret");
  append({secret});
  EXPECT_EQ(texts_of(other.read_chat(sample_chat("shop", "first")).value()),
            (std::vector<std::string>{"secret"}));
  ASSERT_TRUE(journal().erase(sample_chat("shop", "first"), std::vector{secret.content->digest}));
  EXPECT_EQ(texts_of(other.read_chat(sample_chat("shop", "first")).value()),
            (std::vector<std::string>{"(erased)"}));
}

TEST_P(JournalContract, EraseEventsAreReadInArrivalOrder) {
  append({n1_.next({.chat = "", .kind = "erase", .text = "one", .id = 1}),
          n1_.next_message("first"), n1_.next({.chat = "", .kind = "set", .id = 2})});
  append({n2_.next({.site = "other", .chat = "", .kind = "erase", .text = "two", .id = 3})});
  EXPECT_EQ(texts_of(journal().read_erasures().value()), (std::vector<std::string>{"one", "two"}));
  under_test_->reopen();
  EXPECT_EQ(texts_of(journal().read_erasures().value()), (std::vector<std::string>{"one", "two"}));
}

}  // namespace holdfast::journal
