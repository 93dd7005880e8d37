#include "journal/sqlite/reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.h"
#include "journal/sqlite/branches.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"
#include "journal/sqlite/suspect.h"
#include "protocol/hlc.h"

namespace holdfast::journal {
namespace {

constexpr std::size_t kProjectedAtOnce =
    1'000;  // rows: a few milliseconds, for which an append may have to wait

// SQLite's numbers are signed.
std::uint64_t clamped(std::uint64_t value) {
  return std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max());
}

}  // namespace

Reader::Reader(Shared& shared, Database database, Names names, View view, Projections projections,
               Quarantine quarantine, Scrub scrub, Checkpoints checkpoints)
    : shared_(shared),
      database_(std::move(database)),
      names_(std::move(names)),
      view_(std::move(view)),
      projections_(std::move(projections)),
      quarantine_(std::move(quarantine)),
      scrub_(std::move(scrub)),
      checkpoints_(checkpoints) {}

Result<std::unique_ptr<Reader>> Reader::open(Shared& shared, const DatabaseOptions& options) {
  HF_TRY(database, Database::open(shared.path, options));
  HF_CHECKED(configure_connection(database));
  // What is written here can be made again: the next append's sync covers it.
  HF_CHECKED(database.exec("PRAGMA synchronous = NORMAL"));
  HF_TRY(names, Names::prepare(database));
  HF_TRY(view, View::prepare(database));
  HF_TRY(projections, Projections::prepare(database));
  HF_TRY(quarantine, Quarantine::prepare(database));
  HF_TRY(scrub, Scrub::prepare(database));
  std::unique_ptr<Reader> reader(new Reader(
      shared, std::move(database), std::move(names), std::move(view), std::move(projections),
      std::move(quarantine), std::move(scrub), Checkpoints(shared, options.busy_timeout_ms)));
  HF_CHECKED(reader->prepare());
  return reader;
}

Result<void> Reader::prepare() {
  const std::string select = fmt::format("SELECT {} FROM entries ", kEntryColumns);
  const std::string row = select + "WHERE arrival = ?";
  const std::string openings =
      select + "WHERE arrival IN (SELECT arrival FROM by_chat WHERE chat = ?) AND kind = 'open'";
  const std::string arrivals = select + "WHERE arrival > ? ORDER BY arrival";
  return prepare_all(
      database_,
      {{&rows_.row, row},
       {&rows_.holder, row},
       {&chat_, "SELECT arrival FROM by_chat WHERE chat = ? ORDER BY arrival"},
       {&settings_,
        "SELECT arrival FROM entries INDEXED BY entries_settings WHERE kind = 'set' ORDER BY "
        "arrival"},
       {&origin_,
        "SELECT arrival, seq FROM by_origin WHERE origin = ? AND seq BETWEEN ? AND ? ORDER BY seq"},
       {&live_origin_,
        "SELECT b.arrival, b.seq FROM by_origin b CROSS JOIN chats c ON c.id = b.chat LEFT JOIN "
        "open_chats o ON o.chat = b.chat "
        "WHERE b.origin = ? AND b.seq BETWEEN ? AND ? AND (o.chat IS NOT NULL OR c.chat = '') "
        "ORDER BY b.seq"},
       {&arrivals_, arrivals},
       {&open_chats_,
        "SELECT c.site, c.chat FROM open_chats o CROSS JOIN chats c ON c.id = o.chat ORDER BY "
        "o.chat"},
       {&close_chat_,
        "UPDATE chats SET closed = n.newest FROM (SELECT max(arrival) AS newest FROM by_chat WHERE "
        "chat = ?1) n WHERE id = ?1 AND n.newest <= ?2 AND coalesce(closed, 0) < n.newest"},
       {&unlist_chat_,
        "DELETE FROM open_chats WHERE chat = ?1 AND touched <= coalesce((SELECT closed FROM chats "
        "WHERE id = ?1), 0)"},
       // Settings and audits of a site are few beside its chats.
       {&erasures_,
        "SELECT e.arrival FROM chats c CROSS JOIN by_chat b ON b.chat = c.id CROSS JOIN entries e "
        "ON e.arrival = b.arrival WHERE c.chat = '' AND e.kind = 'erase' ORDER BY e.arrival"},
       {&opened_by_,
        "SELECT c.chat, c.id FROM opened_by o CROSS JOIN chats c ON c.id = o.chat WHERE o.visitor "
        "= ? "
        "AND c.site = ? ORDER BY c.chat"},
       {&openings_, openings},
       {&closed_chats_,
        "SELECT c.chat, (SELECT max(e.hlc) FROM by_chat b JOIN entries e ON e.arrival = b.arrival "
        "WHERE b.chat = c.id) AS newest FROM chats c WHERE c.site = ?1 AND c.chat > ?2 AND c.chat "
        "<> '' AND NOT EXISTS (SELECT 1 FROM open_chats o WHERE o.chat = c.id) AND newest IS NOT "
        "NULL ORDER BY c.chat LIMIT ?3"}});
}

// SQLite itself found the file damaged: no row to blame, so the whole file is looked at when it is
// next opened.
Error Reader::suspicious(Error error) {
  if (error.code != ErrorCode::kCorrupt) return error;
  if (shared_.alive())
    log::error("journal", "{}: {}; nothing more is written until it is opened again", shared_.path,
               error.text());
  mark_suspect(shared_.path, error.why);
  shared_.fail(error.why);
  return error;
}

template <class Body>
auto Reader::watched(Body body) -> decltype(body()) {
  auto result = body();
  if (!result) return std::unexpected(suspicious(std::move(result).error()));
  return result;
}

// Runs `body` in one read transaction; afterwards the rows that it found wanting go into
// quarantine.
template <class Body>
auto Reader::read_once(Body& body) -> decltype(body()) {
  auto result = [&]() -> decltype(body()) {
    HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kRead));
    return body();
  }();
  if (result) HF_CHECKED(put_away_suspects());
  return result;
}

template <class Body>
auto Reader::in_snapshot(Body body) -> decltype(body()) {
  return watched([&]() -> decltype(body()) {
    auto result = read_once(body);
    if (!std::exchange(suspects_.misled, false)) return result;
    HF_CHECKED(rebuild_projections());
    result = read_once(body);
    if (std::exchange(suspects_.misled, false))
      return fail(ErrorCode::kCorrupt, "projections lead to other rows than they name");
    return result;
  });
}

Result<void> Reader::put_away_suspects() {
  if (suspects_.rows.empty()) return {};
  const auto rows = std::exchange(suspects_.rows, {});
  if (!shared_.alive()) return {};  // no more writing; the reads leave them out all the same
  const std::lock_guard write_lock(shared_.write_mutex);
  {
    HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
    for (bool more = true; more;) {
      HF_TRY(left, projections_.advance(kProjectedAtOnce, names_, quarantine_));
      more = left;
    }
    for (const auto& [arrival, why] : rows)
      HF_CHECKED(quarantine_.put(std::span(&arrival, 1), why, names_));
    HF_CHECKED(transaction.commit());
  }
  HF_TRY(fresh, Transaction::begin(database_, Transaction::Kind::kRead));
  HF_CHECKED(view_.refresh(shared_, names_, true));
  return {};
}

Result<bool> Reader::advance() {
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_CHECKED(shared_.alive());
  bool more = false;
  {
    HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
    HF_TRY(left, projections_.advance(kProjectedAtOnce, names_, quarantine_));
    more = left;
    HF_CHECKED(transaction.commit());
  }
  HF_TRY(fresh, Transaction::begin(database_, Transaction::Kind::kRead));
  HF_CHECKED(view_.refresh(shared_, names_, true));
  return more;
}

Result<void> Reader::catch_up() {
  return watched([this]() -> Result<void> {
    while (true) {
      HF_TRY(done, projections_.up_to_date());
      if (done) return {};
      HF_TRY(more, advance());
      if (!more) return {};
    }
  });
}

Result<void> Reader::refresh() {
  {
    HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kRead));
    HF_TRY(done, view_.refresh(shared_, names_, false));
    if (done) return {};
  }
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kRead));
  HF_CHECKED(view_.refresh(shared_, names_, true));
  return {};
}

Result<std::vector<Arrival>> Reader::arrivals_of(Query& query) {
  std::vector<Arrival> arrivals;
  while (true) {
    HF_TRY(more, query.step());
    if (!more) return arrivals;
    arrivals.push_back(Arrival(query.unsigned_number(0)));
  }
}

// ---- reads ----

Result<std::vector<StoredEntry>> Reader::read_chat(const ChatKey& key) {
  HF_CHECKED(catch_up());
  return in_snapshot([&]() -> Result<std::vector<StoredEntry>> {
    HF_TRY(chat, names_.find(key.site, key.chat));
    if (chat.value() == 0) return std::vector<StoredEntry>{};
    Query query(chat_);
    query.bind(1, chat.value());
    HF_TRY(arrivals, arrivals_of(query));
    return decoder().fetch_all(arrivals, {.origin = {}, .seq = {}, .chat = chat});
  });
}

Result<bool> Reader::is_seeded() {
  return in_snapshot([&]() -> Result<bool> {
    HF_TRY(marks, database_.number("SELECT count(*) FROM meta WHERE name = 'unseeded'"));
    return *marks == 0;
  });
}

Result<std::vector<StoredEntry>> Reader::read_settings() {
  return in_snapshot([&]() -> Result<std::vector<StoredEntry>> {
    Query query(settings_);
    HF_TRY(arrivals, arrivals_of(query));
    HF_TRY(settings, decoder().fetch_all(arrivals, {}));
    for (const StoredEntry& write : settings) {
      if (write.entry.content->head.kind != "set")
        return fail(ErrorCode::kCorrupt, "row {} is among the settings and is none", write.arrival);
    }
    return settings;
  });
}

Result<Page> Reader::read_origin(const OriginRange& range) {
  HF_CHECKED(catch_up());
  return in_snapshot([&]() -> Result<Page> {
    HF_TRY(origin, names_.find(range.origin));
    if (origin.value() == 0) return Page{};
    PageBuilder page(range.bytes_max);
    Decoder decoder = this->decoder();
    Query query(range.live_only ? live_origin_ : origin_);
    query.bind(1, origin.value())
        .bind(2, clamped(range.first.value()))
        .bind(3, clamped(range.last.value()));
    while (true) {
      HF_TRY(more, query.step());
      if (!more) break;
      const Wanted wanted{
          .origin = origin, .seq = protocol::Seq(query.unsigned_number(1)), .chat = {}};
      HF_TRY(entry, decoder.fetch(Arrival(query.unsigned_number(0)), wanted));
      if (entry && !page.add(*std::move(entry))) break;
    }
    return std::move(page).finish();
  });
}

Result<Page> Reader::read_arrivals(Arrival after, std::size_t bytes_max) {
  return in_snapshot([&]() -> Result<Page> {
    PageBuilder page(bytes_max);
    Decoder decoder = this->decoder();
    Query query(arrivals_);
    query.bind(1, clamped(after.value()));
    while (true) {
      HF_TRY(more, query.step());
      if (!more) break;
      HF_TRY(entry, decoder.decode(read_row(query)));
      if (entry && !page.add(*std::move(entry))) break;
    }
    return std::move(page).finish();
  });
}

Result<std::vector<ChatKey>> Reader::open_chats() {
  HF_CHECKED(catch_up());
  return in_snapshot([&]() -> Result<std::vector<ChatKey>> {
    std::vector<ChatKey> chats;
    Query query(open_chats_);
    while (true) {
      HF_TRY(more, query.step());
      if (!more) return chats;
      chats.push_back({protocol::SiteId(std::string(query.text(0))),
                       protocol::ChatId(std::string(query.text(1)))});
    }
  });
}

Result<void> Reader::mark_closed(const ChatKey& key, Arrival as_of) {
  HF_CHECKED(catch_up());
  const std::lock_guard write_lock(shared_.write_mutex);
  HF_CHECKED(shared_.alive());
  return watched([&]() -> Result<void> {
    HF_TRY(chat, names_.find(key.site, key.chat));
    if (chat.value() == 0) return {};
    HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
    // Another process may have appended since catch_up().
    HF_CHECKED(projections_.advance(std::numeric_limits<std::int64_t>::max(), names_, quarantine_));
    HF_CHECKED(Query(close_chat_).bind(1, chat.value()).bind(2, clamped(as_of.value())).run());
    HF_CHECKED(Query(unlist_chat_).bind(1, chat.value()).run());
    return transaction.commit();
  });
}

Result<protocol::Holdings> Reader::holdings() {
  HF_CHECKED(watched([this] { return refresh(); }));
  const std::lock_guard lock(shared_.mutex);
  return shared_.held.holdings();
}

Result<Arrival> Reader::last_arrival() {
  HF_CHECKED(watched([this] { return refresh(); }));
  const std::lock_guard lock(shared_.mutex);
  return shared_.last;
}

Result<std::vector<protocol::Entry>> Reader::read_branches() {
  return in_snapshot([&] { return Branches::read(database_, names_); });
}

Result<std::vector<DamagedRow>> Reader::damaged() {
  return in_snapshot([&] { return quarantine_.list(); });
}

// ---- erasure ----

Result<std::vector<StoredEntry>> Reader::read_erasures() {
  HF_CHECKED(catch_up());
  return in_snapshot([&]() -> Result<std::vector<StoredEntry>> {
    Query query(erasures_);
    HF_TRY(arrivals, arrivals_of(query));
    return decoder().fetch_all(arrivals, {});
  });
}

// Whoever asks may be about to erase them.
Result<std::vector<ChatKey>> Reader::chats_of(const protocol::SiteId& site,
                                              const protocol::Author& visitor) {
  HF_CHECKED(catch_up());
  return in_snapshot([&]() -> Result<std::vector<ChatKey>> {
    std::vector<ChatKey> chats;
    Query query(opened_by_);
    query.bind(1, std::string_view(visitor.value())).bind(2, std::string_view(site.value()));
    while (true) {
      HF_TRY(more, query.step());
      if (!more) return chats;
      HF_TRY(others, is_somebody_elses(ChatNumber(query.number(1)), visitor));
      if (others) {
        suspects_.misled = true;
      } else {
        chats.push_back({site, protocol::ChatId(std::string(query.text(0)))});
      }
    }
  });
}

Result<bool> Reader::is_somebody_elses(ChatNumber chat, const protocol::Author& visitor) {
  bool opened_by_other = false;
  Query query(openings_);
  query.bind(1, chat.value());
  while (true) {
    HF_TRY(more, query.step());
    if (!more) return opened_by_other;
    const auto opener = opener_of(read_row(query));
    if (opener == visitor) return false;
    opened_by_other = opened_by_other || opener;
  }
}

Result<std::vector<ClosedChat>> Reader::closed_chats(const protocol::SiteId& site,
                                                     const protocol::ChatId& after,
                                                     std::size_t max) {
  HF_CHECKED(catch_up());
  return in_snapshot([&]() -> Result<std::vector<ClosedChat>> {
    std::vector<ClosedChat> closed;
    Query query(closed_chats_);
    query.bind(1, std::string_view(site.value()))
        .bind(2, std::string_view(after.value()))
        .bind(3, clamped(max));
    while (true) {
      HF_TRY(more, query.step());
      if (!more) return closed;
      closed.push_back({{site, protocol::ChatId(std::string(query.text(0)))},
                        protocol::parse_hlc(query.text(1)).value_or(protocol::Hlc(0))});
    }
  });
}

Result<void> Reader::empty_wal() {
  return watched([this] { return checkpoints_.empty(database_); });
}

// ---- background work ----

Result<bool> Reader::maintain() {
  HF_CHECKED(shared_.alive());
  HF_TRY(projected, watched([this] { return projections_.up_to_date(); }));
  if (!projected) {
    HF_CHECKED(watched([this] { return advance(); }));
    return true;
  }
  if (checkpoints_.owes_emptying()) {
    HF_CHECKED(empty_wal());
    if (!checkpoints_.owes_emptying()) return true;
  }
  if (checkpoints_.is_due()) {
    HF_CHECKED(watched([this] { return checkpoints_.carry(database_); }));
    return true;
  }
  return scrub_some();
}

Result<void> Reader::settle() {
  HF_CHECKED(catch_up());
  // Others may still be reading the WAL; then it stays, whole.
  return watched([this] { return checkpoints_.carry_alone(database_); });
}

void Reader::leave_wal_alone() {
  sqlite3_db_config(database_.raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<void> Reader::scrub() {
  HF_CHECKED(catch_up());
  start_scrub();
  while (!scrub_.over()) HF_CHECKED(maintain());
  return {};
}

Result<bool> Reader::scrub_some() {
  if (scrub_.over()) return false;
  HF_TRY(agree, in_snapshot([&] { return scrub_.step(database_, names_, suspects_.rows); }));
  if (!agree) HF_CHECKED(watched([this] { return rebuild_projections(); }));
  return !scrub_.over();
}

Result<void> Reader::rebuild_projections() {
  log::error("journal", "{}: the projections do not agree with the entries; they are made again",
             shared_.path);
  {
    const std::lock_guard write_lock(shared_.write_mutex);
    HF_CHECKED(shared_.alive());
    HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
    HF_CHECKED(clear_projections(database_));
    // What any process knows of holdings came from them.
    HF_CHECKED(database_.exec("UPDATE meta SET value = value + 1 WHERE name = 'cuts'"));
    HF_CHECKED(transaction.commit());
  }
  ++times_mended_;
  return catch_up();
}

}  // namespace holdfast::journal
