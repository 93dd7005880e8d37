// SQLite with values for errors: a connection, its statements, transactions. Knows nothing of
// journals.
//
// A Database and its Statements belong to one thread at a time; statements must die before their
// Database.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/result.h"

namespace holdfast::journal {

struct DatabaseOptions {
  std::string vfs = {};  // of this name, "" = the system's
  bool create = false;
  int busy_timeout_ms = 5'000;
};

class Database;

// A prepared statement, kept for the connection's life. Run it through a Query.
class Statement {
 public:
  Statement() = default;

 private:
  friend class Database;
  friend class Query;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

class Database {
 public:
  static Result<Database> open(const std::string& path, const DatabaseOptions& options);

  Result<void> exec(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row, as a number or text; nothing where there is no row.
  Result<std::optional<std::int64_t>> number(std::string_view sql);
  Result<std::optional<std::string>> text(std::string_view sql);

  // Closes and says how it went; the destructor closes and does not.
  Result<void> close();

  sqlite3* raw() const { return connection_.get(); }
  // The connection's last error, as ours: kFull, kCorrupt, kUnavailable (busy) or kIo.
  Error last_error(std::string_view doing) const;

 private:
  struct Closer {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  std::unique_ptr<sqlite3, Closer> connection_;
};

// One run of a statement: bind from 1, step, read columns from 0. The statement is free again when
// the Query dies. Bound and read views live until the next step or the Query's end.
class Query {
 public:
  explicit Query(const Statement& statement) : statement_(statement.statement_.get()) {}
  ~Query() { sqlite3_reset(statement_); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(int at, std::int64_t value);
  Query& bind(int at, std::uint64_t value) { return bind(at, static_cast<std::int64_t>(value)); }
  Query& bind(int at, std::string_view text);
  Query& bind(int at, const Hash32& hash);
  Query& bind_null(int at);

  Result<bool> step();  // true: there is a row
  Result<void> run();   // to its end
  void again() { sqlite3_reset(statement_); }

  bool is_null(int at) const { return sqlite3_column_type(statement_, at) == SQLITE_NULL; }
  std::int64_t number(int at) const { return sqlite3_column_int64(statement_, at); }
  std::uint64_t unsigned_number(int at) const { return static_cast<std::uint64_t>(number(at)); }
  std::string_view text(int at) const;
  Hash32 hash(int at) const;  // zeros where it is not 32 bytes

 private:
  sqlite3_stmt* statement_;
};

// BEGIN … COMMIT; rolls back when it dies uncommitted.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };
  static Result<Transaction> begin(Database& database, Kind kind);
  Result<void> commit();

  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

Error sqlite_error(int code, std::string_view doing, std::string_view why);

}  // namespace holdfast::journal
