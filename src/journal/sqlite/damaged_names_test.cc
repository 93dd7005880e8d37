// The tables of names and their indexes lost something: each knows what the other has, and no row
// is lost for a name.
#include "journal/sqlite/damaged_journal.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

struct DamagedNames : DamagedJournal {};

// Small, and each answer of theirs has consequences: with the marks gone, a row that went into
// quarantine would still have been claimed to be held.
TEST_F(DamagedNames, AnIndexThatLostMarksOrOriginsIsMadeAgainWithTheOpening) {
  for (const char* index : {"sqlite_autoindex_meta_1", "sqlite_autoindex_origins_1"}) {
    begin_anew();
    empty_leaves_of(index);
    auto [journal, report] = opened();
    EXPECT_EQ(report.salvaged_rows, kCount) << index;
    ASSERT_TRUE(Database::open(path, {})
                    ->exec("UPDATE entries SET kind = 'x' WHERE arrival = 31")
                    .has_value());
    ASSERT_TRUE(journal->scrub().has_value());
    EXPECT_GT(journal->damaged().size(), 0u);
    expect_honest_and_healable(*journal);
  }
}

// Each stands in an index, too, and the rows know which of the two is right.
TEST_F(DamagedNames, ANameWithAFlippedBitCostsNoRow) {
  begin_anew();
  const std::string origin = n1.name().value();
  const std::string chat = sample_chat("shop", "chat 1").chat.value();
  for (const std::string& name : {origin, chat}) {
    SCOPED_TRACE(name);
    for (const std::size_t nth : {0u, 1u}) {  // in the table, in the index
      begin_anew();
      std::string bytes = bytes_of(path);
      std::vector<std::size_t> places;
      for (std::size_t at = bytes.find(name); at != std::string::npos;
           at = bytes.find(name, at + 1)) {
        const char type = bytes[at / 4'096 * 4'096];
        if (places.size() < 2 && (type == '\x0a' || type == '\x0d')) places.push_back(at);
      }
      ASSERT_EQ(places.size(), 2u);
      bytes[places[nth] + name.size() - 1] ^= '\x01';
      write_bytes(path, bytes);
      write_bytes(suspect_note(path), "");
      auto [journal, report] = opened();
      EXPECT_EQ(report.salvaged_rows, kCount) << nth;
      expect_honest_and_healable(*journal);
    }
  }
}

// Nobody finds the chat, and whoever appends gives it a second number.
TEST_F(DamagedNames, AChatWithTwoNumbersIsOneAgain) {
  make_closed();
  empty_leaves_of("sqlite_autoindex_chats_1");
  {
    auto journal = opened().journal;
    const auto next = n1.next_message("chat 1");
    ASSERT_TRUE(journal->append(std::vector{next}, {}).has_value());
    written.emplace(identity_of(next), next);
    EXPECT_FALSE(journal->scrub().has_value());
  }
  auto [journal, report] = opened();
  EXPECT_EQ(report.salvaged_rows, kCount + 1);
  EXPECT_EQ(journal->read_chat(sample_chat("shop", "chat 1"))->size(), kCount / 5 + 1);
  expect_honest_and_healable(*journal);
}

// Not put away row by row, as if each of them were damaged: they would be gone from the file.
TEST_F(DamagedNames, RowsUnderADamagedNameAreNotPutAway) {
  make_closed();
  empty_leaves_of("chats");
  {
    auto journal = opened().journal;
    EXPECT_FALSE(journal->read_arrivals(Arrival(0), kAll).has_value());
    EXPECT_TRUE(fs::exists(suspect_note(path)));
  }
  auto [journal, report] = opened();
  EXPECT_EQ(report.salvaged_rows, kCount);
  expect_honest_and_healable(*journal);
}

TEST_F(DamagedNames, AnIndexThatLostSettingsIsMadeAgainWithTheOpening) {
  {
    auto journal = opened().journal;
    for (std::uint64_t id = 1; id <= 3; ++id) {
      const auto write = n1.next({.chat = "", .kind = "set", .id = id});
      ASSERT_TRUE(journal->append(std::vector{write}, {}).has_value());
    }
    ASSERT_TRUE(journal->append(std::vector{n1.next_message("chat 1")}, {}).has_value());
  }
  EXPECT_TRUE(opened().report.clean);
  empty_leaves_of("entries_settings");
  auto [journal, report] = opened();
  EXPECT_EQ(report.salvaged_rows, 4u);
  EXPECT_EQ(journal->read_settings()->size(), 3u);
}

// The rows are sound and so is every page; only nobody finds them by name.
TEST_F(DamagedNames, AnIndexThatLostItsChatsIsFoundByTheScrubAndMadeAgain) {
  make_closed();
  empty_leaves_of("sqlite_autoindex_chats_1");
  {
    auto journal = opened().journal;
    EXPECT_FALSE(journal->scrub().has_value());
    EXPECT_TRUE(fs::exists(suspect_note(path)));
  }
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.salvaged_rows, kCount);
  expect_honest_and_healable(*journal);
}

// The index still has every name: what is written under a number that it alone knows nobody could
// read, and what was written is not lost.
TEST_F(DamagedNames, NothingIsWrittenUnderANumberWithoutAName) {
  for (const char* table : {"origins", "chats"}) {
    begin_anew();
    empty_leaves_of(table);
    const auto next = n1.next_message("chat 1");
    bool acknowledged = false;
    {
      const auto [journal, report] = opened();
      acknowledged = journal->append(std::vector{next}, {}).has_value();
      EXPECT_EQ(acknowledged, !report.clean) << table;
      EXPECT_EQ(acknowledged, !fs::exists(suspect_note(path))) << table;
    }
    auto journal = opened().journal;
    written.emplace(identity_of(next), next);
    EXPECT_EQ(read_all(*journal).present.size(), kCount + (acknowledged ? 1 : 0)) << table;
    expect_honest_and_healable(*journal);
  }
}

// So many that the index has inner pages, whose keys stand on no leaf.
TEST_F(DamagedNames, NamesThatTheirTableLostAreReadFromTheIndex) {
  constexpr std::size_t kChats = 300;
  {
    auto journal = opened().journal;
    for (std::size_t i = 0; i < kChats; ++i) {
      const auto entry = n1.next_message("chat " + std::to_string(i));
      ASSERT_TRUE(journal->append(std::vector{entry}, {}).has_value());
      written.emplace(identity_of(entry), entry);
    }
  }
  EXPECT_GT(empty_leaves_of("chats"), 1u);
  write_bytes(suspect_note(path), "");
  const auto [journal, report] = opened();
  EXPECT_EQ(report.salvaged_rows, kChats);
  const Read read = read_all(*journal);
  EXPECT_EQ(read.present.size(), kChats);
  EXPECT_EQ(read.altered, 0u);
}

// Every page is a page; only the rows that an index names are not there, and SQLite calls that
// malformed as soon as somebody asks.
TEST_F(DamagedNames, ATableThatLostWhatItsIndexNamesIsMadeAgain) {
  make_closed();
  empty_leaves_of("meta");
  auto [journal, report] = opened();
  EXPECT_FALSE(fs::exists(suspect_note(path)));
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.salvaged_rows, kCount);
  expect_honest_and_healable(*journal);
}

}  // namespace
}  // namespace holdfast::journal
