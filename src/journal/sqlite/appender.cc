#include "journal/sqlite/appender.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/plant.h"
#include "journal/sqlite/branches.h"
#include "journal/sqlite/eraser.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"
#include "journal/sqlite/suspect.h"
#include "protocol/hlc.h"

namespace holdfast::journal {
namespace {

constexpr std::size_t kErasedAtOnce = 500;

Arrival after(Arrival arrival) {
  return Arrival(arrival.value() + 1);
}

// Not what is wrong with a batch: nothing can be decided over such a file.
bool is_of_the_disk(const Error& error) {
  return error.code == ErrorCode::kCorrupt || error.code == ErrorCode::kIo ||
         error.code == ErrorCode::kFull;
}

}  // namespace

Appender::Appender(Shared& shared, Database database, Names names, View view)
    : shared_(shared),
      database_(std::move(database)),
      names_(std::move(names)),
      view_(std::move(view)) {}

Result<std::unique_ptr<Appender>> Appender::open(Shared& shared, const DatabaseOptions& options) {
  HF_TRY(database, Database::open(shared.path, options));
  HF_CHECKED(configure_connection(database));
  HF_CHECKED(database.exec(planted(Plant::kAckBeforeFsync) ? "PRAGMA synchronous = NORMAL"
                                                           : "PRAGMA synchronous = FULL"));
  HF_TRY(names, Names::prepare(database));
  HF_TRY(view, View::prepare(database));
  std::unique_ptr<Appender> appender(
      new Appender(shared, std::move(database), std::move(names), std::move(view)));
  HF_CHECKED(appender->prepare());
  sqlite3_wal_hook(
      appender->database_.raw(),
      [](void* of, sqlite3*, const char*, int pages) {
        static_cast<Shared*>(of)->wal_pages.store(pages, std::memory_order_relaxed);
        return SQLITE_OK;
      },
      &shared);
  return appender;
}

Result<void> Appender::prepare() {
  const std::string insert = fmt::format(
      "INSERT INTO entries ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", kEntryColumns);
  return prepare_all(
      database_,
      {{&insert_, insert},
       {&read_lease_, "SELECT holder, term, until FROM lease WHERE id = 1"},
       {&write_lease_, "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?)"},
       {&known_projected_,
        "SELECT e.h, e.arrival FROM by_origin b JOIN entries e ON e.arrival = "
        "b.arrival AND e.origin = b.origin AND e.seq = b.seq WHERE b.origin = ? AND b.seq = ?"},
       {&known_tail_,
        "SELECT h, arrival FROM entries WHERE arrival > (SELECT min(arrival) FROM "
        "projection) AND origin = ? AND seq = ? "
        "ORDER BY arrival DESC LIMIT 1"},
       {&heal_, "DELETE FROM quarantine WHERE origin = ? AND seq = ?"}});
}

void Appender::leave_wal_alone() {
  sqlite3_db_config(database_.raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Error Appender::failed(Error error) {
  names_.forget();
  recent_.clear();
  log::error("journal", "{}: {}; nothing more is written until it is opened again", shared_.path,
             error.text());
  if (error.code == ErrorCode::kCorrupt) mark_suspect(shared_.path, error.why);
  shared_.fail(error.why);
  return {error.code == ErrorCode::kFull ? ErrorCode::kFull : ErrorCode::kIo, error.why};
}

Result<Transaction> Appender::begin() {
  HF_CHECKED(shared_.alive());
  auto transaction = Transaction::begin(database_, Transaction::Kind::kWrite);
  if (!transaction) {
    Error error = std::move(transaction).error();
    return std::unexpected(error.code == ErrorCode::kUnavailable ? std::move(error)
                                                                 : failed(std::move(error)));
  }
  if (auto refreshed = view_.refresh(shared_, names_, true); !refreshed)
    return std::unexpected(failed(std::move(refreshed).error()));
  return transaction;
}

Result<void> Appender::commit(Transaction transaction) {
  if (auto committed = transaction.commit(); !committed)
    return std::unexpected(failed(std::move(committed).error()));
  return {};
}

std::vector<Result<Arrival>> Appender::append_group(std::span<const Batch> batches) {
  const std::lock_guard write_lock(shared_.write_mutex);
  auto results = write_group(batches);
  if (results) return *std::move(results);
  return std::vector<Result<Arrival>>(batches.size(), std::unexpected(results.error()));
}

// An error of the whole is one of the disk (or of the lock on the file): it is every batch's.
Result<std::vector<Result<Arrival>>> Appender::write_group(std::span<const Batch> batches) {
  HF_TRY(transaction, begin());
  std::unique_lock lock(shared_.mutex);
  const Arrival first = after(shared_.last);
  if (recent_cuts_ != shared_.cuts) {
    recent_.clear();
    recent_cuts_ = shared_.cuts;
  }
  next_ = first;
  const auto look_up = [this](const protocol::Origin& origin, protocol::Seq seq) {
    return this->look_up(origin, seq);
  };

  std::vector<Result<Arrival>> results;
  results.reserve(batches.size());
  const auto give_up = [&](Error error) {
    if (!lock) lock.lock();
    shared_.held.discard();
    lock.unlock();
    return std::unexpected(failed(std::move(error)));
  };
  for (const Batch& batch : batches) {
    if (batch.lease) {
      if (auto claim = check_claim(*batch.lease); !claim) {
        if (is_of_the_disk(claim.error())) return give_up(std::move(claim).error());
        results.push_back(std::unexpected(std::move(claim).error()));
        continue;
      }
    }
    if (!lock) lock.lock();
    auto plan = shared_.held.stage(batch.entries, next_, look_up);
    lock.unlock();
    if (!plan) {
      if (is_of_the_disk(plan.error())) return give_up(std::move(plan).error());
      results.push_back(std::unexpected(std::move(plan).error()));
      continue;
    }
    if (auto written = write_batch(batch, *plan); !written)
      return give_up(std::move(written).error());
    results.push_back(plan->empty() ? Arrival(next_.value() - 1) : plan->back().arrival);
  }
  if (lock) lock.unlock();

  if (next_ > first) {
    if (auto committed = commit(std::move(transaction)); !committed) {
      lock.lock();
      shared_.held.discard();
      return std::unexpected(std::move(committed).error());
    }
  }
  publish(first);
  return results;
}

// The reading thread may have seen the commit already; or be behind it, when it is loading afresh:
// then its next refresh completes it.
void Appender::publish(Arrival first) {
  const std::lock_guard lock(shared_.mutex);
  if (after(shared_.last) != first || next_ == first) {
    shared_.held.discard();
    return;
  }
  shared_.held.commit();
  shared_.last = Arrival(next_.value() - 1);
}

Result<void> Appender::write_batch(const Batch& batch, const std::vector<Held::Planned>& plan) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (!plan[i].is_new) continue;
    HF_CHECKED(insert(batch.entries[i], plan[i]));
    HF_CHECKED(heal(batch.entries[i]));
    next_ = after(plan[i].arrival);
  }
  return {};
}

Result<void> Appender::insert(const protocol::Entry& entry, const Held::Planned& planned) {
  const protocol::Content& content = *entry.content;
  const std::string hlc = protocol::hlc_text(entry.acceptance.hlc);
  Row row;
  row.arrival = planned.arrival;
  HF_TRY(origin, names_.number_of(entry.origin));
  row.origin = origin;
  row.seq = entry.seq;
  row.before = planned.before.value();
  row.h = entry.h.value();
  HF_TRY(chat_number, names_.number_of(content.head.site, content.head.chat));
  row.chat = chat_number;
  row.kind = content.head.kind;
  row.digest = content.digest.value();
  row.acc_origin = origin;
  if (entry.acceptance.origin != entry.origin) {
    HF_TRY(acc_origin, names_.number_of(entry.acceptance.origin));
    row.acc_origin = acc_origin;
  }
  row.acc_seq = entry.acceptance.seq;
  row.hlc = hlc;
  row.key = entry.acceptance.key.value();
  row.mac = entry.acceptance.mac.value();

  const bool has_body = content.body_bytes.has_value();
  if (const auto where = recent_.find(content.digest); where && where->has_body == has_body) {
    row.content = where->arrival;
  } else {
    row.head = content.head_bytes;
    if (has_body) row.body = *content.body_bytes;
    recent_.remember(content.digest, {.arrival = planned.arrival, .has_body = has_body});
  }
  row.crc =
      checksum(row, {entry.origin, entry.acceptance.origin, content.head.site, content.head.chat});

  Query query(insert_);
  query.bind(1, row.arrival.value());
  bind_row(query, 2, row);
  return query.run();
}

// The entry stood in quarantine and is here again.
Result<void> Appender::heal(const protocol::Entry& entry) {
  {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.quarantined.empty() || shared_.quarantined.erase({entry.origin, entry.seq}) == 0)
      return {};
  }
  return Query(heal_)
      .bind(1, std::string_view(entry.origin.value()))
      .bind(2, entry.seq.value())
      .run();
}

Result<Held::Known> Appender::look_up(const protocol::Origin& origin, protocol::Seq seq) {
  HF_TRY(number, names_.find(origin));
  for (const Statement* statement : {&known_projected_, &known_tail_}) {
    Query query(*statement);
    HF_TRY(found, query.bind(1, number.value()).bind(2, seq.value()).step());
    if (found)
      return Held::Known{.h = protocol::ChainHash(query.hash(0)),
                         .arrival = Arrival(query.unsigned_number(1))};
  }
  return fail(ErrorCode::kUnavailable,
              "entry {} of {} is held but cannot be found: its row is damaged", seq, origin);
}

Result<void> Appender::check_claim(const LeaseClaim& claim) {
  if (planted(Plant::kLeaseUnchecked)) return {};
  HF_TRY(lease, read_lease());
  if (lease && lease->holder == claim.holder && lease->term == claim.term) return {};
  return fail(ErrorCode::kFenced, "the lease is not {}'s with term {} any more", claim.holder,
              claim.term);
}

Result<std::optional<Lease>> Appender::read_lease() {
  Query query(read_lease_);
  HF_TRY(taken, query.step());
  if (!taken) return std::nullopt;
  return Lease{.holder = std::string(query.text(0)),
               .term = protocol::Term(query.unsigned_number(1)),
               .until = WallMs(query.number(2))};
}

Result<Lease> Appender::acquire_lease(const std::string& holder, WallMs now, WallMs until) {
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_TRY(transaction, begin());
  auto current = read_lease();
  if (!current) return std::unexpected(failed(std::move(current).error()));
  Lease lease = current->value_or(Lease{.holder = "", .term = protocol::Term(0), .until = now});
  if (lease.holder != holder) {
    if (current->has_value() && !is_over(lease, now, until)) return lease;
    lease.holder = holder;
    lease.term = next_term(lease.term, now);
  }
  lease.until = until;
  {
    Query query(write_lease_);
    query.bind(1, std::string_view(lease.holder))
        .bind(2, lease.term.value())
        .bind(3, lease.until.value());
    if (auto written = query.run(); !written)
      return std::unexpected(failed(std::move(written).error()));
  }
  HF_CHECKED(commit(std::move(transaction)));
  return lease;
}

Result<void> Appender::freeze_origin(const protocol::Origin& origin, protocol::Seq last_common) {
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_TRY(transaction, begin());
  auto frozen = Branches::freeze(database_, names_, origin, last_common);
  if (!frozen) return std::unexpected(failed(std::move(frozen).error()));
  HF_CHECKED(commit(std::move(transaction)));
  HF_TRY(fresh, Transaction::begin(database_, Transaction::Kind::kRead));
  HF_CHECKED(view_.refresh(shared_, names_, true));
  return {};
}

Result<void> Appender::clear_branches() {
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_TRY(transaction, begin());
  if (auto cleared = database_.exec("DELETE FROM branches"); !cleared)
    return std::unexpected(failed(std::move(cleared).error()));
  return commit(std::move(transaction));
}

Result<void> Appender::mark_seeded() {
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_TRY(transaction, begin());
  if (auto marked = database_.exec(std::string(kMarkSeeded)); !marked)
    return std::unexpected(failed(std::move(marked).error()));
  return commit(std::move(transaction));
}

// A few hundred events at a time, so that appends do not wait long; the WAL, which has the bodies
// still, is emptied behind them (Reader::empty_wal).
Result<Erased> Appender::erase(const ChatKey& key, std::span<const protocol::Digest> events) {
  Erased erased;
  do {
    const auto part = events.first(std::min(events.size(), kErasedAtOnce));
    events = events.subspan(part.size());
    const std::lock_guard write_lock(shared_.write_mutex);
    HF_TRY(transaction, begin());
    auto bodies = Eraser::erase(database_, names_, key, part);
    if (!bodies) return std::unexpected(failed(std::move(bodies).error()));
    // What it remembers to be there with a body may not be.
    recent_.clear();
    erased.bodies += *bodies;
    if (*bodies > 0) HF_CHECKED(commit(std::move(transaction)));
  } while (!events.empty());
  return erased;
}

}  // namespace holdfast::journal
