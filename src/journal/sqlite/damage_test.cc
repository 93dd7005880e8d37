// A journal whose file was damaged while nobody had it open: says what and where, keeps what is
// sound, never silently starts empty.
#include "journal/sqlite/damaged_journal.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

struct Damage : DamagedJournal {};

TEST_F(Damage, AnOrderlyStopIsClean) {
  make_closed();
  EXPECT_EQ(fs::exists(path + "-wal"), false);
  auto [journal, report] = opened();
  EXPECT_TRUE(report.clean) << report.message;
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
}

TEST_F(Damage, AKilledProcessLeavesNothingToMend) {
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

TEST_F(Damage, AFileThatIsNoDatabaseIsMovedAsideAndSaidSo) {
  write_bytes(path, std::string(10'000, '#'));
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(report.moved_to, path + ".damaged-20231114T221320Z");
  EXPECT_EQ(bytes_of(report.moved_to), std::string(10'000, '#'));
  EXPECT_THAT(report.message, testing::HasSubstr(report.moved_to));
  EXPECT_THAT(report.message, testing::HasSubstr("not a database"));
  EXPECT_TRUE(journal->append(std::vector{n1.next_message("first")}, {}).has_value());
}

TEST_F(Damage, AnotherProgramsDatabaseIsLeftAlone) {
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

TEST_F(Damage, AJournalOfALaterFormatIsLeftAlone) {
  make_closed();
  ASSERT_TRUE(Database::open(path, {})->exec("PRAGMA user_version = 2").has_value());
  const auto result = open();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(result.error().why, testing::HasSubstr("later version"));
}

TEST_F(Damage, AnEmptyFileIsNeverTakenForANewJournal) {
  write_bytes(path, "");
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_FALSE(report.moved_to.empty());
  EXPECT_THAT(report.message, testing::HasSubstr("empty"));
}

TEST_F(Damage, AnEmptyOrMissingFileIsMadeAgainFromItsWal) {
  make_killed(false);
  const std::string wal = bytes_of(path + "-wal");
  for (const bool missing : {false, true}) {
    directory.clear();
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

TEST_F(Damage, ATruncatedFileKeepsWhatIsSound) {
  make_closed();
  const std::string whole = bytes_of(path);
  for (const double part : {0.9, 0.7, 0.2, 0.01}) {
    const std::size_t size = static_cast<std::size_t>(static_cast<double>(whole.size()) * part);
    directory.clear();
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

TEST_F(Damage, AnOverwrittenBeginningKeepsEveryRow) {
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

TEST_F(Damage, LeaseTermsGoOnRisingWhenTheLeaseIsLost) {
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
TEST_F(Damage, AFlippedByteIsNeverTakenForWhatWasWrittenAndNeverSilent) {
  make_closed();
  const std::string whole = bytes_of(path);
  SeededRandom random(20'231'114);
  for (int round = 0; round < 100; ++round) {
    directory.clear();
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

TEST_F(Damage, AFlippedByteInTheWalLosesNoMoreThanItsRow) {
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
TEST_F(Damage, AFrameThatClaimsAFarPageDoesNotKeepSalvageBusy) {
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

TEST_F(Damage, AnInterruptedSalvageIsCompleted) {
  make_closed();
  fs::copy_file(path, path + ".salvaged");
  write_bytes(path, "damaged");
  auto [journal, report] = opened();
  EXPECT_FALSE(report.clean);
  EXPECT_EQ(bytes_of(report.moved_to), "damaged");
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
  EXPECT_FALSE(fs::exists(path + ".salvaged"));
}

TEST_F(Damage, ADamagedFileThatIsOpenElsewhereIsNotTouched) {
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

TEST_F(Damage, ASuspectFileIsLookedAtWholeAndTheNoteGoes) {
  make_closed();
  mark_suspect(path, "something was odd");
  EXPECT_TRUE(opened().report.clean);
  EXPECT_FALSE(fs::exists(suspect_note(path)));
}

TEST_F(Damage, DamageAmongTheNewestRowsIsFoundAtTheStart) {
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

TEST_F(Damage, ContentThatIsLostTakesItsSecondEntriesWithIt) {
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

}  // namespace
}  // namespace holdfast::journal
