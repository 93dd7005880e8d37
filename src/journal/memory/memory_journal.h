// A journal without a disk, for the simulator and for tests: what a disk would do to a journal is a
// call here.
//
// It keeps apart what is *written*, what is *visible* and what is *synced*:
// - append() writes, syncs and makes visible, so what it returned survives crash();
// - write() and sync() are its two halves, for a simulator whose disks take time; between them the
// batch is invisible and a
//   crash() may lose it. A batch is a transaction: it survives whole or not at all, and never
//   without those written before it.
// With the bug ack_before_fsync planted append() makes its batch visible without syncing it: the
// next sync (of any append) carries it, a crash before that loses it although it was acknowledged.
//
// Deterministic. One object stands for the whole deployment: several nodes of a simulated
// deployment use the same one. Any thread; a lock inside keeps the calls apart.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "journal/held.h"
#include "journal/journal.h"

namespace holdfast::journal {

class MemoryJournal final : public Journal {
 public:
  MemoryJournal() = default;

  Result<Arrival> append(std::span<const protocol::Entry> batch,
                         const std::optional<LeaseClaim>& lease) override;

  // The halves of append(): write() judges as append() does (against what is visible and what was
  // written before it) and returns the arrival that the last entry will have.
  Result<Arrival> write(std::span<const protocol::Entry> batch,
                        const std::optional<LeaseClaim>& lease);
  void sync();
  std::size_t unsynced_batches() const;

  // Power is lost and comes back. Of the batches that were not synced the first `survivors` are
  // there all the same. Ends a failure, as opening the file again would.
  void crash(std::size_t survivors = 0);
  // The process ends and another opens the journal: what was written to the system reaches the
  // disk.
  void reopen();

  // What a backup of this moment would hold (synced state only), and its return: everything since
  // is gone.
  std::unique_ptr<MemoryJournal> clone() const;
  void restore(const MemoryJournal& backup);

  // The next append (or write) fails with this code and leaves the journal failed until reopen(),
  // crash() or restore().
  void fail_next_append(ErrorCode code);
  // The row's bytes go bad, and a reader notices. False when there is no such row.
  bool corrupt(Arrival arrival);
  // Every row that can be read, in the order of arrival: a page of all of it without a copy.
  void each(const std::function<void(const protocol::Entry&)>& look) const;

  Result<bool> is_seeded() override;
  Result<void> mark_seeded() override;
  Result<std::vector<StoredEntry>> read_chat(const ChatKey& key) override;
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
  Result<Erased> erase(const ChatKey& key, std::span<const protocol::Digest> events) override;
  Result<std::vector<StoredEntry>> read_erasures() override;
  Result<std::vector<ChatKey>> chats_of(const protocol::SiteId& site,
                                        const protocol::Author& visitor) override;
  Result<std::vector<ClosedChat>> closed_chats(const protocol::SiteId& site,
                                               const protocol::ChatId& after,
                                               std::size_t max) override;
  Result<ChatsFound> search(const ChatSearch& search) override;
  std::vector<DamagedRow> damaged() override;

 private:
  struct Row {
    std::shared_ptr<const protocol::Entry> entry;  // shared with every snapshot
    bool readable = true;                          // neither damaged nor moved to a branch
  };
  struct Chat {
    std::vector<Arrival> arrivals;
    Arrival closed;  // as of
  };
  // All that is visible. A value: a snapshot is a copy.
  struct State {
    std::vector<Row> rows;  // arrival - 1 is the index
    std::map<ChatKey, Chat> chats;
    std::map<protocol::Origin, std::map<protocol::Seq, Arrival>> by_origin;
    std::vector<Arrival> settings;
    std::vector<Arrival> erasures;
    std::map<std::pair<protocol::SiteId, protocol::Author>, std::set<protocol::ChatId>> opened_by;
    Held held;
    std::optional<Lease> lease;
    std::vector<protocol::Entry> branches;
    std::map<Arrival, DamagedRow> damaged;
    bool seeded = false;

    const protocol::Entry& at(Arrival arrival) const { return *rows[arrival.value() - 1].entry; }
    bool readable(Arrival arrival) const { return rows[arrival.value() - 1].readable; }
    StoredEntry stored(Arrival arrival) const { return {arrival, at(arrival)}; }
    std::vector<StoredEntry> stored(const std::vector<Arrival>& arrivals) const;
    bool is_open(const ChatKey& key) const;
    void insert(protocol::Entry entry);
    // Takes the row out of every index; its bytes stay.
    void withdraw(Arrival arrival);
  };
  // A batch that was written: its new entries, `before` filled in.
  struct Written {
    std::vector<protocol::Entry> entries;
  };

  Result<Arrival> write_locked(std::span<const protocol::Entry> batch,
                               const std::optional<LeaseClaim>& lease);
  Result<void> refusal(const std::optional<LeaseClaim>& lease);
  void show_written(std::size_t batches);
  void forget_unsynced_rows();

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  State state_;
  std::vector<Written> written_;  // not visible yet
  std::size_t written_rows_ = 0;
  std::size_t unsynced_rows_ = 0;  // visible all the same: only with ack_before_fsync planted
  std::optional<ErrorCode> fail_next_;
  std::optional<std::string> failed_;
};

}  // namespace holdfast::journal
