#include "sim/disk.h"

#include <algorithm>
#include <utility>

#include "base/match.h"
#include "base/plant.h"

namespace holdfast::sim {

using node::Append;
using node::AppendFailed;
using node::Committed;
using node::Read;
using node::ReadDone;

// ---- the disk ----

// The journal refuses what is not fenced any more; whether it does is looked at here once more.
Result<journal::Arrival> Disk::write(const Append& append, bool and_sync) {
  auto written = and_sync ? journal_.append(append.entries, append.lease)
                          : journal_.write(append.entries, append.lease);
  if (append.lease && lease_) {
    const bool theirs =
        append.lease->holder == lease_->holder && append.lease->term == lease_->term;
    if (!theirs) trace_.sometimes("append of a former lease holder");
    if (!theirs && written)
      watcher_.written_without_lease(deployment_, append.lease->holder, lease_->holder);
  }
  if (!written) return written;
  for (const protocol::Entry& entry : append.entries) watcher_.written(deployment_, entry);
  return written;
}

Result<journal::Lease> Disk::acquire_lease(const std::string& holder, WallMs now, WallMs until) {
  auto lease = journal_.acquire_lease(holder, now, until);
  if (lease) lease_ = *lease;
  return lease;
}

Ms Disk::draw_sync() {
  return Ms(1 + static_cast<std::int64_t>(random_.below(8))) + slow_;
}
Ms Disk::draw_read() {
  return Ms(static_cast<std::int64_t>(random_.below(4))) + slow_ / 4;
}

void Disk::lose_power() {
  const std::size_t unsynced = journal_.unsynced_batches();
  if (unsynced > 0) trace_.sometimes("crash lost an un-synced tail");
  journal_.crash(unsynced == 0 ? 0 : random_.below(unsynced + 1));
}

std::set<protocol::Digest> Disk::digests() const {
  std::set<protocol::Digest> all;
  journal_.each([&](const protocol::Entry& entry) { all.insert(entry.content->digest); });
  return all;
}

std::set<protocol::ChainHash> Disk::chain() const {
  std::set<protocol::ChainHash> all;
  journal_.each([&](const protocol::Entry& entry) { all.insert(entry.h); });
  return all;
}

void Disk::tell_gone(const std::set<protocol::ChainHash>& before) {
  const auto after = chain();
  std::set<protocol::ChainHash> gone;
  std::ranges::set_difference(before, after, std::inserter(gone, gone.end()));
  watcher_.entries_gone(deployment_, gone);
}

std::set<protocol::Digest> Disk::restore(const journal::MemoryJournal& backup) {
  const auto before = digests();
  const auto entries_before = chain();
  journal_.restore(backup);
  lease_.reset();
  tell_gone(entries_before);
  const auto after = digests();
  std::set<protocol::Digest> lost;
  std::ranges::set_difference(before, after, std::inserter(lost, lost.end()));
  return lost;
}

bool Disk::corrupt_a_row() {
  const auto last = journal_.last_arrival();
  if (!last || last->value() == 0) return false;
  const journal::Arrival arrival(1 + random_.below(last->value()));
  const auto entries_before = chain();
  if (!journal_.corrupt(arrival)) return false;
  tell_gone(entries_before);
  const auto rows = journal_.damaged();
  const auto row = std::ranges::find(rows, arrival, &journal::DamagedRow::arrival);
  trace_.line("damaged: {} {}", row->origin, row->seq);
  return true;
}

// ---- a node's queue ----

void JournalQueue::push(Append append) {
  asks_.emplace_back(std::move(append));
  work();
}

void JournalQueue::push(Read read) {
  asks_.emplace_back(std::move(read));
  work();
}

void JournalQueue::work() {
  if (busy_ || asks_.empty()) return;
  busy_ = true;
  // Not inside the node's turn: what is asked in one turn waits together.
  process_.after(Ms(0), [this, round = round_] {
    if (round != round_) return;
    if (std::holds_alternative<Append>(asks_.front())) {
      write_group();
    } else {
      read_one();
    }
  });
}

void JournalQueue::write_group() {
  // The planted bug: written, told, and not synced.
  const bool early = planted(Plant::kAckBeforeFsync);
  std::vector<std::pair<node::BatchId, Result<journal::Arrival>>> written;
  while (!asks_.empty() && std::holds_alternative<Append>(asks_.front())) {
    const Append append = std::get<Append>(std::move(asks_.front()));
    asks_.pop_front();
    written.emplace_back(append.batch, disk_.write(append, early));
    writing_.push_back(append.batch);
  }
  const Ms wait = early ? Ms(0) : disk_.draw_sync();
  process_.after(wait, [this, round = round_, written = std::move(written)] {
    if (round != round_) return;
    if (!planted(Plant::kAckBeforeFsync)) disk_.journal().sync();
    writing_.clear();
    busy_ = false;
    for (const auto& [batch, result] : written) {
      if (round != round_) return;  // the node ended at the one before
      if (result) {
        answer_(Committed{batch, *result});
      } else {
        answer_(AppendFailed{batch, result.error()});
      }
    }
    work();
  });
}

void JournalQueue::read_one() {
  process_.after(disk_.draw_read(), [this, round = round_] {
    if (round != round_) return;
    const Read read = std::get<Read>(std::move(asks_.front()));
    asks_.pop_front();
    busy_ = false;
    answer_(ReadDone{read.read, carry_out(read.ask)});
    if (round == round_) work();
  });
}

void JournalQueue::hang() {
  ++round_;
  busy_ = true;
}

void JournalQueue::fail_all(const std::string& why) {
  ++round_;
  busy_ = false;
  const Error error{ErrorCode::kIo, why};
  const auto asks = std::exchange(asks_, {});
  for (const node::BatchId batch : std::exchange(writing_, {})) answer_(AppendFailed{batch, error});
  for (const Ask& ask : asks) {
    if (const auto* append = std::get_if<Append>(&ask)) {
      answer_(AppendFailed{append->batch, error});
    } else {
      answer_(ReadDone{std::get<Read>(ask).read, std::unexpected(error)});
    }
  }
}

namespace {

template <class Answer, class T>
Result<node::ReadAnswer> answer_with(Result<T> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return node::ReadAnswer(Answer{*std::move(result)});
}

Result<node::ReadAnswer> done(Result<void> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return node::ReadAnswer(node::WriteDone{});
}

}  // namespace

Result<node::ReadAnswer> JournalQueue::carry_out(const node::JournalAsk& ask) {
  journal::Journal& journal = disk_.journal();
  return std::visit(
      Match{
          [&](const node::ReadChat& read) {
            return answer_with<node::ChatRead>(journal.read_chat(read.key));
          },
          [&](const node::ReadSettings&) {
            return answer_with<node::SettingsRead>(journal.read_settings());
          },
          [&](const node::ReadOrigin& read) {
            return answer_with<node::PageRead>(journal.read_origin(read.range));
          },
          [&](const node::ReadSeeded&) {
            return answer_with<node::SeededRead>(journal.is_seeded());
          },
          [&](const node::MarkSeeded&) { return done(journal.mark_seeded()); },
          [&](const node::ReadArrivals& read) {
            return answer_with<node::PageRead>(journal.read_arrivals(read.after, read.bytes_max));
          },
          [&](const node::ReadOpenChats&) {
            return answer_with<node::OpenChatsRead>(journal.open_chats());
          },
          [&](const node::ReadHoldings&) -> Result<node::ReadAnswer> {
            HF_TRY(last, journal.last_arrival());
            HF_TRY(holdings, journal.holdings());
            return node::ReadAnswer(node::HoldingsRead{std::move(holdings), last});
          },
          [&](const node::AcquireLease& lease) {
            return answer_with<node::LeaseRead>(
                disk_.acquire_lease(lease.holder, wall_(), lease.until));
          },
          [&](const node::FreezeOrigin& freeze) {
            return done(journal.freeze_origin(freeze.origin, freeze.last_common));
          },
          [&](const node::ReadBranches&) {
            return answer_with<node::BranchesRead>(journal.read_branches());
          },
          [&](const node::SearchChats& ask) {
            return answer_with<node::ChatsFoundRead>(journal.search(ask.search));
          },
          [&](const node::ClearBranches&) { return done(journal.clear_branches()); },
          [&](const node::MarkClosed& mark) {
            return done(journal.mark_closed(mark.key, mark.as_of));
          },
          [&](const node::ReadErasures&) {
            return answer_with<node::ErasuresRead>(journal.read_erasures());
          },
          [&](const node::ReadChatsOf& read) {
            return answer_with<node::ChatKeysRead>(journal.chats_of(read.site, read.visitor));
          },
          [&](const node::ReadClosedChats& read) {
            return answer_with<node::ClosedChatsRead>(
                journal.closed_chats(read.site, read.after, read.max));
          },
          [&](const node::EraseBodies& erase) {
            return answer_with<node::ErasedRead>(journal.erase(erase.key, erase.events));
          },
      },
      ask);
}

}  // namespace holdfast::sim
