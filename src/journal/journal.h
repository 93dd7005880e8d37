// The durable, append-only record of what a deployment accepted or was given: the seam between the
// core and a disk.
//
// One Journal belongs to one deployment; several nodes may share it (each appends to its own
// origin, each sees the others' entries by arrival). The interface is synchronous: the shell runs
// appends on a writer thread and reads on a reader thread, the simulator runs both in its own time.
// An implementation must allow one appending and one reading thread at once; it need not allow
// more. Of one that is reached over a connection: when that breaks, whoever had it open ends its
// process and starts as a new incarnation, asked or not, for what answers next may be a replica
// that lacks the end of what this one was told is durable. Formats: docs/journal.md. Contract:
// src/journal/journal_contract.h (one suite for all implementations).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "journal/search.h"
#include "protocol/event.h"
#include "protocol/intervals.h"

namespace holdfast::journal {

using Arrival = Strong<struct ArrivalTag,
                       std::uint64_t>;  // position in the journal, ascending from 1, may have holes

struct ChatKey {
  protocol::SiteId site;
  protocol::ChatId chat;
  friend auto operator<=>(const ChatKey&, const ChatKey&) = default;
};

struct StoredEntry {
  Arrival arrival;
  protocol::Entry entry;
};

// A page of a scan. `more` is false when the scan reached its end.
struct Page {
  std::vector<StoredEntry> entries;
  bool more = false;
};

// The decider lease: at most one holder at a time within a deployment; every change of holder
// raises the term (next_term).
struct Lease {
  std::string holder;  // an Origin's text
  protocol::Term term;
  WallMs until;
};

// A lease that ends this much later than what is asked for was asked for by a machine whose clock
// was wrong. It counts as over: whoever holds it would otherwise keep everybody from deciding and
// pulling for as long as that clock was ahead. Taking it is safe, for the term rises.
inline constexpr Ms kLeaseAheadMax{60'000};
inline bool is_over(const Lease& lease, WallMs now, WallMs until) {
  return lease.until <= now || lease.until - until > kLeaseAheadMax;
}

// At least the seconds of the day's time: a journal that came back shorter, from a backup or as a
// database that was promoted, does not know its last terms and would give them to others.
inline protocol::Term next_term(protocol::Term last, WallMs now) {
  const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, now.value() / 1'000));
  return protocol::Term(std::max(last.value() + 1, seconds));
}

// "These entries count only while I hold the lease with this term"; checked inside the commit.
struct LeaseClaim {
  std::string holder;
  protocol::Term term;
};

struct OriginRange {
  protocol::Origin origin;
  protocol::Seq first;
  protocol::Seq last;
  bool live_only = false;  // only entries of open chats and of no chat
  std::size_t bytes_max;   // of heads and bodies, plus kEntryOverhead for each entry
};
inline constexpr std::size_t kEntryOverhead = 256;

// What one caller wants to be appended as a whole.
struct Batch {
  std::span<const protocol::Entry> entries;
  std::optional<LeaseClaim> lease;
};

// A chat that is not open, and when the newest of its events was accepted.
struct ClosedChat {
  ChatKey key;
  protocol::Hlc newest;
};

// What erase() took away.
struct Erased {
  std::uint64_t bodies = 0;             // of entries, branches and quarantined rows
  std::vector<std::string> files = {};  // what stood beside the journal and might hold some as well
};

// A row whose bytes are not what was written. It is quarantined: no read returns it and holdings()
// lacks it, so that it is fetched again from the peer; it leaves the list when its entry is
// appended anew.
struct DamagedRow {
  Arrival arrival;
  protocol::Origin origin;
  protocol::Seq seq;  // of the row that should stand there; 0 when not even that could be told
  std::string why;
  friend bool operator==(const DamagedRow&, const DamagedRow&) = default;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Makes all of `batch` durable, or none of it, before returning; returns the arrival of the last
  // entry. An entry whose (origin, seq) is held with the same h is skipped silently (two nodes
  // pulled it); with another h the call fails with kConflict. A missing predecessor is fine
  // (intervals). An entry's `before` may be all zeros when its predecessor is held or stands
  // earlier in the batch; it is read back filled in. kInvalid: it is zero and the predecessor is
  // not here. The arrival of a skipped entry is that of the held one; an empty batch returns
  // last_arrival(). kFenced: `lease` is not the current one. kIo, kFull: the disk refused; nothing
  // is visible and the caller must stop appending for good: every later append fails with kIo
  // "journal failed earlier: ..." until the journal is opened again. kUnavailable: another process
  // held the file too long; nothing was written.
  virtual Result<Arrival> append(std::span<const protocol::Entry> batch,
                                 const std::optional<LeaseClaim>& lease) = 0;

  // Several batches, one sync. Each is taken or refused by itself, as by append() in this order;
  // only a failing disk fails all of them.
  virtual std::vector<Result<Arrival>> append_group(std::span<const Batch> batches);

  // A journal that was made from nothing cannot tell what it lacks of the settings, however many
  // have arrived: it is not seeded until mark_seeded() was called, by who wrote the first settings
  // of all (`init`), put a backup back, or pulled all that the peer has. Once seeded it stays so.
  virtual Result<bool> is_seeded() = 0;
  // Durable on return. To be called when the settings are.
  virtual Result<void> mark_seeded() = 0;

  // Every entry of a chat in arrival order (the chat '' of a site: its settings and audits).
  // Unknown chat: empty.
  virtual Result<std::vector<StoredEntry>> read_chat(const ChatKey& key) = 0;
  // All entries of kind `set`, of every site, in arrival order.
  virtual Result<std::vector<StoredEntry>> read_settings() = 0;
  // Entries of a range in seq order, as many as fit in bytes_max (at least one when any is held).
  virtual Result<Page> read_origin(const OriginRange& range) = 0;
  // Entries that arrived after `after`, in arrival order.
  virtual Result<Page> read_arrivals(Arrival after, std::size_t bytes_max) = 0;

  // Chats with entries after their last `mark_closed`. Appending to a chat opens it.
  virtual Result<std::vector<ChatKey>> open_chats() = 0;
  // The core says that the chat was closed as of `as_of`; ignored when something arrived since, and
  // for an unknown chat. Need not be durable at once.
  virtual Result<void> mark_closed(const ChatKey& key, Arrival as_of) = 0;

  // What is held, exactly (quarantined rows subtracted).
  virtual Result<protocol::Holdings> holdings() = 0;
  // Arrival of the newest durable entry, 0 when empty.
  virtual Result<Arrival> last_arrival() = 0;

  // Takes, renews or asks for the lease: granted to `holder` when it is free, over at `now`
  // (is_over), or its own already. Returns the lease as it stands now.
  virtual Result<Lease> acquire_lease(const std::string& holder, WallMs now, WallMs until) = 0;

  // Rollback (protocol.md §9): entries of `origin` after `last_common` leave the origin and wait as
  // a branch until a new incarnation re-enters them. Durable on return. The branch holds what was
  // cut, in seq order.
  virtual Result<void> freeze_origin(const protocol::Origin& origin, protocol::Seq last_common) = 0;
  virtual Result<std::vector<protocol::Entry>> read_branches() = 0;
  // Forgets the branches; called once the re-entered entries are durable (entering twice is
  // harmless).
  virtual Result<void> clear_branches() = 0;

  // Erasure (protocol.md §11). Takes the bodies of these events of a chat away for good: from its
  // entries, from branches, from what is left of damaged rows and files, from indexes, and from the
  // free space and logs of the storage itself. Heads, acceptances and chains stay. What has no body
  // here is passed over, so that erasing again is harmless; an entry that is appended later is
  // stored as it comes. Durable on return.
  virtual Result<Erased> erase(const ChatKey& key, std::span<const protocol::Digest> events) = 0;
  // All entries of kind `erase`, of every site, in arrival order.
  virtual Result<std::vector<StoredEntry>> read_erasures() = 0;
  // The chats of a site that this visitor opened, as the opening events say that are or were held.
  virtual Result<std::vector<ChatKey>> chats_of(const protocol::SiteId& site,
                                                const protocol::Author& visitor) = 0;
  // Chats of a site that are not open, ascending by id: the first `max` of those after `after`.
  virtual Result<std::vector<ClosedChat>> closed_chats(const protocol::SiteId& site,
                                                       const protocol::ChatId& after,
                                                       std::size_t max) = 0;

  // The chats of a site in which every word occurs, newest first; every word is the beginning of
  // one that stands in a message or note, or in a name or address of an opening or contact
  // (protocol/words.h). Takes in what was appended before. Work is bounded. kUnavailable: not now
  // (the index is being made), or not by this journal; `why` is for a person.
  virtual Result<ChatsFound> search(const ChatSearch&) {
    return fail(ErrorCode::kUnavailable, "this journal has no index");
  }

  // A bounded piece of background work (projections, checkpoints, looking for damage), on the
  // reading thread. True when there is more to do at once; false when it is worth asking again only
  // after the next append or in a while.
  virtual Result<bool> maintain() { return false; }

  // The rows known to be damaged, ascending by arrival.
  virtual std::vector<DamagedRow> damaged() { return {}; }

  // How often, since it was opened, what is derived from the rows was found wrong and made again.
  virtual std::uint64_t times_mended() { return 0; }
};

}  // namespace holdfast::journal
