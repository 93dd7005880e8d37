// What can be saved of a journal that SQLite cannot open, or whose pages do not hang together.
// docs/journal.md, "A damaged file".
//
// Works on the bare pages (page_scan.h): every row that its own checksum vouches for is saved,
// wherever it stands. What cannot be saved stays damaged and is fetched again from the peer, as a
// hole in what is held.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "journal/sqlite/sqlite_journal.h"

namespace holdfast::journal {

struct Salvaged {
  std::uint64_t rows = 0;
  std::uint64_t damaged =
      0;  // rows that were met and are not what was written, or are missing from their midst
  bool lease_lost = false;
};

// Reads the file at `path` and its WAL, and writes what is sound into a new journal `into` (closed
// and synced when this returns).
Result<Salvaged> salvage(const std::string& path, const std::string& into,
                         const SqliteOptions& options);

// The entries in frames of the WAL that SQLite is about to drop. Read them before the file is
// opened, bring them over afterwards: each that its checksum vouches for and the journal does not
// hold is appended as if it came now.
class WalRescue {
 public:
  explicit WalRescue(const std::string& path);

  bool needed() const;
  Result<Salvaged> bring_over(SqliteJournal& journal, const std::string& path,
                              const SqliteOptions& options);

 private:
  std::string wal_;
};

}  // namespace holdfast::journal
