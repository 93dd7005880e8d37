// What every Journal must do, as tests: src/journal/journal.h sentence by sentence. An
// implementation's test file includes this once and instantiates JournalContract with a maker of
// its own:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, JournalContract,
//                            testing::Values(JournalMaker{"memory", make_memory}), name_of_maker);
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "journal/journal.h"
#include "journal/sample_entries.h"

namespace holdfast::journal {

// A journal under test and what can befall it.
class JournalUnderTest {
 public:
  virtual ~JournalUnderTest() = default;
  virtual Journal& journal() = 0;
  // Another node's view of the same journal; the same object where one object serves all nodes.
  virtual Journal& other_node() = 0;
  // The process ends in good order, or power is lost; then the journal is opened again. References
  // from before are dead.
  virtual void reopen() = 0;
  virtual void crash() = 0;
  virtual void fail_next_append(ErrorCode code) = 0;
  // The bytes of this row go bad on the disk, and somebody reads them.
  virtual void corrupt(Arrival arrival) = 0;
};

struct JournalMaker {
  std::string name;
  std::function<std::unique_ptr<JournalUnderTest>()> make;
};
inline std::string name_of_maker(const testing::TestParamInfo<JournalMaker>& info) {
  return info.param.name;
}

class JournalContract : public testing::TestWithParam<JournalMaker> {
 protected:
  static constexpr std::size_t kAll = 1u << 30;

  Journal& journal() { return under_test_->journal(); }

  Arrival append(const std::vector<protocol::Entry>& batch) {
    auto last = journal().append(batch, std::nullopt);
    EXPECT_TRUE(last.has_value()) << last.error().text();
    return last.value_or(Arrival(0));
  }
  ErrorCode append_error(const std::vector<protocol::Entry>& batch,
                         const std::optional<LeaseClaim>& lease = {}) {
    const auto last = journal().append(batch, lease);
    EXPECT_FALSE(last.has_value());
    return last ? ErrorCode::kUnavailable : last.error().code;
  }
  std::vector<StoredEntry> chat(const std::string& name, const std::string& site = "shop") {
    return journal().read_chat(sample_chat(site, name)).value();
  }
  std::vector<StoredEntry> everything() {
    return journal().read_arrivals(Arrival(0), kAll).value().entries;
  }
  std::vector<ChatKey> open_chats() {
    auto open = journal().open_chats().value();
    std::ranges::sort(open);
    return open;
  }
  Page origin_page(const SampleOrigin& origin, std::uint64_t first, std::uint64_t last,
                   std::size_t bytes_max = kAll, bool live_only = false) {
    return journal()
        .read_origin(
            {origin.name(), protocol::Seq(first), protocol::Seq(last), live_only, bytes_max})
        .value();
  }
  std::vector<protocol::Interval> held_of(const SampleOrigin& origin) {
    const auto holdings = journal().holdings().value();
    const auto it = holdings.find(origin.name());
    return it == holdings.end() ? std::vector<protocol::Interval>{} : it->second.intervals();
  }
  void maintain_to_the_end() {
    for (int pieces = 0; journal().maintain().value(); ++pieces) ASSERT_LT(pieces, 100'000);
  }

  std::unique_ptr<JournalUnderTest> under_test_ = GetParam().make();
  SampleOrigin n1_{"n1"};
  SampleOrigin n2_{"n2"};
};

inline std::vector<std::uint64_t> seqs_of(const std::vector<StoredEntry>& entries) {
  std::vector<std::uint64_t> seqs;
  for (const StoredEntry& stored : entries) seqs.push_back(stored.entry.seq.value());
  return seqs;
}
inline std::vector<std::string> texts_of(const std::vector<StoredEntry>& entries) {
  std::vector<std::string> texts;
  for (const StoredEntry& stored : entries) {
    const std::string body = stored.entry.content->body_bytes.value_or("(erased)");
    const auto at = body.find("\"text\":\"");
    texts.push_back(at == std::string::npos ? body : body.substr(at + 8, body.size() - at - 10));
  }
  return texts;
}
inline void expect_same(const protocol::Entry& read, const protocol::Entry& written) {
  EXPECT_EQ(read.origin, written.origin);
  EXPECT_EQ(read.seq, written.seq);
  EXPECT_EQ(read.h, written.h);
  EXPECT_EQ(read.before, written.before);
  EXPECT_EQ(read.acceptance, written.acceptance);
  EXPECT_EQ(read.content->digest, written.content->digest);
  EXPECT_EQ(read.content->head_bytes, written.content->head_bytes);
  EXPECT_EQ(read.content->body_bytes, written.content->body_bytes);
  EXPECT_EQ(read.content->head.chat, written.content->head.chat);
  EXPECT_EQ(read.content->head.kind, written.content->head.kind);
}

// ---- append ----

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

// ---- durability and failure ----

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

// ---- reads ----

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

// ---- lease ----

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

// ---- rollback ----

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

// ---- settings ----

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

// ---- erasure ----

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

// ---- damage ----

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

// ---- several nodes, several threads ----

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

TEST_P(JournalContract, TheLeaseIsOneForAllNodes) {
  Journal& other = under_test_->other_node();
  const Lease mine = journal().acquire_lease("a", WallMs(1'000), WallMs(2'000)).value();
  EXPECT_EQ(other.acquire_lease("b", WallMs(1'500), WallMs(3'000))->holder, "a");
  const Lease theirs = other.acquire_lease("b", WallMs(2'500), WallMs(3'000)).value();
  EXPECT_EQ(theirs.holder, "b");
  EXPECT_EQ(append_error({n1_.next_message("first")}, LeaseClaim{"a", mine.term}),
            ErrorCode::kFenced);
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
