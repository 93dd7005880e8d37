#include "journal/sqlite/opening.h"

#include <fcntl.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "journal/sqlite/file_header.h"
#include "journal/sqlite/page_scan.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/suspect.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

// quick_check reads all of a file: at once up to this size, beyond it only with a reason; the scrub
// reads the rest in its own time.
constexpr std::uintmax_t kLookedAtWhole = 64 << 20;

std::uintmax_t size_of(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

void discard(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

Result<void> sync(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return fail(ErrorCode::kIo, "{} cannot be synced", path);
  return {};
}

Result<void> sync_directory_of(const std::string& path) {
  const fs::path directory = fs::path(path).parent_path();
  return sync(directory.empty() ? "." : directory.string());
}

Result<void> rename(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return fail(ErrorCode::kIo, "{} cannot be moved to {}: {}", from, to, error.message());
  return {};
}

std::string time_text(WallMs now) {
  const std::time_t seconds = now.value() / 1'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

Result<void> check_pages(Database& database, std::string_view pragma) {
  HF_TRY(verdict, database.text(pragma));
  if (verdict == "ok") return {};
  return fail(ErrorCode::kCorrupt, "{}", verdict.value_or("the check has no answer"));
}

// Settings are read by an index of their own. A site that lost some of them in silence would let in
// who was thrown out; they belong to no chat, so that another table counts them, too.
Result<void> look_at_settings(Database& database) {
  HF_TRY(lost,
         database.number(
             "SELECT (SELECT count(*) FROM chats c CROSS JOIN by_chat b ON b.chat = c.id CROSS "
             "JOIN entries e ON e.arrival = b.arrival WHERE c.chat = '' AND e.kind = 'set') - "
             "(SELECT count(*) FROM entries e INDEXED BY entries_settings CROSS JOIN chats c ON "
             "c.id = e.chat WHERE e.kind = 'set' AND c.chat = '' AND e.arrival <= (SELECT "
             "min(arrival) FROM projection))"));
  if (lost <= 0) return {};
  return fail(ErrorCode::kCorrupt, "{} settings are not found by their index", *lost);
}

}  // namespace

Opening::Opening(std::string path, const SqliteOptions& options)
    : path_(std::move(path)),
      wal_(path_ + "-wal"),
      salvaged_(path_ + ".salvaged"),
      building_(path_ + ".building"),
      options_(options) {}

void Opening::say(const std::string& sentence) {
  report_.clean = false;
  report_.message += report_.message.empty() ? sentence : "; " + sentence;
  log::error("journal", "{}: {}", path_, sentence);
}

Result<void> Opening::make_sound() {
  HF_TRY(lock, FileLock::take(path_ + ".lock"));
  lock_ = std::move(lock);
  if (!lock_.alone()) {
    HF_TRY(database, Database::open(path_, {.vfs = options_.vfs}));
    auto ours = check_schema(database);
    if (!ours && ours.error().code != ErrorCode::kInvalid) {
      return fail(ErrorCode::kUnavailable, "{} is damaged and open elsewhere: {}", path_,
                  ours.error().why);
    }
    return ours;
  }
  // A salvage that was interrupted between building and swapping is complete.
  if (fs::exists(salvaged_)) {
    report_.moved_to = name_aside();
    HF_CHECKED(swap_in());
    say(fmt::format("an earlier salvage was completed; the damaged file is now {}",
                    report_.moved_to));
  }
  if (!fs::exists(path_) && size_of(wal_) == 0) HF_CHECKED(create());
  HF_CHECKED(find_damage());
  return lock_.share();
}

// Under another name first: a journal of zero bytes is then never an unfinished one.
Result<void> Opening::create() {
  for (const char* suffix : {"", "-wal", "-shm"}) discard(building_ + suffix);
  {
    HF_TRY(database, Database::open(building_, {.vfs = options_.vfs, .create = true}));
    HF_CHECKED(create_schema(database));
    HF_CHECKED(database.number("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  HF_CHECKED(sync(building_));
  HF_CHECKED(rename(building_, path_));
  return sync_directory_of(path_);
}

Result<void> Opening::find_damage() {
  if (size_of(path_) == 0)
    return replace(fs::exists(path_) ? "the file is empty (0 bytes)"
                                     : "the file is missing, but its WAL is there");
  rescue_.emplace(path_);
  HF_TRY(why, look_whole());
  if (!why) return {};
  HF_CHECKED(replace(*why));
  HF_TRY(still, look_whole());
  if (still) return fail(ErrorCode::kCorrupt, "{} could not be made again: {}", path_, *still);
  return {};
}

Result<std::optional<std::string>> Opening::look_whole() {
  const bool unclean = size_of(wal_) > 0;
  const bool suspect = fs::exists(suspect_note(path_));
  const std::uintmax_t size = size_of(path_);

  const auto damage = [](Result<void> result) -> Result<std::optional<std::string>> {
    if (result) return std::nullopt;
    if (result.error().code == ErrorCode::kCorrupt) return result.error().why;
    return std::unexpected(std::move(result).error());
  };
  HF_TRY(database, Database::open(path_, {.vfs = options_.vfs}));
  // What SQLite does not believe of the WAL is evidence until it has been judged: closing must not
  // throw it away.
  sqlite3_db_config(database.raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  HF_TRY(schema, damage(check_schema(database)));
  if (schema) return schema;
  const FileHeader header(path_);
  if (!header.is_ours()) return "its header is not one that was written";

  const auto look = [&]() -> Result<void> {
    // quick_check compares no index with its table; somebody who stumbled may have met just that.
    if (suspect) {
      HF_CHECKED(check_pages(database, "PRAGMA integrity_check(1)"));
    } else if (header.pages() * kPageSize > size || (unclean && size <= kLookedAtWhole)) {
      HF_CHECKED(check_pages(database, "PRAGMA quick_check(1)"));
    }
    // What everything else is judged by: small, and one wrong answer of an index has consequences.
    for (const char* const table : {"meta", "lease", "origins"})
      HF_CHECKED(check_pages(database, fmt::format("PRAGMA integrity_check({})", table)));
    HF_CHECKED(look_at_projections(database, suspect));
    HF_CHECKED(look_at_settings(database));
    HF_TRY(quarantined, database.number("SELECT count(*) FROM quarantine"));
    quarantined_before_ = *quarantined;
    return {};
  };
  HF_TRY(found, damage(look()));
  if (!found) discard(suspect_note(path_));
  return found;
}

// What a projection says of the edges of each interval must be what the rows say; else all are made
// again, and so they are when somebody stumbled, who may have met just that.
Result<void> Opening::look_at_projections(Database& database, bool suspect) {
  HF_TRY(whole, projections_are_whole(database));
  if (whole) {
    HF_TRY(wrong, database.number("SELECT (SELECT count(*) FROM origins o WHERE EXISTS (SELECT 1 "
                                  "FROM by_origin WHERE origin = o.id) "
                                  "AND NOT EXISTS (SELECT 1 FROM intervals WHERE origin = o.id)) + "
                                  "(SELECT count(*) FROM intervals i "
                                  "LEFT JOIN by_origin f ON f.origin = i.origin AND f.seq = "
                                  "i.first LEFT JOIN entries fe ON fe.arrival = f.arrival "
                                  "LEFT JOIN by_origin l ON l.origin = i.origin AND l.seq = i.last "
                                  "LEFT JOIN entries le ON le.arrival = l.arrival "
                                  "WHERE fe.before IS NOT i.before OR le.h IS NOT i.after)"));
    if (wrong == 0 && !suspect) return {};
    if (wrong != 0)
      log::error("journal",
                 "{}: {} intervals do not agree with their entries; the projections are made again",
                 path_, *wrong);
  }
  // After a note that was the first thing done.
  if (!suspect) HF_CHECKED(check_pages(database, "PRAGMA integrity_check(1)"));
  return make_projections_again(database, whole);
}

// The pages are sound. Projections are the only witnesses of rows that are missing all the same, so
// that they are heard first.
Result<void> Opening::make_projections_again(Database& database, bool are_whole) {
  HF_TRY(transaction, Transaction::begin(database, Transaction::Kind::kWrite));
  std::uint64_t missing = 0;
  if (are_whole) {
    HF_CHECKED(database.exec(
        "INSERT OR IGNORE INTO quarantine SELECT b.arrival, o.name, b.seq, 'the row is missing', "
        "NULL, NULL FROM by_origin b JOIN origins o ON o.id = b.origin LEFT JOIN entries e ON "
        "e.arrival = b.arrival WHERE e.arrival IS NULL"));
    missing = static_cast<std::uint64_t>(sqlite3_changes64(database.raw()));
    HF_CHECKED(database.exec(std::string(kKeepFloor)));
  }
  HF_CHECKED(clear_projections(database));
  HF_CHECKED(transaction.commit());
  if (missing == 0) return {};
  report_.damaged_rows += missing;
  say(fmt::format("{} rows are missing", missing));
  return {};
}

std::string Opening::name_aside() const {
  std::string name = fmt::format("{}.damaged-{}", path_, time_text(options_.now));
  while (fs::exists(name) || fs::exists(name + "-wal")) name += "+";
  return name;
}

// Builds the new file beside the damaged one, then swaps: whenever this is interrupted the next
// opening finds either the damaged file untouched or the new one complete.
Result<void> Opening::replace(const std::string& why) {
  rescue_.reset();  // the dropped frames are salvaged with the rest
  for (const char* suffix : {"", "-wal", "-shm"}) discard(building_ + suffix);
  HF_TRY(saved, salvage(path_, building_, options_));
  HF_CHECKED(sync(building_));
  HF_CHECKED(rename(building_, salvaged_));
  HF_CHECKED(sync_directory_of(path_));
  report_.moved_to = name_aside();
  HF_CHECKED(swap_in());
  discard(suspect_note(path_));
  report_.salvaged_rows += saved.rows;
  report_.damaged_rows += saved.damaged;
  say(fmt::format(
      "the file was damaged ({}) and is now {}; {} rows were brought over, {} could not be", why,
      report_.moved_to, saved.rows, saved.damaged));
  if (saved.lease_lost) say("the lease could not be read; its terms go on from the time of day");
  return {};
}

Result<void> Opening::swap_in() {
  discard(path_ + "-shm");
  if (fs::exists(wal_)) HF_CHECKED(rename(wal_, report_.moved_to + "-wal"));
  if (fs::exists(path_)) HF_CHECKED(rename(path_, report_.moved_to));
  HF_CHECKED(rename(salvaged_, path_));
  return sync_directory_of(path_);
}

Result<void> Opening::finish(SqliteJournal& journal) {
  if (rescue_ && rescue_->needed()) {
    HF_TRY(saved, rescue_->bring_over(journal, path_, options_));
    report_.salvaged_rows += saved.rows;
    report_.damaged_rows += saved.damaged;
    if (saved.rows + saved.damaged > 0) {
      say(
          fmt::format("the end of the WAL was damaged; {} rows behind the damage were brought "
                      "over, {} could not be",
                      saved.rows, saved.damaged));
    }
  }
  const auto quarantined =
      static_cast<std::int64_t>(journal.damaged().size()) - quarantined_before_;
  if (quarantined > 0) {
    report_.damaged_rows += static_cast<std::uint64_t>(quarantined);
    say(fmt::format("{} of the newest rows are damaged", quarantined));
  }
  return {};
}

}  // namespace holdfast::journal
