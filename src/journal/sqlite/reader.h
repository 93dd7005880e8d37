// The reading half of a SqliteJournal: one connection, used by the reading thread. It also keeps
// the projections up, looks for damage and carries the WAL back into the database, all off the
// acknowledging path.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/page.h"
#include "journal/sqlite/checkpoints.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/decoder.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/projections.h"
#include "journal/sqlite/quarantine.h"
#include "journal/sqlite/scrub.h"
#include "journal/sqlite/shared.h"
#include "journal/sqlite/view.h"

namespace holdfast::journal {

class Reader {
 public:
  static Result<std::unique_ptr<Reader>> open(Shared& shared, const DatabaseOptions& options);

  Result<std::vector<StoredEntry>> read_chat(const ChatKey& key);
  Result<bool> is_seeded();
  Result<std::vector<StoredEntry>> read_settings();
  Result<Page> read_origin(const OriginRange& range);
  Result<Page> read_arrivals(Arrival after, std::size_t bytes_max);
  Result<std::vector<ChatKey>> open_chats();
  Result<void> mark_closed(const ChatKey& key, Arrival as_of);
  Result<protocol::Holdings> holdings();
  Result<Arrival> last_arrival();
  Result<std::vector<protocol::Entry>> read_branches();
  Result<std::vector<DamagedRow>> damaged();
  std::uint64_t times_mended() const { return times_mended_; }
  Result<std::vector<StoredEntry>> read_erasures();
  Result<std::vector<ChatKey>> chats_of(const protocol::SiteId& site,
                                        const protocol::Author& visitor);
  Result<std::vector<ClosedChat>> closed_chats(const protocol::SiteId& site,
                                               const protocol::ChatId& after, std::size_t max);

  // The WAL holds what was erased. Where another process reads it just now, maintain() empties it
  // as soon as that is over.
  Result<void> empty_wal();
  bool has_emptied_wal() const { return checkpoints_.has_emptied(); }

  // One piece of background work: a chunk of projection, else a checkpoint that is due, else a
  // chunk of the scrub.
  Result<bool> maintain();
  // Brings the projections up to the newest row.
  Result<void> catch_up();
  void start_scrub() { scrub_.start(); }
  // The scrub, to its end.
  Result<void> scrub();

  // Before closing: everything projected, the WAL carried into the database.
  Result<void> settle();
  // Before closing a journal that failed: what is in the WAL is for the next opening to judge.
  void leave_wal_alone();

 private:
  Reader(Shared& shared, Database database, Names names, View view, Projections projections,
         Quarantine quarantine, Scrub scrub, Checkpoints checkpoints);
  Result<void> prepare();
  Result<void> refresh();
  Result<bool> advance();
  Error suspicious(Error error);
  // Whatever a body meets, SQLite's word that the file is damaged is not passed over.
  template <class Body>
  auto watched(Body body) -> decltype(body());
  template <class Body>
  auto read_once(Body& body) -> decltype(body());
  template <class Body>
  auto in_snapshot(Body body) -> decltype(body());
  Decoder decoder() { return Decoder(shared_, names_, rows_, suspects_); }
  Result<std::vector<Arrival>> arrivals_of(Query& query);
  Result<void> put_away_suspects();
  // Its opening events are held, and none of them is this visitor's.
  Result<bool> is_somebody_elses(ChatNumber chat, const protocol::Author& visitor);

  Result<bool> scrub_some();
  Result<void> rebuild_projections();

  Shared& shared_;
  Database database_;
  Names names_;
  View view_;
  Projections projections_;
  Quarantine quarantine_;
  Suspects suspects_;
  Scrub scrub_;
  Checkpoints checkpoints_;
  std::uint64_t times_mended_ = 0;

  RowStatements rows_;
  Statement chat_, settings_, origin_, live_origin_, arrivals_, open_chats_, close_chat_,
      unlist_chat_, erasures_, opened_by_, openings_, closed_chats_;
};

}  // namespace holdfast::journal
