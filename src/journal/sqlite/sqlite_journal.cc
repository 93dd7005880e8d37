#include "journal/sqlite/sqlite_journal.h"

#include <utility>

#include "base/log.h"
#include "journal/sqlite/appender.h"
#include "journal/sqlite/eraser.h"
#include "journal/sqlite/file_lock.h"
#include "journal/sqlite/opening.h"
#include "journal/sqlite/reader.h"
#include "journal/sqlite/searcher.h"
#include "journal/sqlite/shared.h"
#include "journal/sqlite/suspect.h"

namespace holdfast::journal {

struct SqliteJournal::Parts {
  explicit Parts(const std::string& path) : shared(path) {}

  FileLock lock;
  Shared shared;
  std::unique_ptr<Appender> appender;
  std::unique_ptr<Reader> reader;
  std::unique_ptr<Searcher> searcher;
};

SqliteJournal::SqliteJournal(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

SqliteJournal::~SqliteJournal() {
  if (parts_ == nullptr) return;
  if (auto closed = close(); !closed) log::warn("journal", "closing: {}", closed.error().text());
}

Result<SqliteJournal::Opened> SqliteJournal::open(const std::string& path,
                                                  const SqliteOptions& options) {
  auto opened = open_once(path, options);
  if (opened || opened.error().code != ErrorCode::kCorrupt) return opened;
  // SQLite stumbled behind what an opening looks at first; with the note it looks at everything.
  mark_suspect(path, opened.error().why);
  return open_once(path, options);
}

Result<SqliteJournal::Opened> SqliteJournal::open_once(const std::string& path,
                                                       const SqliteOptions& options) {
  Opening opening(path, options);
  HF_CHECKED(opening.make_sound());
  auto parts = std::make_unique<Parts>(path);
  parts->lock = opening.take_lock();
  const DatabaseOptions database{
      .vfs = options.vfs, .create = false, .busy_timeout_ms = options.busy_timeout_ms};
  HF_TRY(appender, Appender::open(parts->shared, database));
  HF_TRY(reader, Reader::open(parts->shared, database));
  parts->appender = std::move(appender);
  parts->reader = std::move(reader);
  parts->searcher = std::make_unique<Searcher>(path, database);
  // From nothing known to the projections and the rows after them.
  parts->shared.cuts = -1;
  HF_CHECKED(parts->reader->catch_up());
  HF_CHECKED(parts->reader->last_arrival());
  Opened opened{.journal = std::unique_ptr<SqliteJournal>(new SqliteJournal(std::move(parts))),
                .report = {}};
  HF_CHECKED(opening.finish(*opened.journal));
  opened.report = opening.report();
  return opened;
}

Result<void> SqliteJournal::close() {
  const std::unique_ptr<Parts> parts = std::exchange(parts_, nullptr);
  if (parts == nullptr) return {};
  parts->searcher.reset();
  if (parts->shared.alive()) return parts->reader->settle();
  parts->appender->leave_wal_alone();
  parts->reader->leave_wal_alone();
  return {};
}

Result<Arrival> SqliteJournal::append(std::span<const protocol::Entry> batch,
                                      const std::optional<LeaseClaim>& lease) {
  const Batch only{.entries = batch, .lease = lease};
  return std::move(append_group(std::span(&only, 1)).front());
}

std::vector<Result<Arrival>> SqliteJournal::append_group(std::span<const Batch> batches) {
  return parts_->appender->append_group(batches);
}
Result<std::vector<StoredEntry>> SqliteJournal::read_chat(const ChatKey& key) {
  return parts_->reader->read_chat(key);
}
Result<bool> SqliteJournal::is_seeded() {
  return parts_->reader->is_seeded();
}
Result<void> SqliteJournal::mark_seeded() {
  return parts_->appender->mark_seeded();
}
Result<std::vector<StoredEntry>> SqliteJournal::read_settings() {
  return parts_->reader->read_settings();
}
Result<Page> SqliteJournal::read_origin(const OriginRange& range) {
  return parts_->reader->read_origin(range);
}
Result<Page> SqliteJournal::read_arrivals(Arrival after, std::size_t bytes_max) {
  return parts_->reader->read_arrivals(after, bytes_max);
}
Result<std::vector<ChatKey>> SqliteJournal::open_chats() {
  return parts_->reader->open_chats();
}
Result<void> SqliteJournal::mark_closed(const ChatKey& key, Arrival as_of) {
  return parts_->reader->mark_closed(key, as_of);
}
Result<protocol::Holdings> SqliteJournal::holdings() {
  return parts_->reader->holdings();
}
Result<Arrival> SqliteJournal::last_arrival() {
  return parts_->reader->last_arrival();
}
Result<Lease> SqliteJournal::acquire_lease(const std::string& holder, WallMs now, WallMs until) {
  return parts_->appender->acquire_lease(holder, now, until);
}
Result<void> SqliteJournal::freeze_origin(const protocol::Origin& origin,
                                          protocol::Seq last_common) {
  return parts_->appender->freeze_origin(origin, last_common);
}
Result<std::vector<protocol::Entry>> SqliteJournal::read_branches() {
  return parts_->reader->read_branches();
}
Result<void> SqliteJournal::clear_branches() {
  return parts_->appender->clear_branches();
}
Result<Erased> SqliteJournal::erase(const ChatKey& key, std::span<const protocol::Digest> events) {
  HF_CHECKED(parts_->shared.alive());
  // The words go first: what a crash between leaves is a chat that is found by too little.
  HF_CHECKED(parts_->searcher->forget(key));
  HF_TRY(erased, parts_->appender->erase(key, events));
  HF_CHECKED(parts_->searcher->reread(key));
  // At the first time in any case: the last process may have left a body there that no row has.
  if (erased.bodies > 0 || !parts_->reader->has_emptied_wal())
    HF_CHECKED(parts_->reader->empty_wal());
  HF_TRY(files, remove_evidence(parts_->shared.path));
  erased.files = std::move(files);
  return erased;
}
Result<std::vector<StoredEntry>> SqliteJournal::read_erasures() {
  return parts_->reader->read_erasures();
}
Result<std::vector<ChatKey>> SqliteJournal::chats_of(const protocol::SiteId& site,
                                                     const protocol::Author& visitor) {
  return parts_->reader->chats_of(site, visitor);
}
Result<std::vector<ClosedChat>> SqliteJournal::closed_chats(const protocol::SiteId& site,
                                                            const protocol::ChatId& after,
                                                            std::size_t max) {
  return parts_->reader->closed_chats(site, after, max);
}
Result<ChatsFound> SqliteJournal::search(const ChatSearch& search) {
  return parts_->searcher->search(search);
}
Result<bool> SqliteJournal::maintain() {
  HF_TRY(more, parts_->reader->maintain());
  return more || parts_->searcher->maintain();
}
Result<void> SqliteJournal::scrub() {
  return parts_->reader->scrub();
}
void SqliteJournal::start_scrub() {
  parts_->reader->start_scrub();
}
std::uint64_t SqliteJournal::undecodable() const {
  return parts_->shared.undecodable.load(std::memory_order_relaxed);
}

std::vector<DamagedRow> SqliteJournal::damaged() {
  auto rows = parts_->reader->damaged();
  if (!rows)
    log::error("journal", "the list of damaged rows cannot be read: {}", rows.error().text());
  return rows.value_or(std::vector<DamagedRow>{});
}

std::uint64_t SqliteJournal::times_mended() {
  return parts_->reader->times_mended();
}

}  // namespace holdfast::journal
