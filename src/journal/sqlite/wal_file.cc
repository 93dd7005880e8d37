#include "journal/sqlite/wal_file.h"

#include <utility>

#include "journal/sqlite/page_scan.h"

namespace holdfast::journal {
namespace {

constexpr std::size_t kHeaderSize = 32;
constexpr std::size_t kFrameHeaderSize = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // the lowest bit: checksums over big-endian words

std::uint32_t word_at(std::string_view bytes, std::size_t at, bool big_endian = true) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[at + (big_endian ? i : 3 - i)]);
    value = value << 8 | byte;
  }
  return value;
}

struct Sums {
  std::uint32_t a = 0, b = 0;
  friend bool operator==(const Sums&, const Sums&) = default;

  void add(std::string_view bytes, bool big_endian) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      a += word_at(bytes, at, big_endian) + b;
      b += word_at(bytes, at + 4, big_endian) + a;
    }
  }
};

}  // namespace

WalFile read_wal(std::string_view bytes) {
  WalFile wal;
  if (bytes.size() < kHeaderSize) return wal;
  const std::uint32_t magic = word_at(bytes, 0);
  const bool big_endian = (magic & 1) != 0;
  Sums sums;
  sums.add(bytes.substr(0, 24), big_endian);
  wal.header_damaged = (magic & ~1u) != kMagic || word_at(bytes, 8) != kPageSize ||
                       sums != Sums{word_at(bytes, 24), word_at(bytes, 28)};
  const std::string_view salts = bytes.substr(16, 8);

  bool believable = !wal.header_damaged;
  std::vector<WalFrame> pending;  // of a transaction whose end was not seen yet
  for (std::size_t at = kHeaderSize; at + kFrameHeaderSize + kPageSize <= bytes.size();
       at += kFrameHeaderSize + kPageSize) {
    const std::string_view header = bytes.substr(at, kFrameHeaderSize);
    const std::string_view page = bytes.substr(at + kFrameHeaderSize, kPageSize);
    if (!wal.header_damaged && header.substr(8, 8) != salts) {
      // A frame of an earlier generation: SQLite's end. (A flipped salt looks the same; frames of
      // this generation may follow it.)
      believable = false;
      continue;
    }
    const WalFrame frame{.page_number = word_at(header, 0),
                         .ends_transaction = word_at(header, 4) != 0,
                         .page = page};
    if (believable) {
      sums.add(header.substr(0, 8), big_endian);
      sums.add(page, big_endian);
      believable = frame.page_number != 0 && sums == Sums{word_at(header, 16), word_at(header, 20)};
    }
    pending.push_back(frame);
    if (believable && frame.ends_transaction) {
      wal.believed.insert(wal.believed.end(), pending.begin(), pending.end());
      pending.clear();
    }
  }
  wal.dropped = std::move(pending);
  return wal;
}

}  // namespace holdfast::journal
