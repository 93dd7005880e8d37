#include "journal/sqlite/sqlite_journal.h"

#include "journal/journal_contract.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/fault_vfs.h"
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
    const auto done = database.exec(fmt::format("UPDATE entries SET body = replace(body, 'text', 'tExt') WHERE arrival = {}", arrival));
    ASSERT_TRUE(done.has_value()) << done.error().text();
    ASSERT_TRUE(journal_->read_arrivals(Arrival(0), 1u << 30).has_value());
  }

 private:
  std::unique_ptr<SqliteJournal> opened() {
    auto opened = SqliteJournal::open(path_, {.now = WallMs(1'700'000'000'000), .vfs = vfs_.name()});
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
                         testing::Values(JournalMaker{"sqlite", [] { return std::make_unique<SqliteUnderTest>(); }}), name_of_maker);

}  // namespace
}  // namespace holdfast::journal
