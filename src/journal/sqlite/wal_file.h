// The frames of an SQLite WAL, and how far SQLite would believe them.
// https://www.sqlite.org/fileformat2.html §4.
//
// SQLite takes a WAL up to the last commit before the first frame whose checksum is wrong, and
// drops the rest without a word. After an ordinary crash the rest is one torn transaction; after
// damage it may be everything that was acknowledged since.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::journal {

struct WalFrame {
  std::uint32_t page_number;
  bool ends_transaction;
  std::string_view page;
};

struct WalFile {
  std::vector<WalFrame> believed;  // by SQLite: whole transactions with good checksums
  std::vector<WalFrame> dropped;   // of the same generation as the header (of any, when the header
                                   // itself is damaged), behind those
  bool header_damaged = false;
};

// `bytes` must outlive the result.
WalFile read_wal(std::string_view bytes);

}  // namespace holdfast::journal
