// One row of `entries`: its columns, its checksum, and the way back to an Entry. docs/journal.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/result.h"
#include "journal/journal.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"

namespace holdfast::journal {

// The columns as they stand in the file. Views live as long as what they were read from.
struct Row {
  Arrival arrival;
  OriginNumber origin;
  protocol::Seq seq;
  Hash32 before;
  Hash32 h;
  ChatNumber chat;
  std::string_view kind;
  Hash32 digest;
  OriginNumber acc_origin;
  protocol::Seq acc_seq;
  std::string_view hlc;  // 16 hex digits
  std::string_view key;
  Hash32 mac;
  std::optional<Arrival> content;  // the row that holds head and body, when this one does not
  std::optional<std::string_view> head;
  std::optional<std::string_view> body;  // empty when erased, or when `content` is set
  std::uint32_t crc = 0;
};

inline constexpr int kRowColumns = 17;

// Of the columns from `first` on.
Row read_row(const Query& query, int first = 0);
// All but `arrival` from `at` on: binds kRowColumns - 1 columns.
void bind_row(Query& query, int at, const Row& row);

// The texts that the row's numbers stand for: part of the checksum, so that a damaged table of
// names is noticed.
struct RowNames {
  const protocol::Origin& origin;
  const protocol::Origin& acc_origin;
  const protocol::SiteId& site;
  const protocol::ChatId& chat;
};
std::uint32_t checksum(const Row& row, const RowNames& names);

// The same, kept alive.
struct FoundNames {
  std::shared_ptr<const protocol::Origin> origin, acc_origin;
  std::shared_ptr<const ChatKey> chat;
  RowNames view() const { return {*origin, *acc_origin, chat->site, chat->chat}; }
};
// The row's names when the row is what was written; nothing when it is not. kCorrupt when it is the
// names that are damaged.
Result<std::optional<FoundNames>> check_row(const Row& row, Names& names);

// Who opened the chat, of the row of an opening event. Not of a second entry of one, which has no
// head of its own.
std::optional<protocol::Author> opener_of(const Row& row);

// The entry that a sound row stands for, given its content.
protocol::Entry entry_of(const Row& row, const RowNames& names, protocol::ContentPtr content);

}  // namespace holdfast::journal
