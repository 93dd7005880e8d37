#include "journal/sqlite/page_scan.h"

#include <algorithm>

namespace holdfast::journal {
namespace {

constexpr std::uint8_t kIndexInner = 0x02;
constexpr std::uint8_t kIndexLeaf = 0x0a;
constexpr std::uint8_t kTableLeaf = 0x0d;
constexpr std::size_t kLeafHeader = 8;
constexpr std::size_t kChildSize = 4;  // a page's number
constexpr std::size_t kInnerHeader = kLeafHeader + kChildSize;
constexpr std::size_t kIndexLocalMax = (kPageSize - 12) * 64 / 255 - 23;
constexpr std::size_t kPayloadMax = 64 * 1'024;  // more than any row of ours

// Reads forward; after the first read beyond the end nothing is ok any more.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t position() const { return at_; }

  std::uint64_t big_endian(std::size_t size) {
    const std::string_view part = take(size);
    std::uint64_t value = 0;
    for (const char c : part) value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
  }

  // SQLite's: seven bits a byte, the ninth byte whole.
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) {
      const std::uint64_t byte = big_endian(1);
      value = value << 7 | (byte & 0x7f);
      if ((byte & 0x80) == 0) return value;
    }
    return value << 8 | big_endian(1);
  }

  std::string_view take(std::size_t size) {
    if (!ok_ || size > bytes_.size() - at_) {
      ok_ = false;
      return {};
    }
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

// A payload of `size` bytes that begins in its cell: how much of it stands there.
std::size_t local_size(std::uint64_t size) {
  constexpr std::size_t kWhole = kPageSize - 35;
  constexpr std::size_t kLeast = (kPageSize - 12) * 32 / 255 - 23;
  if (size <= kWhole) return size;
  const std::size_t rest = kLeast + (size - kLeast) % (kPageSize - 4);
  return rest <= kWhole ? rest : kLeast;
}

std::optional<std::string> follow_overflow(std::string_view local, std::uint64_t size,
                                           std::uint32_t next, const PageSource& pages) {
  std::string payload(local);
  while (payload.size() < size) {
    const auto page = pages.page(next);
    if (next == 0 || !page) return std::nullopt;
    Cursor cursor(*page);
    next = static_cast<std::uint32_t>(cursor.big_endian(4));
    payload += page->substr(4, std::min<std::size_t>(kPageSize - 4, size - payload.size()));
  }
  return payload;
}

ScannedValue value_of(std::uint64_t type, Cursor& body) {
  using Kind = ScannedValue::Kind;
  if (type == 0) return {};
  if (type == 8 || type == 9)
    return {.kind = Kind::kNumber, .number = static_cast<std::int64_t>(type - 8), .bytes = {}};
  if (type <= 6) {
    constexpr std::size_t kSizes[] = {0, 1, 2, 3, 4, 6, 8};
    const std::size_t size = kSizes[type];
    const int unused = static_cast<int>(64 - 8 * size);
    const auto number =
        static_cast<std::int64_t>(body.big_endian(size) << unused) >> unused;  // keeps the sign
    return {.kind = Kind::kNumber, .number = number, .bytes = {}};
  }
  if (type < 12) {
    body.take(type == 7 ? 8 : 0);
    return {.kind = Kind::kOther, .number = 0, .bytes = {}};
  }
  const auto size = static_cast<std::size_t>((type - 12) / 2);
  return {.kind = type % 2 == 0 ? Kind::kBlob : Kind::kText, .number = 0, .bytes = body.take(size)};
}

bool read_record(std::string_view payload, std::vector<ScannedValue>& values) {
  Cursor start(payload);
  const std::uint64_t header_size = start.varint();
  if (!start.ok() || header_size > payload.size() || header_size < start.position()) return false;
  Cursor header(payload.substr(0, header_size));
  header.varint();
  Cursor body(payload.substr(header_size));
  values.clear();
  while (header.ok() && header.position() < header_size) {
    const std::uint64_t type = header.varint();
    if (!header.ok() || type > kPayloadMax * 2 + 13) return false;
    values.push_back(value_of(type, body));
    if (!body.ok()) return false;
  }
  return header.ok();
}

// `read` gets what stands from each cell's beginning to the page's end.
void each_cell(std::string_view page, std::size_t header_size,
               const std::function<void(Cursor&)>& read) {
  Cursor header(page.substr(3));
  const auto cells = static_cast<std::size_t>(header.big_endian(2));
  Cursor pointers(page.substr(header_size));
  for (std::size_t i = 0; i < cells && pointers.ok(); ++i) {
    const auto at = static_cast<std::size_t>(pointers.big_endian(2));
    if (!pointers.ok() || at < header_size || at >= kPageSize) continue;
    Cursor cell(page.substr(at));
    read(cell);
  }
}

}  // namespace

std::optional<std::string_view> PageSource::page(std::uint32_t number) const {
  if (const auto over = over_.find(number); over != over_.end()) return over->second;
  if (number == 0 || number > file_.size() / kPageSize) return std::nullopt;
  return file_.substr(static_cast<std::size_t>(number - 1) * kPageSize, kPageSize);
}

std::uint32_t PageSource::after(std::uint32_t number) const {
  if (number < file_.size() / kPageSize) return number + 1;
  const auto over = over_.upper_bound(number);
  return over == over_.end() ? 0 : over->first;
}

void scan_page(std::string_view page, const PageSource& pages,
               const std::function<void(const ScannedRow&)>& row) {
  if (page.size() != kPageSize || static_cast<std::uint8_t>(page[0]) != kTableLeaf) return;
  ScannedRow scanned;
  each_cell(page, kLeafHeader, [&](Cursor& cell) {
    const std::uint64_t size = cell.varint();
    scanned.rowid = static_cast<std::int64_t>(cell.varint());
    if (!cell.ok() || size > kPayloadMax) return;
    const std::size_t local = local_size(size);
    std::string_view payload = cell.take(local);
    std::optional<std::string> whole;
    if (cell.ok() && local < size) {
      whole = follow_overflow(payload, size, static_cast<std::uint32_t>(cell.big_endian(4)), pages);
      if (!whole) return;
      payload = *whole;
    }
    if (cell.ok() && read_record(payload, scanned.values)) row(scanned);
  });
}

void scan_index_page(std::string_view page,
                     const std::function<void(const std::vector<ScannedValue>&)>& key) {
  if (page.size() != kPageSize) return;
  const auto type = static_cast<std::uint8_t>(page[0]);
  if (type != kIndexLeaf && type != kIndexInner) return;
  const bool inner = type == kIndexInner;
  std::vector<ScannedValue> values;
  each_cell(page, inner ? kInnerHeader : kLeafHeader, [&](Cursor& cell) {
    if (inner) cell.take(kChildSize);
    const std::uint64_t size = cell.varint();
    if (!cell.ok() || size > kIndexLocalMax) return;
    const std::string_view payload = cell.take(size);
    if (cell.ok() && read_record(payload, values)) key(values);
  });
}

}  // namespace holdfast::journal
