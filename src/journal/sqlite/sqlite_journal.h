// The embedded journal: one SQLite file, journal.db, written as docs/journal.md says.
//
// Owned by the shell. append() and append_group() belong to the appending thread, everything else
// to the reading thread; close() when both are done. Several processes may open one file: they see
// each other's entries by arrival, and what two of them pulled is stored once. Moving a damaged
// file aside needs it alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "journal/journal.h"

namespace holdfast::journal {

struct SqliteOptions {
  WallMs now;            // names what is moved aside
  std::string vfs = {};  // SQLite's name of the file system to use; "" = the system's
  int busy_timeout_ms = 5'000;
};

// What opening met.
struct OpenReport {
  bool clean = true;  // nothing was damaged
  std::uint64_t salvaged_rows =
      0;  // brought from a damaged file, or from the damaged end of its WAL
  std::uint64_t damaged_rows = 0;  // met and not sound: quarantined, or lost from a damaged file
  std::string moved_to = {};       // where the damaged file is now
  std::string message = {};        // for a person
};

class SqliteJournal final : public Journal {
 public:
  struct Opened;

  // Makes the file when there is none. A damaged one is moved aside and what can be read is brought
  // over: the report says so, and the caller comes up not ready until its peer has sent the rest.
  // Fails with kInvalid for a file that is no journal of ours (it is left alone), kUnavailable
  // where a damaged file is open elsewhere, kIo where the disk refuses.
  static Result<Opened> open(const std::string& path, const SqliteOptions& options);

  ~SqliteJournal() override;

  Result<Arrival> append(std::span<const protocol::Entry> batch,
                         const std::optional<LeaseClaim>& lease) override;
  std::vector<Result<Arrival>> append_group(std::span<const Batch> batches) override;
  Result<std::vector<StoredEntry>> read_chat(const ChatKey& key) override;
  Result<bool> is_seeded() override;
  Result<void> mark_seeded() override;
  Result<std::vector<StoredEntry>> read_settings() override;
  Result<Page> read_origin(const OriginRange& range) override;
  Result<Page> read_arrivals(Arrival after, std::size_t bytes_max) override;
  Result<std::vector<ChatKey>> open_chats() override;
  Result<void> mark_closed(const ChatKey& key, Arrival as_of) override;
  Result<protocol::Holdings> holdings() override;
  Result<Arrival> last_arrival() override;
  Result<Lease> acquire_lease(const std::string& holder, WallMs now, WallMs until) override;
  Result<void> freeze_origin(const protocol::Origin& origin, protocol::Seq last_common) override;
  Result<std::vector<protocol::Entry>> read_branches() override;
  Result<void> clear_branches() override;
  Result<bool> maintain() override;
  Result<Erased> erase(const ChatKey& key, std::span<const protocol::Digest> events) override;
  Result<std::vector<StoredEntry>> read_erasures() override;
  Result<std::vector<ChatKey>> chats_of(const protocol::SiteId& site,
                                        const protocol::Author& visitor) override;
  Result<std::vector<ClosedChat>> closed_chats(const protocol::SiteId& site,
                                               const protocol::ChatId& after,
                                               std::size_t max) override;
  Result<ChatsFound> search(const ChatSearch& search) override;
  std::vector<DamagedRow> damaged() override;
  std::uint64_t times_mended() override;

  // Looks at every row, to the end; maintain() does it once after opening, a piece at a time.
  Result<void> scrub();
  void start_scrub();
  // Rows that this version cannot read although they are what was written; met since opening,
  // counted each time.
  std::uint64_t undecodable() const;

  // Brings the projections up, empties the WAL into the file and closes. The destructor closes
  // without saying how it went.
  Result<void> close();

 private:
  static Result<Opened> open_once(const std::string& path, const SqliteOptions& options);

  struct Parts;
  explicit SqliteJournal(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

struct SqliteJournal::Opened {
  std::unique_ptr<SqliteJournal> journal;
  OpenReport report;
};

}  // namespace holdfast::journal
