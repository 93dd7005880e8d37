// The tables of journal.db: docs/journal.md. One place, so that the document, the writer and the
// salvager read the same columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/sqlite/database.h"

namespace holdfast::journal {

inline constexpr std::int64_t kApplicationId = 0x48464a31;  // HFJ1
inline constexpr std::int64_t kFormat = 1;

// The columns of `entries` after `arrival`, in order: also those of `branches` after its `id`.
inline constexpr std::string_view kEntryColumns =
    "arrival, origin, seq, before, h, chat, kind, digest, acc_origin, acc_seq, hlc, key, mac, "
    "content, head, body, crc";

// Journals of before 0.2 have no such mark, and count as seeded.
inline constexpr std::string_view kMarkSeeded = "DELETE FROM meta WHERE name = 'unseeded'";

// No arrival that an entry had, or a damaged row, is given again.
inline constexpr std::string_view kKeepFloor =
    "INSERT OR REPLACE INTO meta SELECT 'floor', max(coalesce((SELECT max(arrival) FROM entries), "
    "0), coalesce((SELECT max(arrival) FROM quarantine), 0), coalesce((SELECT value FROM meta "
    "WHERE name = 'floor'), 0))";

// Makes an empty journal's tables, facts and projections.
Result<void> create_schema(Database& database);
Result<void> create_projections(Database& database);
// Empties them and puts their checkpoints back to the beginning; makes those that are missing.
Result<void> clear_projections(Database& database);
Result<bool> projections_are_whole(Database& database);

// kCorrupt when a name of an origin or a chat is not found by its index, or found with another
// number: its entries are all there and nobody would see them. Reads both tables.
Result<void> check_names(Database& database);

// kInvalid: a sound SQLite database that is not a journal, or one of a later format: not ours to
// touch. kCorrupt: it was one.
Result<void> check_schema(Database& database);

// What every connection to a journal sets first.
Result<void> configure_connection(Database& database);

}  // namespace holdfast::journal
