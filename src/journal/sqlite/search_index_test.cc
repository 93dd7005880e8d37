// The index of words as a file: made again at will, never in the way, and without traces of what
// was erased.
#include "journal/sqlite/search_index.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "journal/sample_searches.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/temporary_directory.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

class SearchFile : public ::testing::Test {
 protected:
  void open() {
    journal.reset();
    auto opened = SqliteJournal::open(path, {WallMs{1}});
    ASSERT_TRUE(opened) << opened.error().text();
    journal = std::move(opened->journal);
  }
  void append(const std::vector<protocol::Entry>& entries) {
    ASSERT_TRUE(journal->append(entries, std::nullopt));
  }
  // In any file of the folder.
  bool stands_on_disk(std::string_view word) const {
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) {
      if (bytes_of(file.path()).find(word) != std::string::npos) return true;
    }
    return false;
  }

  TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  std::unique_ptr<SqliteJournal> journal;
  SampleOrigin n1{"n1"};
};

TEST_F(SearchFile, ThatIsGoneIsMadeAgain) {
  open();
  append({n1.next_message("a", "needle")});
  EXPECT_EQ(found_chats(*journal, "needle"), named({"a"}));
  journal.reset();
  ASSERT_TRUE(fs::remove(search_file(path)));
  open();
  EXPECT_EQ(found_chats(*journal, "needle"), named({"a"}));
}

TEST_F(SearchFile, ThatIsGarbageIsReplaced) {
  open();
  append({n1.next_message("a", "needle")});
  journal.reset();
  write_bytes(search_file(path), std::string(10'000, 'x'));
  open();
  EXPECT_EQ(found_chats(*journal, "needle"), named({"a"}));
}

// Neither hides chats for good nor keeps a text from being erased.
TEST_F(SearchFile, ThatIsDamagedAnywhereIsMadeAgain) {
  open();
  std::vector<protocol::Entry> entries;
  for (int i = 0; i < 300; ++i)
    entries.push_back(n1.next_message(std::to_string(i), fmt::format("needle number {:03}", i)));
  append(entries);
  while (journal->maintain().value()) {
  }
  EXPECT_EQ(found_chats(*journal, "needle 007"), named({"7"}));
  journal.reset();
  const std::string whole = bytes_of(search_file(path)), whole_journal = bytes_of(path);
  const auto expect_mended = [&](const std::string& damaged, const std::string& what) {
    SCOPED_TRACE(what);
    folder.clear();
    write_bytes(path, whole_journal);
    write_bytes(search_file(path), damaged);
    open();
    EXPECT_EQ(found_chats(*journal, "needle 007"), named({"7"}));
    append({SampleOrigin("n2").next_message("x", "another needle")});
    EXPECT_EQ(found_chats(*journal, "another"), named({"x"}));
    EXPECT_TRUE(journal->erase(sample_chat("shop", "7"), std::vector{entries[7].content->digest}));
    EXPECT_EQ(found_chats(*journal, "needle 007"), named({}));
    EXPECT_EQ(find_chats(*journal, "needle", {}, 1'000).chats.size(), 300u);
    journal.reset();
  };
  for (std::size_t at = 0; at < 100; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    expect_mended(damaged, fmt::format("byte {}", at));
  }
  ASSERT_GT(whole.size(), 5 * 4'096u);
  for (std::size_t page = 0; page < whole.size(); page += 4'096) {
    std::string damaged = whole;
    damaged.replace(page, 4'096, 4'096, '\0');
    expect_mended(damaged, fmt::format("page {}", page / 4'096 + 1));
  }
}

TEST_F(SearchFile, OfAnotherStateOfTheJournalIsMadeAgain) {
  open();
  append({n1.next_message("a", "before")});
  ASSERT_TRUE(journal->close());
  const std::string backup = path + ".backup";
  fs::copy_file(path, backup);
  open();
  append({n1.next_message("a", "lost"), n1.next_message("b", "lost")});
  EXPECT_EQ(found_chats(*journal, "lost"), named({"b", "a"}));
  ASSERT_TRUE(journal->close());
  journal.reset();
  fs::remove(path);
  fs::copy_file(backup, path);
  open();
  SampleOrigin other("n2");
  append({other.next_message("c", "other")});
  EXPECT_EQ(found_chats(*journal, "lost"), named({}));
  EXPECT_EQ(found_chats(*journal, "before"), named({"a"}));
  EXPECT_EQ(found_chats(*journal, "other"), named({"c"}));
}

TEST_F(SearchFile, OfALongHistoryIsMadeInPiecesAndSearchSaysSoMeanwhile) {
  open();
  std::vector<protocol::Entry> entries;
  for (int i = 0; i < 7'000; ++i)
    entries.push_back(n1.next_message(std::to_string(i % 50), "word"));
  append(entries);
  const auto early = journal->search({protocol::SiteId("shop"), {"word"}, {}, 20});
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::kUnavailable);
  while (journal->maintain().value()) {
  }
  EXPECT_EQ(found_chats(*journal, "word").size(), 20u);
}

// More chats than one call walks through have both words, and few chats have both.
TEST_F(SearchFile, CommonWordsAreWalkedThroughInBoundedStepsToTheEnd) {
  open();
  std::vector<protocol::Entry> entries;
  for (int i = 0; i < 2'500; ++i) {
    const std::string chat = std::to_string(i);
    entries.push_back(n1.next_message(chat, i % 1'000 == 7 ? "red blue" : "red"));
    entries.push_back(n1.next_message(chat + " too", "blue"));
  }
  append(entries);
  while (journal->maintain().value()) {
  }
  std::size_t found = 0, calls = 0;
  std::optional<SearchPlace> before;
  do {
    const ChatsFound page = find_chats(*journal, "red blue", before);
    found += page.chats.size();
    before = page.next;
    ASSERT_LT(++calls, 10u);
  } while (before);
  EXPECT_EQ(found, 3u);
  EXPECT_GT(calls, 1u);
}

TEST_F(SearchFile, KeepsNoWordOfWhatWasErased) {
  open();
  std::vector<protocol::Entry> entries;
  std::vector<protocol::Digest> secrets;
  // Enough for pages that were split and filled again.
  for (int i = 0; i < 1'500; ++i) {
    const bool secret = i % 10 == 3;
    entries.push_back(
        n1.next_message(secret ? "victim" : std::to_string(i % 40),
                        fmt::format("{} number {}", secret ? "xylophone" : "piano", i)));
    if (secret) secrets.push_back(entries.back().content->digest);
  }
  append(entries);
  while (journal->maintain().value()) {
  }
  EXPECT_EQ(found_chats(*journal, "xylophone"), named({"victim"}));
  EXPECT_TRUE(stands_on_disk("xylophone"));
  ASSERT_TRUE(journal->erase(sample_chat("shop", "victim"), secrets));
  EXPECT_FALSE(stands_on_disk("xylophone"));
  EXPECT_EQ(found_chats(*journal, "xylophone"), named({}));
  EXPECT_EQ(found_chats(*journal, "piano").size(), 20u);
  EXPECT_FALSE(stands_on_disk("xylophone"));
}

}  // namespace
}  // namespace holdfast::journal
