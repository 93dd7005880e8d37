#include "journal/sqlite/opening.h"

#include <filesystem>
#include <utility>

#include "journal/sqlite/database.h"
#include "journal/sqlite/schema.h"

namespace holdfast::journal {

namespace fs = std::filesystem;

Opening::Opening(std::string path, const SqliteOptions& options) : path_(std::move(path)), options_(options) {}

Result<void> Opening::make_sound() {
  HF_TRY(lock, FileLock::take(path_ + ".lock"));
  lock_ = std::move(lock);
  if (!fs::exists(path_)) HF_CHECKED(create(path_));
  HF_CHECKED(check());
  return lock_.share();
}

Result<void> Opening::create(const std::string& path) {
  HF_TRY(database, Database::open(path, {.vfs = options_.vfs, .create = true}));
  return create_schema(database);
}

Result<void> Opening::check() {
  HF_TRY(database, Database::open(path_, {.vfs = options_.vfs}));
  return check_schema(database);
}

}  // namespace holdfast::journal
