// Opening a journal's file: is it there, is it ours, is it sound; and if it is not, what can be saved. docs/journal.md, "A damaged
// file".
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "journal/sqlite/file_lock.h"
#include "journal/sqlite/sqlite_journal.h"

namespace holdfast::journal {

class Opening {
 public:
  Opening(std::string path, const SqliteOptions& options);

  // Afterwards there is a sound journal at the path, or an error says why not. A file that is open elsewhere is taken as it is.
  Result<void> make_sound();

  FileLock take_lock() { return std::move(lock_); }
  const OpenReport& report() const { return report_; }

 private:
  Result<void> create(const std::string& path);
  Result<void> check();

  std::string path_;
  SqliteOptions options_;
  FileLock lock_;
  OpenReport report_;
};

}  // namespace holdfast::journal
