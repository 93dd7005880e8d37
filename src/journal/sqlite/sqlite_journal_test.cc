#include "journal/sqlite/sqlite_journal.h"

#include "journal/journal_contract.h"
#include "journal/search_contract.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/fault_vfs.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/temporary_directory.h"

namespace holdfast::journal {
namespace {

class SqliteUnderTest final : public JournalUnderTest {
 public:
  SqliteUnderTest() { open(); }

  Journal& journal() override { return *journal_; }
  Journal& other_node() override {
    if (other_ == nullptr) other_ = opened();
    return *other_;
  }
  void reopen() override {
    other_.reset();
    journal_.reset();
    open();
  }
  void crash() override {
    vfs_.cut_power();
    other_.reset();
    journal_.reset();
    vfs_.restore_power();
    open();
  }
  void fail_next_append(ErrorCode code) override {
    if (code == ErrorCode::kFull) {
      vfs_.fill_disk();
    } else {
      vfs_.fail_next_sync();
    }
  }
  void corrupt(Arrival arrival) override {
    auto database = Database::open(path_, {.vfs = vfs_.name()}).value();
    const auto done = database.exec(fmt::format(
        "UPDATE entries SET body = replace(body, 'text', 'tExt') WHERE arrival = {}", arrival));
    ASSERT_TRUE(done.has_value()) << done.error().text();
    ASSERT_TRUE(journal_->read_arrivals(Arrival(0), 1u << 30).has_value());
  }

 private:
  std::unique_ptr<SqliteJournal> opened() {
    auto opened =
        SqliteJournal::open(path_, {.now = WallMs(1'700'000'000'000), .vfs = vfs_.name()});
    CHECK(opened.has_value(), "{}", opened.error().text());
    EXPECT_TRUE(opened->report.clean) << opened->report.message;
    return std::move(opened->journal);
  }
  void open() { journal_ = opened(); }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("journal.db");
  FaultVfs vfs_;
  std::unique_ptr<SqliteJournal> journal_;
  std::unique_ptr<SqliteJournal> other_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, JournalContract,
                         testing::Values(JournalMaker{
                             "sqlite", [] { return std::make_unique<SqliteUnderTest>(); }}),
                         name_of_maker);

// As a version that knows more kinds of heads might have left it: other bytes, and a checksum that
// vouches for them.
void rewrite_head(const std::string& path, Arrival arrival, const std::string& head) {
  Database database = Database::open(path, {}).value();
  Names names = Names::prepare(database).value();
  const Statement select =
      database
          .prepare(fmt::format("SELECT {} FROM entries WHERE arrival = {}", kEntryColumns, arrival))
          .value();
  const Statement update =
      database.prepare("UPDATE entries SET head = ?, crc = ? WHERE arrival = ?").value();
  std::uint32_t crc = 0;
  {
    Query query(select);
    ASSERT_TRUE(query.step().value());
    Row row = read_row(query);
    const auto found = check_row(row, names).value();
    ASSERT_TRUE(found.has_value());
    row.head = head;
    crc = checksum(row, found->view());
  }
  Query query(update);
  ASSERT_TRUE(query.bind(1, std::string_view(head))
                  .bind(2, static_cast<std::int64_t>(crc))
                  .bind(3, arrival.value())
                  .run()
                  .has_value());
}

TEST(SqliteJournal, ARowThatThisVersionCannotReadIsHeldAndCountedAndStopsNothing) {
  TemporaryDirectory directory;
  const std::string path = directory.file("journal.db");
  auto journal = std::move(SqliteJournal::open(path, {.now = WallMs(0)})->journal);
  SampleOrigin n1("n1");
  ASSERT_TRUE(journal
                  ->append(std::vector{n1.next_message("first", "a"), n1.next_message("first", "b"),
                                       n1.next_message("first", "c")},
                           {})
                  .has_value());
  rewrite_head(path, Arrival(2), R"({"v":99})");
  EXPECT_EQ(texts_of(journal->read_chat(sample_chat("shop", "first")).value()),
            (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(journal->undecodable(), 1u);
  EXPECT_EQ(journal->holdings()->at(n1.name()).intervals().size(), 1u);
  EXPECT_TRUE(journal->damaged().empty());
  EXPECT_EQ(journal->append(std::vector{n1.next_message("first", "d")}, {}), Arrival(4));
}

TEST(SqliteJournal, AHeadThatIsNotTheOneThatTheDigestNamesIsDamage) {
  TemporaryDirectory directory;
  const std::string path = directory.file("journal.db");
  auto journal = std::move(SqliteJournal::open(path, {.now = WallMs(0)})->journal);
  SampleOrigin n1("n1"), n2("n2");
  const auto other = n2.next_message("first", "other");
  ASSERT_TRUE(
      journal->append(std::vector{n1.next({.text = "mine", .erased = true})}, {}).has_value());
  rewrite_head(path, Arrival(1), other.content->head_bytes);
  EXPECT_TRUE(journal->read_chat(sample_chat("shop", "first"))->empty());
  EXPECT_EQ(journal->damaged().size(), 1u);
  EXPECT_TRUE(journal->holdings()->empty());
}

TEST(SqliteJournal, EveryAppendSyncsOnceBeforeItReturnsAndProjectionsNeverDo) {
  TemporaryDirectory directory;
  FaultVfs vfs;
  auto journal = std::move(
      SqliteJournal::open(directory.file("journal.db"), {.now = WallMs(0), .vfs = vfs.name()})
          ->journal);
  SampleOrigin n1("n1");
  ASSERT_TRUE(journal->append(std::vector{n1.next_message("first")}, {}).has_value());
  for (int i = 0; i < 5; ++i) {
    const int before = vfs.syncs();
    ASSERT_TRUE(journal->append(std::vector{n1.next_message("first")}, {}).has_value());
    EXPECT_EQ(vfs.syncs(), before + 1);
    EXPECT_EQ(journal->read_chat(sample_chat("shop", "first"))->size(),
              static_cast<std::size_t>(i) + 2);
    EXPECT_EQ(vfs.syncs(), before + 1);
  }
}

TEST(SqliteJournal, TheWalIsCarriedOverByMaintenanceAndNotByAppends) {
  TemporaryDirectory directory;
  const std::string path = directory.file("journal.db");
  auto journal = std::move(SqliteJournal::open(path, {.now = WallMs(0)})->journal);
  SampleOrigin n1("n1");
  const auto file_size = std::filesystem::file_size(path);
  const auto wal_size = [&] { return std::filesystem::file_size(path + "-wal"); };
  while (wal_size() < 12u << 20) {
    std::vector<protocol::Entry> batch;
    for (int i = 0; i < 100; ++i)
      batch.push_back(n1.next_message("first", std::string(13'000, 'x')));
    ASSERT_TRUE(journal->append(batch, {}).has_value());
  }
  EXPECT_EQ(std::filesystem::file_size(path), file_size);
  while (journal->maintain().value()) {
  }
  EXPECT_GT(std::filesystem::file_size(path), 2u << 20);
  const auto full = wal_size();
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(journal->append(std::vector{n1.next_message("first")}, {}).has_value());
  EXPECT_EQ(wal_size(), full) << "the WAL starts over";
}

}  // namespace
}  // namespace holdfast::journal
