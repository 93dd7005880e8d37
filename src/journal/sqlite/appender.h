// The writing half of a SqliteJournal: one connection whose commits are synced before they return.
//
// append_group() is called by the appending thread, the others by the reading thread;
// Shared::write_mutex keeps them apart. After a commit that failed nothing more is ever written:
// what the disk holds is unknown until the file is opened again.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/recent_contents.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/shared.h"
#include "journal/sqlite/view.h"

namespace holdfast::journal {

class Appender {
 public:
  static Result<std::unique_ptr<Appender>> open(Shared& shared, const DatabaseOptions& options);

  std::vector<Result<Arrival>> append_group(std::span<const Batch> batches);

  Result<Lease> acquire_lease(const std::string& holder, WallMs now, WallMs until);
  Result<void> freeze_origin(const protocol::Origin& origin, protocol::Seq last_common);
  Result<void> clear_branches();
  Result<void> mark_seeded();
  Result<Erased> erase(const ChatKey& key, std::span<const protocol::Digest> events);

  void leave_wal_alone();  // as Reader's

 private:
  Appender(Shared& shared, Database database, Names names, View view);
  Result<void> prepare();

  // A write transaction over the newest state, or why there can be none.
  Result<Transaction> begin();
  // Commits; on failure, and on `error`, the journal has failed for good.
  Result<void> commit(Transaction transaction);
  Error failed(Error error);

  Result<std::vector<Result<Arrival>>> write_group(std::span<const Batch> batches);
  Result<void> write_batch(const Batch& batch, const std::vector<Held::Planned>& plan);
  Result<void> insert(const protocol::Entry& entry, const Held::Planned& planned);
  Result<void> heal(const protocol::Entry& entry);
  Result<std::optional<Lease>> read_lease();
  Result<void> check_claim(const LeaseClaim& claim);
  Result<Held::Known> look_up(const protocol::Origin& origin, protocol::Seq seq);
  void publish(Arrival first);

  Shared& shared_;
  Database database_;
  Names names_;
  View view_;
  RecentContents recent_;
  std::int64_t recent_cuts_ = 0;
  Arrival next_;  // of the entry that is written next, inside a transaction

  Statement insert_, read_lease_, write_lease_, known_projected_, known_tail_, heal_;
};

}  // namespace holdfast::journal
