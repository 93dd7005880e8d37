#include "journal/memory/memory_journal.h"

#include "journal/journal_contract.h"
#include "journal/search_contract.h"

namespace holdfast::journal {
namespace {

class MemoryUnderTest final : public JournalUnderTest {
 public:
  Journal& journal() override { return journal_; }
  Journal& other_node() override { return journal_; }
  void reopen() override { journal_.reopen(); }
  void crash() override { journal_.crash(); }
  void fail_next_append(ErrorCode code) override { journal_.fail_next_append(code); }
  void corrupt(Arrival arrival) override { EXPECT_TRUE(journal_.corrupt(arrival)); }

 private:
  MemoryJournal journal_;
};

INSTANTIATE_TEST_SUITE_P(Memory, JournalContract,
                         testing::Values(JournalMaker{
                             "memory", [] { return std::make_unique<MemoryUnderTest>(); }}),
                         name_of_maker);

constexpr std::size_t kAll = 1u << 30;

std::vector<std::string> texts(MemoryJournal& journal) {
  return texts_of(journal.read_arrivals(Arrival(0), kAll)->entries);
}
using Texts = std::vector<std::string>;

struct MemoryJournalTest : testing::Test {
  MemoryJournal journal;
  SampleOrigin n1{"n1"};
  void append(const std::string& text) {
    ASSERT_TRUE(journal.append(std::vector{n1.next_message("first", text)}, {}).has_value());
  }
  void write(const std::string& text) {
    ASSERT_TRUE(journal.write(std::vector{n1.next_message("first", text)}, {}).has_value());
  }
};

TEST_F(MemoryJournalTest, WhatIsWrittenIsVisibleOnlyOnceItIsSynced) {
  append("one");
  write("two");
  EXPECT_EQ(texts(journal), (Texts{"one"}));
  EXPECT_EQ(journal.holdings()->at(n1.name()).highest(), protocol::Seq(1));
  EXPECT_EQ(journal.unsynced_batches(), 1u);
  journal.sync();
  EXPECT_EQ(texts(journal), (Texts{"one", "two"}));
  EXPECT_EQ(journal.holdings()->at(n1.name()).highest(), protocol::Seq(2));
}

TEST_F(MemoryJournalTest, ACrashLosesTheUnsyncedTailFromSomewhereOn) {
  append("one");
  for (const char* text : {"two", "three", "four"}) write(text);
  journal.crash(2);
  EXPECT_EQ(texts(journal), (Texts{"one", "two", "three"}));
  const auto held = journal.holdings()->at(n1.name()).intervals();
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].last, protocol::Seq(3));
  SampleOrigin next("n1", 2);
  ASSERT_TRUE(journal.append(std::vector{next.next_message("first", "five")}, {}).has_value());
  journal.crash();
  EXPECT_EQ(texts(journal), (Texts{"one", "two", "three", "five"}));
}

TEST_F(MemoryJournalTest, AWrittenBatchIsJudgedAgainstThoseWrittenBeforeIt) {
  SampleOrigin fork = n1;
  const auto one = n1.next_message("first", "one");
  ASSERT_TRUE(journal.write(std::vector{one}, {}).has_value());
  EXPECT_EQ(journal.write(std::vector{one}, {}), Arrival(1));
  EXPECT_EQ(journal.write(std::vector{fork.next_message("first", "other")}, {}).error().code,
            ErrorCode::kConflict);
  write("two");
  journal.sync();
  EXPECT_EQ(texts(journal), (Texts{"one", "two"}));
}

TEST_F(MemoryJournalTest, AnAppendCarriesWhatWasWrittenBeforeIt) {
  write("one");
  append("two");
  EXPECT_EQ(texts(journal), (Texts{"one", "two"}));
  journal.crash();
  EXPECT_EQ(texts(journal), (Texts{"one", "two"}));
}

TEST_F(MemoryJournalTest, ARestoredBackupForgetsWhatCameAfterIt) {
  append("one");
  write("in flight");
  const auto backup = journal.clone();
  journal.sync();
  append("two");
  journal.restore(*backup);
  EXPECT_EQ(texts(journal), (Texts{"one"}));
  EXPECT_EQ(journal.holdings()->at(n1.name()).highest(), protocol::Seq(1));
  append("beyond a hole now");
  EXPECT_EQ(journal.holdings()->at(n1.name()).intervals().size(), 2u);
}

TEST_F(MemoryJournalTest, ACloneLivesItsOwnLife) {
  append("one");
  const auto clone = journal.clone();
  append("two");
  EXPECT_EQ(texts(*clone), (Texts{"one"}));
  SampleOrigin other("n2");
  ASSERT_TRUE(clone->append(std::vector{other.next_message("first", "elsewhere")}, {}).has_value());
  EXPECT_EQ(texts(journal), (Texts{"one", "two"}));
}

// A snapshot shares its rows with the journal.
TEST_F(MemoryJournalTest, ABackupKeepsWhatIsErasedAfterIt) {
  const auto secret = n1.next_message("first", "secret");
  ASSERT_TRUE(journal.append(std::vector{secret}, {}).has_value());
  const auto backup = journal.clone();
  const ChatKey key{secret.content->head.site, secret.content->head.chat};
  EXPECT_EQ(journal.erase(key, std::vector{secret.content->digest})->bodies, 1u);
  EXPECT_EQ(texts(*backup), (Texts{"secret"}));
  EXPECT_NE(texts(journal), texts(*backup));
}

TEST_F(MemoryJournalTest, EachRowThatCanBeReadIsLookedAt) {
  for (const char* text : {"one", "two", "three"}) append(text);
  ASSERT_TRUE(journal.corrupt(Arrival(2)));
  std::vector<protocol::Seq> seen;
  journal.each([&](const protocol::Entry& entry) { seen.push_back(entry.seq); });
  EXPECT_EQ(seen, (std::vector{protocol::Seq(1), protocol::Seq(3)}));
}

TEST_F(MemoryJournalTest, ACrashEndsAFailure) {
  journal.fail_next_append(ErrorCode::kIo);
  EXPECT_FALSE(journal.append(std::vector{n1.next_message("first")}, {}).has_value());
  EXPECT_FALSE(journal.acquire_lease("a", WallMs(1), WallMs(2)).has_value());
  journal.crash();
  EXPECT_TRUE(journal.acquire_lease("a", WallMs(1), WallMs(2)).has_value());
  EXPECT_TRUE(texts(journal).empty());
}

}  // namespace
}  // namespace holdfast::journal
