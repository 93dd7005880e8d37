#include "journal/sqlite/schema.h"

#include <array>
#include <utility>

namespace holdfast::journal {
namespace {

struct Object {
  std::string_view name;
  std::string_view sql;
};

constexpr std::array<Object, 9> kFacts{{
    {"origins", "CREATE TABLE origins (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"},
    {"chats",
     "CREATE TABLE chats (id INTEGER PRIMARY KEY, site TEXT NOT NULL, chat TEXT NOT NULL, closed "
     "INTEGER, UNIQUE (site, chat))"},
    {"entries",
     "CREATE TABLE entries (arrival INTEGER PRIMARY KEY, origin INTEGER NOT NULL, seq INTEGER NOT "
     "NULL, before BLOB NOT NULL, h BLOB NOT NULL, "
     "chat INTEGER NOT NULL, kind TEXT NOT NULL, digest BLOB NOT NULL, acc_origin INTEGER NOT "
     "NULL, acc_seq INTEGER NOT NULL, "
     "hlc TEXT NOT NULL, key TEXT NOT NULL, mac BLOB NOT NULL, content INTEGER, head TEXT, body "
     "TEXT, crc INTEGER NOT NULL)"},
    {"entries_settings", "CREATE INDEX entries_settings ON entries (arrival) WHERE kind = 'set'"},
    {"entries_content",
     "CREATE INDEX entries_content ON entries (content) WHERE content IS NOT NULL"},
    {"branches",
     "CREATE TABLE branches (id INTEGER PRIMARY KEY, arrival INTEGER, origin INTEGER, seq INTEGER, "
     "before BLOB, h BLOB, chat INTEGER, "
     "kind TEXT, digest BLOB, acc_origin INTEGER, acc_seq INTEGER, hlc TEXT, key TEXT, mac BLOB, "
     "content INTEGER, head TEXT, body TEXT, crc INTEGER)"},
    {"quarantine",
     "CREATE TABLE quarantine (arrival INTEGER PRIMARY KEY, origin TEXT NOT NULL, seq INTEGER NOT "
     "NULL, why TEXT NOT NULL, head TEXT, body TEXT)"},
    {"lease",
     "CREATE TABLE lease (id INTEGER PRIMARY KEY CHECK (id = 1), holder TEXT NOT NULL, term "
     "INTEGER NOT NULL, until INTEGER NOT NULL)"},
    {"meta", "CREATE TABLE meta (name TEXT PRIMARY KEY, value)"},
}};

constexpr std::array<Object, 6> kProjections{{
    {"projection", "CREATE TABLE projection (name TEXT PRIMARY KEY, arrival INTEGER NOT NULL)"},
    {"by_chat",
     "CREATE TABLE by_chat (chat INTEGER, arrival INTEGER, PRIMARY KEY (chat, arrival)) WITHOUT "
     "ROWID"},
    {"by_origin",
     "CREATE TABLE by_origin (origin INTEGER, seq INTEGER, arrival INTEGER NOT NULL, chat INTEGER "
     "NOT NULL, PRIMARY KEY (origin, seq)) WITHOUT ROWID"},
    {"intervals",
     "CREATE TABLE intervals (origin INTEGER, first INTEGER, last INTEGER NOT NULL, before BLOB "
     "NOT NULL, after BLOB NOT NULL, "
     "PRIMARY KEY (origin, first)) WITHOUT ROWID"},
    {"open_chats", "CREATE TABLE open_chats (chat INTEGER PRIMARY KEY, touched INTEGER NOT NULL)"},
    {"opened_by",
     "CREATE TABLE opened_by (visitor TEXT, chat INTEGER, PRIMARY KEY (visitor, chat)) WITHOUT "
     "ROWID"},
}};

constexpr std::string_view kNoProjection =
    "INSERT INTO projection VALUES ('by_chat', 0), ('by_origin', 0), ('intervals', 0), "
    "('open_chats', 0), ('opened_by', 0)";

Result<std::string> sql_of(Database& database, std::string_view name) {
  HF_TRY(statement, database.prepare("SELECT sql FROM sqlite_schema WHERE name = ?"));
  Query query(statement);
  query.bind(1, name);
  HF_TRY(row, query.step());
  return row ? std::string(query.text(0)) : std::string();
}

}  // namespace

Result<void> create_schema(Database& database) {
  HF_CHECKED(database.exec("PRAGMA page_size = 4096"));
  HF_CHECKED(database.exec("PRAGMA journal_mode = WAL"));
  HF_TRY(transaction, Transaction::begin(database, Transaction::Kind::kWrite));
  for (const Object& object : kFacts) HF_CHECKED(database.exec(std::string(object.sql)));
  HF_CHECKED(database.exec("INSERT INTO meta VALUES ('format', 1), ('cuts', 0), ('unseeded', 1)"));
  HF_CHECKED(create_projections(database));
  HF_CHECKED(database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId)));
  HF_CHECKED(database.exec(fmt::format("PRAGMA user_version = {}", kFormat)));
  return transaction.commit();
}

Result<void> create_projections(Database& database) {
  for (const Object& object : kProjections) HF_CHECKED(database.exec(std::string(object.sql)));
  return database.exec(std::string(kNoProjection));
}

// A table of the right form is emptied, not dropped: other connections have statements prepared
// over it. A chat that is closed as of an entry that it does not have is open until somebody looks.
Result<void> clear_projections(Database& database) {
  HF_CHECKED(database.exec(
      "UPDATE chats SET closed = NULL WHERE closed IS NOT NULL AND (SELECT chat FROM entries WHERE "
      "arrival = closed) IS NOT id"));
  for (const Object& object : kProjections) {
    HF_TRY(sql, sql_of(database, object.name));
    if (sql == object.sql) {
      HF_CHECKED(database.exec(fmt::format("DELETE FROM {}", object.name)));
      continue;
    }
    HF_CHECKED(database.exec(fmt::format("DROP TABLE IF EXISTS {}", object.name)));
    HF_CHECKED(database.exec(std::string(object.sql)));
  }
  return database.exec(std::string(kNoProjection));
}

// Every projection is there and has begun.
Result<bool> projections_are_whole(Database& database) {
  for (const Object& object : kProjections) {
    HF_TRY(sql, sql_of(database, object.name));
    if (sql != object.sql) return false;
  }
  HF_TRY(known, database.number("SELECT count(*) FROM projection WHERE name IN ('by_chat', "
                                "'by_origin', 'intervals', 'open_chats', 'opened_by')"));
  return known == 5;
}

// SQLite must not take the shorter way round the index that is to be looked at, hence the plus; nor
// read the table's rows from that index, hence NOT INDEXED.
Result<void> check_names(Database& database) {
  HF_TRY(lost,
         database.number("SELECT (SELECT count(*) FROM origins t NOT INDEXED WHERE NOT EXISTS "
                         "(SELECT 1 FROM origins i WHERE i.name = t.name AND +i.id = t.id)) + "
                         "(SELECT count(*) FROM chats t NOT INDEXED WHERE NOT EXISTS "
                         "(SELECT 1 FROM chats i WHERE i.site = t.site AND i.chat = t.chat "
                         "AND +i.id = t.id))"));
  if (lost != 0) return fail(ErrorCode::kCorrupt, "{} names are not found by their index", *lost);
  return {};
}

Result<void> check_schema(Database& database) {
  const auto told = sql_of(database, "entries");
  // "unsupported file format": a byte of the header, and no number of SQLite's for damage.
  if (!told && sqlite3_errcode(database.raw()) == SQLITE_ERROR)
    return fail(ErrorCode::kCorrupt, "{}", told.error().why);
  HF_TRY(entries, told);
  HF_TRY(application, database.number("PRAGMA application_id"));
  HF_TRY(format, database.number("PRAGMA user_version"));
  if (entries.empty() && application != kApplicationId)
    return fail(ErrorCode::kInvalid, "a database, but not a journal (application id {})",
                *application);
  if (application == kApplicationId && *format > kFormat) {
    return fail(ErrorCode::kInvalid,
                "format {} was written by a later version; this one reads up to {}", *format,
                kFormat);
  }
  if (application != kApplicationId || format != kFormat)
    return fail(ErrorCode::kCorrupt, "the header names neither application nor format");
  for (const Object& object : kFacts) {
    HF_TRY(sql, sql_of(database, object.name));
    if (sql != object.sql)
      return fail(ErrorCode::kCorrupt, "the schema of {} is not what was written", object.name);
  }
  return {};
}

Result<void> configure_connection(Database& database) {
  // Checkpoints run on the reading thread, off the acknowledging path. What is deleted (a
  // quarantined body, later an erased one) is overwritten.
  for (const char* pragma : {"PRAGMA wal_autocheckpoint = 0", "PRAGMA secure_delete = ON",
                             "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -16384"}) {
    HF_CHECKED(database.exec(pragma));
  }
  return {};
}

}  // namespace holdfast::journal
