// Opening a journal's file: is it there, is it ours, is it sound; and if it is not, what can be
// saved. docs/journal.md, "A damaged file".
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/file_lock.h"
#include "journal/sqlite/salvage.h"
#include "journal/sqlite/sqlite_journal.h"

namespace holdfast::journal {

class Opening {
 public:
  Opening(std::string path, const SqliteOptions& options);

  // Afterwards there is a sound journal at the path, or an error says why not. A file that is open
  // elsewhere is taken as it is.
  Result<void> make_sound();
  // Once it is open: what SQLite dropped from the end of the WAL, and what reading the newest rows
  // found.
  Result<void> finish(SqliteJournal& journal);

  FileLock take_lock() { return std::move(lock_); }
  const OpenReport& report() const { return report_; }

 private:
  Result<void> create();
  Result<void> find_damage();
  // Why the file must not be used as it is; nothing when it may be.
  Result<std::optional<std::string>> look_whole();
  Result<void> look_at_projections(Database& database, bool suspect);
  Result<void> make_projections_again(Database& database, bool are_whole);
  Result<void> replace(const std::string& why);
  Result<void> swap_in();
  std::string name_aside() const;
  void say(const std::string& sentence);

  const std::string path_, wal_, salvaged_, building_;
  const SqliteOptions options_;
  FileLock lock_;
  std::optional<WalRescue> rescue_;
  std::int64_t quarantined_before_ = 0;
  OpenReport report_;
};

}  // namespace holdfast::journal
