// The header, the order of the cells on a page, and pages to which nothing leads any more.
#include "journal/sqlite/damaged_journal.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

struct DamagedPages : DamagedJournal {};

TEST_F(DamagedPages, NoByteOfTheHeaderKeepsItFromReadingAndWriting) {
  make_closed();
  const std::string whole = bytes_of(path);
  constexpr std::size_t kFormat = 60, kApplication = 68;  // whose file it is: not damage
  for (std::size_t at = 0; at < 100; ++at) {
    if ((at >= kFormat && at < kFormat + 4) || (at >= kApplication && at < kApplication + 4))
      continue;
    directory.clear();
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
TEST_F(DamagedPages, APageWhoseOrderIsBrokenIsToldOf) {
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
    directory.clear();
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

// In order, but what leads to its page says otherwise: a scan meets the row, its number does not.
TEST_F(DamagedPages, ADamagedRowToWhichNothingLeadsIsToldOf) {
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
TEST_F(DamagedPages, RowsToWhichNothingLeadsAreFoundOnTheirPages) {
  make_closed();
  forget_leaf_of_entries(0);
  auto [journal, report] = opened();
  EXPECT_EQ(report.salvaged_rows, kCount);
  EXPECT_EQ(read_all(*journal).present.size(), kCount);
  expect_honest_and_healable(*journal);
}

// What stands at the edges is there, so that only the scrub notices. Nothing is written into such a
// file any more, and nothing is fetched that is still there.
TEST_F(DamagedPages, AMissingRowInTheMiddleEndsTheProcessAndIsFoundOnItsPage) {
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
TEST_F(DamagedPages, MissingRowsThatAreNowhereAreListed) {
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

TEST_F(DamagedPages, NoPageOfZerosKeepsItFromOpening) {
  make_closed();
  const std::string whole = bytes_of(path);
  const std::size_t pages = whole.size() / 4'096;
  for (std::size_t page = 0; page < pages; ++page) {
    directory.clear();
    std::string bytes = whole;
    bytes.replace(page * 4'096, 4'096, 4'096, '\0');
    write_bytes(path, bytes);
    const auto journal = open();
    ASSERT_TRUE(journal.has_value()) << page << ": " << journal.error().text();
  }
}

}  // namespace
}  // namespace holdfast::journal
