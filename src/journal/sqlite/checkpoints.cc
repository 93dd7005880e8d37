#include "journal/sqlite/checkpoints.h"

#include <mutex>

namespace holdfast::journal {
namespace {

constexpr int kShortPatienceMs = 20;
constexpr int kWalPagesMax = 2'000;  // 8 MB: then it is carried into the database
constexpr int kWalPagesLate =
    16 * kWalPagesMax;  // appends have to wait for that, or it would grow for ever

struct Carried {
  int pages_in_wal = 0;
  int pages_carried = 0;
  bool is_all() const { return pages_carried >= pages_in_wal; }
};

// As far as nobody stands in the way.
Result<Carried> carry_some(Database& database) {
  Carried done;
  const int code = sqlite3_wal_checkpoint_v2(database.raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             &done.pages_in_wal, &done.pages_carried);
  if (code == SQLITE_OK || code == SQLITE_BUSY) return done;
  return std::unexpected(database.last_error("checkpoint"));
}

}  // namespace

bool Checkpoints::is_due() const {
  return shared_.wal_pages.load(std::memory_order_relaxed) > kWalPagesMax;
}

Result<void> Checkpoints::carry(Database& database) {
  HF_TRY(carried, carry_some(database));
  // Appends kept it from ever being complete, and an incomplete one never lets the file start over.
  if (!carried.is_all() && carried.pages_in_wal > kWalPagesLate) HF_CHECKED(carry_alone(database));
  // The next commit says how long the file is then.
  shared_.wal_pages.store(0, std::memory_order_relaxed);
  return {};
}

Result<void> Checkpoints::carry_alone(Database& database) {
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_CHECKED(carry_some(database));
  return {};
}

Result<void> Checkpoints::empty(Database& database) {
  owes_emptying_ = true;
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_CHECKED(shared_.alive());
  // Appends wait meanwhile, so another process' read is not waited for.
  sqlite3_busy_timeout(database.raw(), kShortPatienceMs);
  const int code = sqlite3_wal_checkpoint_v2(database.raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
  sqlite3_busy_timeout(database.raw(), busy_timeout_ms_);
  if (code == SQLITE_BUSY) return {};
  if (code != SQLITE_OK) return std::unexpected(database.last_error("checkpoint"));
  owes_emptying_ = false;
  has_emptied_ = true;
  shared_.wal_pages.store(0, std::memory_order_relaxed);
  return {};
}

}  // namespace holdfast::journal
