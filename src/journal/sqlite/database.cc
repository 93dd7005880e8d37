#include "journal/sqlite/database.h"

#include <cstring>
#include <utility>

#include "base/check.h"

namespace holdfast::journal {

Error sqlite_error(int code, std::string_view doing, std::string_view why) {
  ErrorCode ours = ErrorCode::kIo;
  switch (code & 0xff) {
    case SQLITE_FULL:
      ours = ErrorCode::kFull;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      ours = ErrorCode::kCorrupt;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      ours = ErrorCode::kUnavailable;
      break;
    default:
      break;
  }
  return {ours, fmt::format("{}: {} (SQLite {})", doing, why, code)};
}

namespace {

// SQLite counts every allocation under a global lock, for statistics that nobody reads.
void configure_library() {
  static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(code);  // refused when somebody used SQLite before us: it is only slower then
}

}  // namespace

Result<Database> Database::open(const std::string& path, const DatabaseOptions& options) {
  configure_library();
  Database database;
  sqlite3* raw = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (options.create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  database.connection_.reset(raw);
  if (raw == nullptr) return fail(ErrorCode::kIo, "{}: out of memory", path);
  if (code != SQLITE_OK) return std::unexpected(database.last_error(path));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, options.busy_timeout_ms);
  return database;
}

Error Database::last_error(std::string_view doing) const {
  return sqlite_error(sqlite3_extended_errcode(raw()), doing, sqlite3_errmsg(raw()));
}

Result<void> Database::exec(const std::string& sql) {
  if (sqlite3_exec(raw(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(last_error(sql.substr(0, 60)));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(raw(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(last_error(sql.substr(0, 60)));
  Statement prepared;
  prepared.statement_.reset(statement);
  return prepared;
}

Result<std::optional<std::int64_t>> Database::number(std::string_view sql) {
  HF_TRY(statement, prepare(sql));
  Query query(statement);
  HF_TRY(row, query.step());
  if (!row || query.is_null(0)) return std::nullopt;
  return query.number(0);
}

Result<std::optional<std::string>> Database::text(std::string_view sql) {
  HF_TRY(statement, prepare(sql));
  Query query(statement);
  HF_TRY(row, query.step());
  if (!row || query.is_null(0)) return std::nullopt;
  return std::string(query.text(0));
}

Result<void> Database::close() {
  sqlite3* const raw = connection_.release();
  if (raw == nullptr) return {};
  const int code = sqlite3_close_v2(raw);
  if (code != SQLITE_OK)
    return std::unexpected(sqlite_error(code, "closing", sqlite3_errstr(code)));
  return {};
}

Query& Query::bind(int at, std::int64_t value) {
  CHECK(sqlite3_bind_int64(statement_, at, value) == SQLITE_OK);
  return *this;
}

Query& Query::bind(int at, std::string_view text) {
  // An empty view may have no address, and SQLite reads that as NULL.
  const char* const data = text.empty() ? "" : text.data();
  CHECK(sqlite3_bind_text(statement_, at, data, static_cast<int>(text.size()), SQLITE_STATIC) ==
        SQLITE_OK);
  return *this;
}

Query& Query::bind(int at, const Hash32& hash) {
  CHECK(sqlite3_bind_blob(statement_, at, hash.bytes.data(), static_cast<int>(hash.bytes.size()),
                          SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

Query& Query::bind_null(int at) {
  CHECK(sqlite3_bind_null(statement_, at) == SQLITE_OK);
  return *this;
}

Result<bool> Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* const connection = sqlite3_db_handle(statement_);
  return std::unexpected(sqlite_error(sqlite3_extended_errcode(connection),
                                      std::string_view(sqlite3_sql(statement_)).substr(0, 60),
                                      sqlite3_errmsg(connection)));
}

Result<void> Query::run() {
  while (true) {
    HF_TRY(row, step());
    if (!row) return {};
  }
}

std::string_view Query::text(int at) const {
  const void* const data = sqlite3_column_blob(statement_, at);
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, at))};
}

Hash32 Query::hash(int at) const {
  Hash32 hash;
  const std::string_view bytes = text(at);
  if (bytes.size() == hash.bytes.size()) std::memcpy(hash.bytes.data(), bytes.data(), bytes.size());
  return hash;
}

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
  HF_CHECKED(database.exec(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(database);
}

Result<void> Transaction::commit() {
  HF_CHECKED(database_->exec("COMMIT"));
  database_ = nullptr;
  return {};
}

Transaction::~Transaction() {
  // Without an open transaction (some errors end it by themselves) this is a harmless error of its
  // own.
  if (database_ != nullptr) sqlite3_exec(database_->raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace holdfast::journal
