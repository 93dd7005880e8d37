// A journal whose file was damaged while nobody had it open: says what and where, keeps what is
// sound, never silently starts empty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/random.h"
#include "journal/sample_entries.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/suspect.h"
#include "journal/sqlite/temporary_directory.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kAll = 1u << 30;
constexpr std::uint64_t kCount = 120;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

using Identity = std::pair<protocol::Origin, protocol::Seq>;
Identity identity_of(const protocol::Entry& entry) {
  return {entry.origin, entry.seq};
}

struct DamageTest : testing::Test {
  TemporaryDirectory directory;
  std::string path = directory.file("journal.db");
  std::map<Identity, protocol::Entry> written;
  SampleOrigin n1{"n1"}, n2{"n2"};

  Result<SqliteJournal::Opened> open() {
    return SqliteJournal::open(path, {.now = WallMs(1'700'000'000'000)});
  }
  SqliteJournal::Opened opened() {
    auto result = open();
    CHECK(result.has_value(), "{}", result.error().text());
    return *std::move(result);
  }

  // Own and carried entries, second entries of a content, an erased body, bodies that overflow a
  // page.
  void fill(Journal& journal) {
    for (std::uint64_t i = 0; i < kCount / 2; ++i) {
      const std::string chat = "chat " + std::to_string(i % 5);
      const auto content = make_content({.chat = chat,
                                         .text = std::string(i % 20 == 7 ? 9'000 : 40, 'x'),
                                         .id = i + 1,
                                         .erased = i % 13 == 5});
      const auto mine = n1.next(content);
      const auto theirs = i % 3 == 0 ? n2.carry(content, mine.acceptance)
                                     : n2.next({.chat = chat, .id = 10'000 + i});
      EXPECT_TRUE(journal.append(std::vector{mine, theirs}, {}).has_value());
      written.emplace(identity_of(mine), mine);
      written.emplace(identity_of(theirs), theirs);
    }
    EXPECT_TRUE(journal.acquire_lease("n1", WallMs(1'000), WallMs(2'000)).has_value());
  }
  void make_closed() { fill(*opened().journal); }
  void begin_anew() {
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(file);
    written.clear();
    n1 = SampleOrigin("n1"), n2 = SampleOrigin("n2");
    make_closed();
  }
  // As a killed process leaves it: nothing of the WAL in the file but what was carried over when
  // `carried`.
  void make_killed(bool carried) {
    TemporaryDirectory elsewhere;
    const std::string image = std::exchange(path, elsewhere.file("journal.db"));
    {
      auto journal = opened().journal;
      fill(*journal);
      if (carried) {
        ASSERT_TRUE(Database::open(path, {})->number("PRAGMA wal_checkpoint(PASSIVE)").has_value());
      }
      for (const char* suffix : {"", "-wal"}) fs::copy_file(path + suffix, image + suffix);
    }
    path = image;
  }

  // Each of them still a page in order, but without rows; how many there were.
  std::size_t empty_leaves_of(std::string_view table_or_index) {
    std::vector<std::size_t> leaves;
    {
      auto database = Database::open(path, {});
      const auto pages = database->prepare(fmt::format(
          "SELECT pageno FROM dbstat WHERE name = '{}' AND pagetype = 'leaf'", table_or_index));
      Query query(*pages);
      while (*query.step()) leaves.push_back(static_cast<std::size_t>(query.number(0)));
    }
    std::string bytes = bytes_of(path);
    const std::string no_cells("\0\0\0\0\x10\0\0", 7);  // behind the page's type
    for (const std::size_t leaf : leaves)
      bytes.replace((leaf - 1) * 4'096 + 1, no_cells.size(), no_cells);
    write_bytes(path, bytes);
    return leaves.size();
  }

  void spoil_open_chats() {
    const auto page = Database::open(path, {})->number(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'open_chats'");
    std::string bytes = bytes_of(path);
    bytes[static_cast<std::size_t>(**page - 1) * 4'096] = '\x7f';
    write_bytes(path, bytes);
  }

  // The page that leads to the leaves of `entries` loses what leads to that one.
  void forget_leaf_of_entries(std::size_t leaf) {
    const auto root = Database::open(path, {})->number(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'entries'");
    std::string bytes = bytes_of(path);
    const std::size_t page = static_cast<std::size_t>(**root - 1) * 4'096;
    ASSERT_EQ(bytes[page], '\x05') << "the rows have more than one page";
    const auto cells = static_cast<std::size_t>(static_cast<unsigned char>(bytes[page + 4]));
    ASSERT_GT(cells, leaf + 1);
    bytes.erase(page + 12 + 2 * leaf, 2);
    bytes.insert(page + 12 + 2 * (cells - 1), 2, '\0');
    bytes[page + 4] = static_cast<char>(cells - 1);
    write_bytes(path, bytes);
  }

  struct Read {
    std::set<Identity> present;
    std::uint64_t altered = 0;
  };
  Read read_all(Journal& journal) {
    Read read;
    const Page page = journal.read_arrivals(Arrival(0), kAll).value();
    for (const auto& stored : page.entries) {
      const auto original = written.find(identity_of(stored.entry));
      const bool same = original != written.end() && original->second.h == stored.entry.h &&
                        original->second.before == stored.entry.before &&
                        original->second.acceptance == stored.entry.acceptance &&
                        original->second.content->digest == stored.entry.content->digest &&
                        original->second.content->body_bytes == stored.entry.content->body_bytes;
      read.altered += same ? 0 : 1;
      read.present.insert(identity_of(stored.entry));
    }
    return read;
  }
  std::set<Identity> held(Journal& journal) {
    std::set<Identity> all;
    const protocol::Holdings holdings = journal.holdings().value();
    for (const auto& [origin, set] : holdings) {
      for (const auto& run : set.intervals()) {
        for (std::uint64_t seq = run.first.value(); seq <= run.last.value(); ++seq)
          all.emplace(origin, seq);
      }
    }
    return all;
  }
  std::set<Identity> by_chat(Journal& journal) {
    std::set<Identity> all;
    for (int i = 0; i < 5; ++i) {
      const auto entries =
          journal.read_chat(sample_chat("shop", "chat " + std::to_string(i))).value();
      for (const auto& stored : entries) all.insert(identity_of(stored.entry));
    }
    return all;
  }
  // What is claimed to be held is there, is what was written, and stands in its chat; what is not
  // can be had again from a peer.
  void expect_honest_and_healable(SqliteJournal& journal) {
    const Read read = read_all(journal);
    EXPECT_EQ(read.altered, 0u);
    EXPECT_EQ(held(journal), read.present);
    EXPECT_EQ(by_chat(journal), read.present);
    std::vector<protocol::Entry> all;
    for (const auto& [identity, entry] : written) all.push_back(entry);
    EXPECT_TRUE(journal.append(all, {}).has_value());
    EXPECT_EQ(read_all(journal).present.size(), written.size());
    EXPECT_EQ(held(journal).size(), written.size());
    EXPECT_EQ(by_chat(journal).size(), written.size());
    EXPECT_TRUE(journal.damaged().empty());
  }
  void expect_the_scrub_stumbles_and_all_is_salvaged() {
    {
      auto journal = opened().journal;
      EXPECT_FALSE(journal->scrub().has_value());
      EXPECT_TRUE(fs::exists(suspect_note(path)));
    }
    auto [journal, report] = opened();
    EXPECT_EQ(report.salvaged_rows, kCount);
    expect_honest_and_healable(*journal);
  }
};

TEST_F(DamageTest, AnOrderlyStopIsClean) {
  make_closed();
  EXPECT_EQ(fs::exists(path + "-wal"), false);
  auto [journal, report] = opened();
  EXPECT_TRUE(report.clean) << report.message;
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
}

TEST_F(DamageTest, AKilledProcessLeavesNothingToMend) {
  for (const bool carried : {false, true}) {
    make_killed(carried);
    auto [journal, report] = opened();
    EXPECT_TRUE(report.clean) << report.message;
    EXPECT_EQ(read_all(*journal).present.size(), kCount);
    journal.reset();
    for (const auto& file : {path, path + ".lock"}) fs::remove(file);
    written.clear();
    n1 = SampleOrigin("n1"), n2 = SampleOrigin("n2");
  }
}

TEST_F(DamageTest, AFileThatIsNoDatabaseIsMovedAsideAndSaidSo) {
  write_bytes(path, std::string(10'000, '#'));
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.moved_to, path + ".damaged-20231114T221320Z");
  EXPECT_EQ(bytes_of(report.moved_to), std::string(10'000, '#'));
  EXPECT_THAT(report.message, testing::HasSubstr(report.moved_to));
  EXPECT_THAT(report.message, testing::HasSubstr("not a database"));
  EXPECT_TRUE(journal->append(std::vector{n1.next_message("first")}, {}).has_value());
}

TEST_F(DamageTest, AnotherProgramsDatabaseIsLeftAlone) {
  {
    auto database = Database::open(path, {.vfs = {}, .create = true}).value();
    ASSERT_TRUE(database.exec("CREATE TABLE accounts (id INTEGER)").has_value());
  }
  const std::string before = bytes_of(path);
  const auto result = open();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(bytes_of(path), before);
}

TEST_F(DamageTest, AJournalOfALaterFormatIsLeftAlone) {
  make_closed();
  ASSERT_TRUE(Database::open(path, {})->exec("PRAGMA user_version = 2").has_value());
  const auto result = open();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(result.error().why, testing::HasSubstr("later version"));
}

TEST_F(DamageTest, AnEmptyFileIsNeverTakenForANewJournal) {
  write_bytes(path, "");
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_FALSE(report.moved_to.empty());
  EXPECT_THAT(report.message, testing::HasSubstr("empty"));
}

TEST_F(DamageTest, AnEmptyOrMissingFileIsMadeAgainFromItsWal) {
  make_killed(false);
  const std::string wal = bytes_of(path + "-wal");
  for (const bool missing : {false, true}) {
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(file);
    write_bytes(path + "-wal", wal);
    if (!missing) write_bytes(path, "");
    auto [journal, report] = opened();
    EXPECT_FALSE(report.clean);
    EXPECT_EQ(report.salvaged_rows, kCount);
    EXPECT_EQ(report.damaged_rows, 0u);
    EXPECT_EQ(read_all(*journal).present.size(), kCount);
    EXPECT_EQ(bytes_of(report.moved_to + "-wal"), wal);
    EXPECT_EQ(journal->acquire_lease("n1", WallMs(3'000), WallMs(4'000))->term, protocol::Term(1))
        << "the lease was saved, too";
    expect_honest_and_healable(*journal);
  }
}

TEST_F(DamageTest, ATruncatedFileKeepsWhatIsSound) {
  make_closed();
  const std::string whole = bytes_of(path);
  for (const double part : {0.9, 0.7, 0.2, 0.01}) {
    const std::size_t size = static_cast<std::size_t>(static_cast<double>(whole.size()) * part);
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(file);
    write_bytes(path, whole.substr(0, size));
    auto [journal, report] = opened();
    EXPECT_FALSE(report.clean);
    EXPECT_EQ(bytes_of(report.moved_to), whole.substr(0, size));
    EXPECT_EQ(read_all(*journal).present.size(), report.salvaged_rows);
    EXPECT_LT(report.salvaged_rows, kCount);
    EXPECT_TRUE(part < 0.7 || report.salvaged_rows > 0);
    expect_honest_and_healable(*journal);
  }
}

TEST_F(DamageTest, AnOverwrittenBeginningKeepsEveryRow) {
  make_closed();
  std::string bytes = bytes_of(path);
  bytes.replace(0, 4'096, 4'096, '\xa5');
  write_bytes(path, bytes);
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.salvaged_rows, kCount);
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
  expect_honest_and_healable(*journal);
}

TEST_F(DamageTest, LeaseTermsGoOnRisingWhenTheLeaseIsLost) {
  make_closed();
  {
    auto database = Database::open(path, {}).value();
    ASSERT_TRUE(database.exec("DELETE FROM lease").has_value());
  }
  std::string bytes = bytes_of(path);
  bytes.replace(0, 100, 100, '\0');
  write_bytes(path, bytes);
  auto [journal, report] = opened();
  EXPECT_GT(journal->acquire_lease("n2", WallMs(3'000), WallMs(4'000))->term, protocol::Term(1));
}

// One byte, anywhere: afterwards everything is either as it was written or not claimed, and
// whatever is missing was said.
TEST_F(DamageTest, AFlippedByteIsNeverTakenForWhatWasWrittenAndNeverSilent) {
  make_closed();
  const std::string whole = bytes_of(path);
  SeededRandom random(20'231'114);
  for (int round = 0; round < 100; ++round) {
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(file);
    std::string bytes = whole;
    const std::size_t at = random.below(bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random.below(255)));
    write_bytes(path, bytes);
    SCOPED_TRACE(fmt::format("byte {} of {}", at, bytes.size()));
    auto result = open();
    ASSERT_TRUE(result.has_value()) << result.error().text();
    auto journal = std::move(result->journal);
    OpenReport report = result->report;
    if (auto scrubbed = journal->scrub(); !scrubbed) {
      // SQLite itself stumbled: the next opening looks at the whole file.
      EXPECT_TRUE(fs::exists(suspect_note(path)));
      journal.reset();
      auto again = opened();
      journal = std::move(again.journal);
      report = again.report;
      EXPECT_FALSE(report.clean);
      ASSERT_TRUE(journal->scrub().has_value());
    }
    EXPECT_TRUE(read_all(*journal).present.size() == kCount || !report.clean ||
                !journal->damaged().empty());
    EXPECT_GT(read_all(*journal).present.size(), kCount / 2);
    expect_honest_and_healable(*journal);
    if (HasFailure()) return;
  }
}

TEST_F(DamageTest, AFlippedByteInTheWalLosesNoMoreThanItsRow) {
  make_killed(false);
  const std::string file = bytes_of(path);
  const std::string wal = bytes_of(path + "-wal");
  SeededRandom random(7);
  for (int round = 0; round < 40; ++round) {
    for (const auto& old : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(old);
    std::string bytes = wal;
    const std::size_t at = round == 0 ? 25 : random.below(bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random.below(255)));
    write_bytes(path, file);
    write_bytes(path + "-wal", bytes);
    SCOPED_TRACE(fmt::format("byte {} of {}", at, bytes.size()));
    auto [journal, report] = opened();
    const std::size_t present = read_all(*journal).present.size();
    EXPECT_FALSE(report.clean && present < kCount);
    EXPECT_GE(present, kCount - 10);
    expect_honest_and_healable(*journal);
    if (HasFailure()) return;
  }
}

// The number of a page is a frame's own claim: believing it meant to count to a billion, three
// times.
TEST_F(DamageTest, AFrameThatClaimsAFarPageDoesNotKeepSalvageBusy) {
  make_killed(false);
  write_bytes(path, "");
  std::string wal = bytes_of(path + "-wal");
  const std::size_t last = 32 + ((wal.size() - 32) / 4'120 - 1) * 4'120;
  wal.replace(last, 4, "\x3f\xff\xff\xff");
  write_bytes(path + "-wal", wal);
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_GE(report.salvaged_rows, kCount - 10);
  expect_honest_and_healable(*journal);
}

TEST_F(DamageTest, AnInterruptedSalvageIsCompleted) {
  make_closed();
  fs::copy_file(path, path + ".salvaged");
  write_bytes(path, "damaged");
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(bytes_of(report.moved_to), "damaged");
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
  EXPECT_FALSE(fs::exists(path + ".salvaged"));
}

TEST_F(DamageTest, ADamagedFileThatIsOpenElsewhereIsNotTouched) {
  make_closed();
  auto elsewhere = opened().journal;
  std::string bytes = bytes_of(path);
  bytes.replace(0, 100, 100, '#');
  write_bytes(path, bytes);
  const auto result = open();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(DamageTest, ASuspectFileIsLookedAtWholeAndTheNoteGoes) {
  make_closed();
  mark_suspect(path, "something was odd");
  EXPECT_TRUE(opened().report.clean);
  EXPECT_FALSE(fs::exists(suspect_note(path)));
}

TEST_F(DamageTest, DamageAmongTheNewestRowsIsFoundAtTheStart) {
  make_killed(true);
  {
    auto database = Database::open(path, {}).value();
    ASSERT_TRUE(database
                    .exec("UPDATE entries SET hlc = '0000000000000000' WHERE arrival = (SELECT "
                          "max(arrival) FROM entries)")
                    .has_value());
  }
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.damaged_rows, 1u);
  EXPECT_EQ(journal->damaged().size(), 1u);
  expect_honest_and_healable(*journal);
}

TEST_F(DamageTest, ContentThatIsLostTakesItsSecondEntriesWithIt) {
  make_closed();
  {
    auto database = Database::open(path, {}).value();
    ASSERT_TRUE(database
                    .exec("UPDATE entries SET head = 'x' || head WHERE arrival IN (SELECT content "
                          "FROM entries)")
                    .has_value());
  }
  auto journal = opened().journal;
  ASSERT_TRUE(journal->scrub().has_value());
  EXPECT_EQ(journal->damaged().size(), 40u);
  expect_honest_and_healable(*journal);
}

TEST_F(DamageTest, ARowThatCallsItselfAnotherIsNotTakenForIt) {
  make_closed();
  {
    auto database = Database::open(path, {}).value();
    // Whatever damaged it took the projections' word for it, too.
    ASSERT_TRUE(database.exec("UPDATE entries SET seq = 1 WHERE arrival = 50").has_value());
    ASSERT_TRUE(database.exec("DELETE FROM by_origin WHERE arrival = 50").has_value());
  }
  auto journal = opened().journal;
  ASSERT_TRUE(journal->scrub().has_value());
  ASSERT_EQ(journal->damaged().size(), 1u);
  EXPECT_EQ(journal->damaged()[0].origin, protocol::Origin());
  EXPECT_EQ(journal->damaged()[0].seq, protocol::Seq(0));
  EXPECT_EQ(held(*journal).size(), kCount - 1);
}

TEST_F(DamageTest, ProjectionsThatDisagreeAreMadeAgain) {
  make_closed();
  for (const char* damage :
       {"DELETE FROM by_chat WHERE arrival % 7 = 0", "DELETE FROM by_origin WHERE seq % 5 = 0",
        "DELETE FROM intervals", "UPDATE intervals SET after = zeroblob(32)",
        "UPDATE intervals SET last = last - 1"}) {
    ASSERT_TRUE(Database::open(path, {})->exec(damage).has_value());
    auto [journal, report] = opened();
    ASSERT_TRUE(journal->scrub().has_value());
    EXPECT_EQ(held(*journal).size(), kCount) << damage;
    EXPECT_EQ(by_chat(*journal).size(), kCount) << damage;
    EXPECT_TRUE(journal->damaged().empty()) << damage;
  }
}

// One flipped bit, and what stands in one chat would be shown in another, or sent to the peer for
// an entry that it is not: nothing is shown before each row was asked what it is.
TEST_F(DamageTest, ProjectionsThatLeadToOtherRowsShowNobodyElsesWords) {
  for (const char* damage :
       {"UPDATE by_chat SET chat = 2 WHERE chat = 1 AND arrival = 11",
        "UPDATE by_chat SET arrival = 14 WHERE chat = 1 AND arrival = 11",
        "UPDATE by_origin SET arrival = arrival + 1 WHERE seq = 9",
        "UPDATE by_origin SET arrival = arrival + 2 WHERE origin = 1 AND seq = 9"}) {
    SCOPED_TRACE(damage);
    for (const bool scrubbed : {false, true}) {
      begin_anew();
      ASSERT_TRUE(Database::open(path, {})->exec(damage).has_value());
      auto journal = opened().journal;
      if (scrubbed) {
        ASSERT_TRUE(journal->scrub().has_value());
        EXPECT_EQ(Database::open(path, {})->number(
                      "SELECT count(*) FROM by_origin b JOIN entries e ON e.arrival = b.arrival "
                      "WHERE e.origin <> b.origin OR e.seq <> b.seq"),
                  0);
      }
      const protocol::Holdings holdings = journal->holdings().value();
      for (const auto& [origin, set] : holdings) {
        const auto page = journal->read_origin({.origin = origin,
                                                .first = protocol::Seq(1),
                                                .last = protocol::Seq(kCount),
                                                .live_only = false,
                                                .bytes_max = kAll});
        ASSERT_TRUE(page.has_value());
        EXPECT_EQ(page->entries.size(), kCount / 2);
        for (std::size_t i = 0; i < page->entries.size(); ++i)
          EXPECT_EQ(identity_of(page->entries[i].entry), Identity(origin, protocol::Seq(i + 1)));
      }
      std::size_t shown = 0;
      for (int i = 0; i < 5; ++i) {
        const ChatKey key = sample_chat("shop", "chat " + std::to_string(i));
        const auto entries = journal->read_chat(key).value();
        for (const auto& stored : entries) EXPECT_EQ(stored.entry.content->head.chat, key.chat);
        shown += entries.size();
      }
      // What a chat lacks is noticed by the scrub, or where it is too much.
      EXPECT_TRUE(shown == kCount || !scrubbed) << shown;
      if (scrubbed) expect_honest_and_healable(*journal);
    }
  }
}

// Who asks for the chats of a visitor is about to erase them.
TEST_F(DamageTest, NoChatIsAnothersBecauseAProjectionSaysSo) {
  const auto opening = n1.next({.chat = "chat 1", .kind = "open", .id = 7'777});
  ASSERT_TRUE(opened().journal->append(std::vector{opening}, {}).has_value());
  opened();
  const protocol::SiteId shop("shop");
  const protocol::Author vera = opening.content->head.author, other("v:1234567890123456789012");
  ASSERT_TRUE(Database::open(path, {})
                  ->exec(fmt::format("UPDATE opened_by SET visitor = '{}'", other.value()))
                  .has_value());
  const std::vector<ChatKey> veras{sample_chat("shop", "chat 1")};
  {
    auto journal = opened().journal;
    EXPECT_EQ(journal->chats_of(shop, other).value(), std::vector<ChatKey>{});
    EXPECT_EQ(journal->chats_of(shop, vera).value(), veras);
  }
  ASSERT_TRUE(Database::open(path, {})->exec("DELETE FROM opened_by").has_value());
  auto journal = opened().journal;
  ASSERT_TRUE(journal->scrub().has_value());
  EXPECT_EQ(journal->chats_of(shop, vera).value(), veras);
}

// They are made again because they disagree, and SQLite cannot even empty one of them.
TEST_F(DamageTest, ProjectionsThatCannotBeMadeAgainLeaveTheNote) {
  make_closed();
  ASSERT_TRUE(
      Database::open(path, {})->exec("DELETE FROM by_chat WHERE arrival % 7 = 0").has_value());
  spoil_open_chats();
  expect_the_scrub_stumbles_and_all_is_salvaged();
}

TEST_F(DamageTest, AChatThatCannotBeClosedLeavesTheNote) {
  make_closed();
  spoil_open_chats();
  auto journal = opened().journal;
  const auto last = journal->last_arrival().value();
  EXPECT_FALSE(journal->mark_closed(sample_chat("shop", "chat 1"), last).has_value());
  EXPECT_TRUE(fs::exists(suspect_note(path)));
}

// Small, and each answer of theirs has consequences: with the marks gone, a row that went into
// quarantine would still have been claimed to be held.
TEST_F(DamageTest, AnIndexThatLostMarksOrOriginsIsMadeAgainWithTheOpening) {
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
TEST_F(DamageTest, ANameWithAFlippedBitCostsNoRow) {
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
TEST_F(DamageTest, AChatWithTwoNumbersIsOneAgain) {
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
TEST_F(DamageTest, RowsUnderADamagedNameAreNotPutAway) {
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

TEST_F(DamageTest, AnIndexThatLostSettingsIsMadeAgainWithTheOpening) {
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
TEST_F(DamageTest, AnIndexThatLostItsChatsIsFoundByTheScrubAndMadeAgain) {
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
TEST_F(DamageTest, NothingIsWrittenUnderANumberWithoutAName) {
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
TEST_F(DamageTest, NamesThatTheirTableLostAreReadFromTheIndex) {
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
TEST_F(DamageTest, ATableThatLostWhatItsIndexNamesIsMadeAgain) {
  make_closed();
  empty_leaves_of("meta");
  auto [journal, report] = opened();
  EXPECT_FALSE(fs::exists(suspect_note(path)));
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.salvaged_rows, kCount);
  expect_honest_and_healable(*journal);
}

TEST_F(DamageTest, NoByteOfTheHeaderKeepsItFromReadingAndWriting) {
  make_closed();
  const std::string whole = bytes_of(path);
  constexpr std::size_t kFormat = 60, kApplication = 68;  // whose file it is: not damage
  for (std::size_t at = 0; at < 100; ++at) {
    if ((at >= kFormat && at < kFormat + 4) || (at >= kApplication && at < kApplication + 4))
      continue;
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(file);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    write_bytes(path, bytes);
    const auto journal = open();
    ASSERT_TRUE(journal.has_value()) << at << ": " << journal.error().text();
    SCOPED_TRACE(at);
    const auto settled = journal->journal->read_arrivals(Arrival(0), kAll);
    ASSERT_TRUE(settled.has_value()) << settled.error().text();
    expect_honest_and_healable(*journal->journal);
    const auto next = n1.next_message("chat 1");
    EXPECT_TRUE(journal->journal->append(std::vector{next}, {}).has_value());
    n1 = SampleOrigin("n1", at + 2);
  }
}

// Damaged rows that a scan meets and their numbers do not find.
TEST_F(DamageTest, APageWhoseOrderIsBrokenIsToldOf) {
  make_closed();
  const std::string whole = bytes_of(path);
  const auto number = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(whole[at])) * 256 +
           static_cast<unsigned char>(whole[at + 1]);
  };
  int broken = 0;
  for (std::size_t page = 4'096; page < whole.size(); page += 4'096) {
    const std::size_t cells = number(page + 3), last = page + 8 + 2 * (cells - 1);
    if (whole[page] != '\x0d' || cells < 3) continue;
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(file);
    std::string bytes = whole;
    std::swap_ranges(&bytes[page + 8], &bytes[page + 10], &bytes[last]);
    for (const std::size_t cell : {page + 8, last})
      if (page + number(cell) + 300 < bytes.size()) bytes[page + number(cell) + 300] ^= '\x15';
    write_bytes(path, bytes);
    ++broken;
    bool told = false;
    std::size_t present = 0;
    for (int attempt = 0; attempt < 3; ++attempt) {
      auto [journal, report] = opened();
      told = told || !report.clean;
      if (!journal->scrub()) continue;
      told = told || !journal->damaged().empty();
      present = read_all(*journal).present.size();
      break;
    }
    EXPECT_TRUE(told || present == kCount) << "page " << page / 4'096 + 1 << ": " << present;
  }
  EXPECT_GT(broken, 5);
}

// The same of what names the rows: one of the first keys is met once more behind the last.
TEST_F(DamageTest, ABrokenOrderOfProjectionsDoesNotKeepTheScrubGoing) {
  make_closed();
  std::string bytes = bytes_of(path);
  const auto root = Database::open(path, {})->number(
      "SELECT rootpage FROM sqlite_schema WHERE name = 'by_origin'");
  const std::size_t page = static_cast<std::size_t>(**root - 1) * 4'096;
  ASSERT_EQ(bytes[page], '\x0a') << "one page";
  const std::size_t cells = static_cast<unsigned char>(bytes[page + 4]);
  bytes.replace(page + 8 + 2 * cells, 2, bytes.substr(page + 8 + 2 * 5, 2));
  bytes[page + 4] = static_cast<char>(cells + 1);
  write_bytes(path, bytes);
  expect_the_scrub_stumbles_and_all_is_salvaged();
}

// In order, but what leads to its page says otherwise: a scan meets the row, its number does not.
TEST_F(DamageTest, ADamagedRowToWhichNothingLeadsIsToldOf) {
  make_closed();
  const auto root =
      Database::open(path, {})->number("SELECT rootpage FROM sqlite_schema WHERE name = 'entries'");
  ASSERT_TRUE(Database::open(path, {})->exec("DROP TABLE projection").has_value());
  std::string bytes = bytes_of(path);
  const auto number = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) * 256 +
           static_cast<unsigned char>(bytes[at + 1]);
  };
  const std::size_t inner = static_cast<std::size_t>(**root - 1) * 4'096;
  ASSERT_EQ(bytes[inner], '\x05') << "the rows have more than one page";
  const std::size_t guide = inner + number(inner + 12);  // its child, then the last number on it
  const std::size_t leaf = (number(guide + 2) - 1) * 4'096;
  const std::size_t last = leaf + number(leaf + 8 + 2 * (number(leaf + 3) - 1));
  bytes[guide + 4] = static_cast<char>(bytes[guide + 4] - 1);
  bytes[last + 300] ^= '\x15';
  write_bytes(path, bytes);
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.salvaged_rows + report.damaged_rows, kCount);
  expect_honest_and_healable(*journal);
}

// The pages are whole, but the page above no longer leads to them.
TEST_F(DamageTest, RowsToWhichNothingLeadsAreFoundOnTheirPages) {
  make_closed();
  forget_leaf_of_entries(0);
  auto [journal, report] = opened();
  EXPECT_EQ(report.salvaged_rows, kCount);
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
  expect_honest_and_healable(*journal);
}

// What stands at the edges is there, so that only the scrub notices. Nothing is written into such a
// file any more, and nothing is fetched that is still there.
TEST_F(DamageTest, AMissingRowInTheMiddleEndsTheProcessAndIsFoundOnItsPage) {
  make_closed();
  forget_leaf_of_entries(1);
  {
    auto [journal, report] = opened();
    EXPECT_TRUE(report.clean);
    EXPECT_FALSE(journal->scrub().has_value());
    EXPECT_TRUE(fs::exists(suspect_note(path)));
    EXPECT_FALSE(journal->append(std::vector{n1.next_message("chat 1")}, {}).has_value());
  }
  auto [journal, report] = opened();
  EXPECT_EQ(report.salvaged_rows, kCount);
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
  expect_honest_and_healable(*journal);
}

// The pages are in order and lead everywhere; the row is simply not there. One opening says so, and
// nobody stumbles over it again.
TEST_F(DamageTest, MissingRowsThatAreNowhereAreListed) {
  make_closed();
  ASSERT_TRUE(Database::open(path, {})
                  ->exec("DELETE FROM entries WHERE arrival IN (3, 4, 50)")
                  .has_value());
  {
    auto [journal, report] = opened();
    EXPECT_TRUE(report.clean);
    EXPECT_FALSE(journal->scrub().has_value());
  }
  auto [journal, report] = opened();
  EXPECT_EQ(report.damaged_rows, 3u);
  EXPECT_TRUE(report.moved_to.empty());
  ASSERT_TRUE(journal->scrub().has_value());
  EXPECT_GE(journal->damaged().size(), 3u);
  expect_honest_and_healable(*journal);
}

TEST_F(DamageTest, WhatTheProjectionsKnewOfMissingRowsIsToldBeforeTheyAreMadeAgain) {
  make_closed();
  ASSERT_TRUE(Database::open(path, {})
                  ->exec("DELETE FROM entries WHERE arrival > (SELECT max(arrival) FROM entries) "
                         "- 7")
                  .has_value());
  auto [journal, report] = opened();
  EXPECT_EQ(report.damaged_rows, 7u);
  EXPECT_EQ(journal->damaged().size(), 7u);
  expect_honest_and_healable(*journal);
}

TEST_F(DamageTest, NoPageOfZerosKeepsItFromOpening) {
  make_closed();
  const std::string whole = bytes_of(path);
  const std::size_t pages = whole.size() / 4'096;
  for (std::size_t page = 0; page < pages; ++page) {
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path())) fs::remove(file);
    std::string bytes = whole;
    bytes.replace(page * 4'096, 4'096, 4'096, '\0');
    write_bytes(path, bytes);
    const auto journal = open();
    ASSERT_TRUE(journal.has_value()) << page << ": " << journal.error().text();
  }
}

TEST_F(DamageTest, WithoutItsProjectionsAJournalGivesTheSameAnswers) {
  make_closed();
  const auto answers = [&](Journal& journal) {
    return std::tuple(held(journal), by_chat(journal), journal.open_chats().value(),
                      journal.holdings().value());
  };
  auto journal = opened().journal;
  const ChatKey closed = sample_chat("shop", "chat 2");
  ASSERT_TRUE(journal->mark_closed(closed, journal->last_arrival().value()).has_value());
  const auto before = answers(*journal);
  EXPECT_EQ(std::get<2>(before).size(), 4u);
  journal.reset();
  for (const char* table : {"projection", "by_chat", "by_origin", "intervals", "open_chats"}) {
    ASSERT_TRUE(Database::open(path, {})->exec(fmt::format("DROP TABLE {}", table)).has_value());
  }
  auto [again, report] = opened();
  EXPECT_TRUE(report.clean);
  EXPECT_EQ(answers(*again), before);
}

}  // namespace
}  // namespace holdfast::journal
