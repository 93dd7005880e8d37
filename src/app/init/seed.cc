#include "app/init/seed.h"

#include "app/data_dir.h"
#include "base/clock.h"
#include "journal/sqlite/sqlite_journal.h"

namespace holdfast::app {

Result<void> seed_journal(const std::filesystem::path& data_dir,
                          const std::vector<protocol::Entry>& entries, WallMs now) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  if (error)
    return fail(ErrorCode::kIo, "{}: cannot be created: {}", data_dir.string(), error.message());
  HF_TRY(opened, journal::SqliteJournal::open(journal_file(data_dir).string(), {now}));
  HF_CHECKED(opened.journal->append(entries, std::nullopt));
  HF_CHECKED(opened.journal->mark_seeded());
  return opened.journal->close();
}

}  // namespace holdfast::app
