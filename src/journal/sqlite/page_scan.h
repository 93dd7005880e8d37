// Reads rows out of the bare pages of an SQLite file, without SQLite, the schema, or the pages
// above the leaves: what can still be done when SQLite cannot open it. Format:
// https://www.sqlite.org/fileformat2.html §§1.5-1.6, 2, 4.
//
// Nothing here is trusted: every offset is checked, and what a row says must be verified by its own
// checksum.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::journal {

inline constexpr std::size_t kPageSize = 4'096;  // of every file that create_schema() made

// Numbered from 1. Layers over a file: the pages of its WAL hide those of the file itself.
class PageSource {
 public:
  explicit PageSource(std::string_view file) : file_(file) {}

  void put_over(std::uint32_t number, std::string_view page) { over_[number] = page; }
  std::optional<std::string_view> page(std::uint32_t number) const;
  // The number of the first page after `number` that is there, or 0. (Not a count: the highest
  // number may be a damaged frame's, and before it a billion pages that are not there.)
  std::uint32_t after(std::uint32_t number) const;
  const std::map<std::uint32_t, std::string_view>& over() const { return over_; }

 private:
  std::string_view file_;
  std::map<std::uint32_t, std::string_view> over_;
};

struct ScannedValue {
  enum class Kind { kNull, kNumber, kText, kBlob, kOther };
  Kind kind = Kind::kNull;
  std::int64_t number = 0;
  std::string_view bytes;
};

// One row of some table. Views into `storage` or the page; valid during the callback.
struct ScannedRow {
  std::int64_t rowid = 0;
  std::vector<ScannedValue> values;
};

// Calls back for every readable row of a table's leaf page; other pages have none. Overflowing rows
// are followed through `pages`.
void scan_page(std::string_view page, const PageSource& pages,
               const std::function<void(const ScannedRow&)>& row);

// Calls back for every readable key of an index's page, leaf or not: the indexed values, then the
// number of the row. Keys that overflow are passed over: no name is that long.
void scan_index_page(std::string_view page,
                     const std::function<void(const std::vector<ScannedValue>&)>& key);

}  // namespace holdfast::journal
