// Erased text is in no file of a journal any more: the files themselves are searched.
#include <gtest/gtest.h>

#include <filesystem>

#include "journal/sample_entries.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/temporary_directory.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

std::string nonce_of(const protocol::Entry& entry) {
  return entry.content->body_bytes->substr(10, 22);
}

class EraseTest : public testing::Test {
 protected:
  void open() {
    auto opened = SqliteJournal::open(path, {.now = WallMs(1'700'000'000'000)});
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    journal = std::move(opened->journal);
  }
  void append(const std::vector<protocol::Entry>& entries) {
    const auto done = journal->append(entries, std::nullopt);
    ASSERT_TRUE(done.has_value()) << done.error().text();
  }
  Erased erase(const protocol::Entry& entry) {
    const protocol::Head& head = entry.content->head;
    const auto erased = journal->erase({head.site, head.chat}, std::vector{entry.content->digest});
    EXPECT_TRUE(erased.has_value()) << erased.error().text();
    return erased.value_or(Erased{});
  }
  // The files beside the journal, itself included, in which the text stands.
  std::vector<std::string> holders_of(const std::string& text) const {
    std::vector<std::string> holders;
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) {
      if (bytes_of(file.path()).find(text) != std::string::npos)
        holders.push_back(file.path().filename().string());
    }
    return holders;
  }
  void expect_nowhere(const protocol::Entry& entry, const std::string& text) const {
    EXPECT_EQ(holders_of(text), std::vector<std::string>{});
    EXPECT_EQ(holders_of(nonce_of(entry)), std::vector<std::string>{});
  }

  TemporaryDirectory directory;
  const std::string path = directory.file("journal.db");
  SampleOrigin n1{"n1"};
  SampleOrigin n2{"n2"};
  std::unique_ptr<SqliteJournal> journal;
};

TEST_F(EraseTest, AnErasedTextIsInNoFileWhileTheJournalIsOpen) {
  open();
  const auto small = n1.next_message("first", "a small secret");
  const auto large = n1.next_message("first", "large " + std::string(9'000, 'x') + " secret");
  append({n1.next_message("first", "before"), small, large});
  append({n2.next_message("second", "after")});
  while (journal->maintain().value()) {
  }
  EXPECT_FALSE(holders_of("a small secret").empty());
  EXPECT_EQ(erase(small).bodies, 1u);
  EXPECT_EQ(erase(large).bodies, 1u);
  expect_nowhere(small, "a small secret");
  expect_nowhere(large, "xxxxxxxxxxxx");
  EXPECT_FALSE(holders_of("before").empty());
  EXPECT_FALSE(holders_of("after").empty());
}

TEST_F(EraseTest, AmongManyRowsOnlyTheErasedOnesGo) {
  open();
  std::vector<protocol::Entry> entries;
  for (int i = 0; i < 400; ++i) {
    entries.push_back(n1.next_message(i % 3 == 0 ? "first" : "second",
                                      fmt::format("text-{:04}-{}", i, std::string(i * 7, 'y'))));
  }
  append(entries);
  while (journal->maintain().value()) {
  }
  std::vector<protocol::Digest> going;
  for (int i = 0; i < 400; i += 3) going.push_back(entries[i].content->digest);
  const auto erased = journal->erase(sample_chat("shop", "first"), going);
  ASSERT_TRUE(erased.has_value());
  EXPECT_EQ(erased->bodies, going.size());
  std::string left;
  for (const auto& file : fs::directory_iterator(fs::path(path).parent_path()))
    left += bytes_of(file.path());
  for (int i = 0; i < 400; ++i) {
    EXPECT_EQ(left.find(fmt::format("text-{:04}-", i)) == std::string::npos, i % 3 == 0) << i;
    EXPECT_EQ(left.find(nonce_of(entries[i])) == std::string::npos, i % 3 == 0) << i;
  }
  ASSERT_TRUE(journal->scrub().has_value());
  EXPECT_TRUE(journal->damaged().empty());
}

TEST_F(EraseTest, WhatIsLeftOfADamagedRowIsNotKeptEither) {
  open();
  const auto secret = n1.next_message("first", "a secret in a bad row");
  const auto other = n1.next_message("second", "another chat's bad row");
  append({secret, other});
  {
    auto database = Database::open(path, {}).value();
    ASSERT_TRUE(database.exec("UPDATE entries SET kind = 'nonsense'").has_value());
  }
  ASSERT_TRUE(journal->read_arrivals(Arrival(0), 1u << 20).has_value());
  ASSERT_EQ(journal->damaged().size(), 2u);
  EXPECT_FALSE(holders_of("a secret in a bad row").empty());
  erase(secret);
  expect_nowhere(secret, "a secret in a bad row");
  EXPECT_FALSE(holders_of("another chat's bad row").empty());
  EXPECT_EQ(journal->damaged().size(), 2u);
}

TEST_F(EraseTest, ADamagedFileThatWasMovedAsideIsRemoved) {
  open();
  const auto secret = n1.next_message("first", "a secret in a damaged file");
  append({secret, n1.next_message("first", "kept")});
  journal.reset();
  std::string bytes = bytes_of(path);
  bytes.replace(0, 4'096, 4'096, '\xa5');
  write_bytes(path, bytes);
  open();
  EXPECT_EQ(holders_of("a secret in a damaged file").size(), 2u);
  const Erased erased = erase(secret);
  EXPECT_EQ(erased.files.size(), 1u);
  expect_nowhere(secret, "a secret in a damaged file");
  EXPECT_EQ(journal->read_chat(sample_chat("shop", "first"))->size(), 2u);
}

TEST_F(EraseTest, AReaderThatHoldsTheLogDelaysItsEndAndNoMore) {
  open();
  const auto secret = n1.next_message("first", "a secret in the log");
  append({secret});
  {
    auto reader = Database::open(path, {.busy_timeout_ms = 10}).value();
    auto snapshot = Transaction::begin(reader, Transaction::Kind::kRead).value();
    ASSERT_TRUE(reader.number("SELECT count(*) FROM entries").has_value());
    erase(secret);
    EXPECT_FALSE(holders_of("a secret in the log").empty());
  }
  while (journal->maintain().value()) {
  }
  expect_nowhere(secret, "a secret in the log");
}

}  // namespace
}  // namespace holdfast::journal
