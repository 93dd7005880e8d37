#include "journal/sqlite/branches.h"

#include <fmt/format.h>

#include "base/log.h"
#include "journal/sqlite/interval_table.h"
#include "journal/sqlite/projections.h"
#include "journal/sqlite/quarantine.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"

namespace holdfast::journal {
namespace {

constexpr std::size_t kChunk = 10'000;

// Rare work over a whole file: prepares what it needs when it begins.
class Freezer {
 public:
  Freezer(Database& database, Names& names) : database_(database), names_(names) {}

  Result<void> prepare() {
    const std::string row = fmt::format("SELECT {} FROM entries WHERE arrival = ?", kEntryColumns);
    const std::string copy = fmt::format(
        "INSERT INTO branches ({0}) SELECT {0} FROM entries WHERE arrival = ?", kEntryColumns);
    return prepare_all(
        database_,
        {{&row_, row},
         {&holder_, row},
         {&copy_, copy},
         {&beyond_,
          "SELECT arrival, chat FROM by_origin WHERE origin = ? AND seq > ? ORDER BY seq"},
         {&dependents_, "SELECT arrival FROM entries WHERE content = ?"},
         {&fill_,
          "UPDATE entries SET content = NULL, head = ?, body = ?, crc = ? WHERE arrival = ?"},
         {&delete_, "DELETE FROM entries WHERE arrival = ?"},
         {&unchat_, "DELETE FROM by_chat WHERE chat = ? AND arrival = ?"},
         {&unorigin_, "DELETE FROM by_origin WHERE origin = ? AND seq > ?"},
         {&last_,
          "SELECT e.h FROM by_origin b JOIN entries e ON e.arrival = b.arrival WHERE b.origin = ? "
          "AND b.seq = ?"},
         {&frozen_, "INSERT OR REPLACE INTO meta VALUES ('frozen ' || ?, ?)"}});
  }

  Result<void> project() {
    HF_TRY(projections, Projections::prepare(database_));
    HF_TRY(quarantine, Quarantine::prepare(database_));
    while (true) {
      HF_TRY(more, projections.advance(kChunk, names_, quarantine));
      if (!more) return {};
    }
  }

  struct Going {
    Arrival arrival;
    std::int64_t chat;
  };
  Result<std::vector<Going>> beyond(OriginNumber origin, protocol::Seq last) {
    std::vector<Going> rows;
    Query query(beyond_);
    query.bind(1, origin.value()).bind(2, last.value());
    while (true) {
      HF_TRY(more, query.step());
      if (!more) return rows;
      rows.push_back({Arrival(query.unsigned_number(0)), query.number(1)});
    }
  }

  // The floor keeps the arrivals of what is taken away from being given again.
  Result<void> raise_marks() {
    return database_.exec(
        "INSERT OR REPLACE INTO meta VALUES ('cuts', (SELECT value FROM meta WHERE name = 'cuts') "
        "+ 1), "
        "('floor', max(coalesce((SELECT value FROM meta WHERE name = 'floor'), 0), (SELECT "
        "max(arrival) FROM entries)))");
  }

  Result<void> move(const Going& row) {
    HF_CHECKED(give_own_content(row.arrival));
    std::vector<Arrival> dependents;
    {
      Query query(dependents_);
      query.bind(1, row.arrival.value());
      while (true) {
        HF_TRY(more, query.step());
        if (!more) break;
        dependents.push_back(Arrival(query.unsigned_number(0)));
      }
    }
    for (const Arrival dependent : dependents) HF_CHECKED(give_own_content(dependent));
    HF_CHECKED(Query(copy_).bind(1, row.arrival.value()).run());
    HF_CHECKED(Query(delete_).bind(1, row.arrival.value()).run());
    return Query(unchat_).bind(1, row.chat).bind(2, row.arrival.value()).run();
  }

  Result<void> close_chats(const std::vector<Going>& moved) {
    HF_TRY(touch, database_.prepare("UPDATE open_chats SET touched = coalesce((SELECT max(arrival) "
                                    "FROM by_chat WHERE chat = ?1), 0) WHERE chat = ?1"));
    for (const Going& row : moved) HF_CHECKED(Query(touch).bind(1, row.chat).run());
    return database_.exec(
        "DELETE FROM open_chats WHERE touched <= coalesce((SELECT closed FROM chats WHERE id = "
        "open_chats.chat), 0)");
  }

  Result<void> cut(OriginNumber number, const protocol::Origin& origin, protocol::Seq last) {
    protocol::ChainHash h;
    {
      Query query(last_);
      HF_TRY(held, query.bind(1, number.value()).bind(2, last.value()).step());
      if (held) h = protocol::ChainHash(query.hash(0));
    }
    HF_CHECKED(Query(unorigin_).bind(1, number.value()).bind(2, last.value()).run());
    HF_TRY(intervals, IntervalTable::prepare(database_));
    HF_TRY(held, intervals.read(number));
    if (held.highest() > last)
      held.subtract(protocol::Seq(last.value() + 1), held.highest(), h, protocol::ChainHash{});
    HF_CHECKED(intervals.write(number, held));
    return Query(frozen_).bind(1, std::string_view(origin.value())).bind(2, last.value()).run();
  }

 private:
  // A row that leans on another's content gets it for itself.
  Result<void> give_own_content(Arrival arrival) {
    Query query(row_);
    HF_TRY(present, query.bind(1, arrival.value()).step());
    if (!present) return fail(ErrorCode::kCorrupt, "row {} is not there", arrival);
    Row row = read_row(query);
    if (!row.content) return {};
    Query holder(holder_);
    HF_TRY(found, holder.bind(1, row.content->value()).step());
    if (!found)
      return fail(ErrorCode::kCorrupt, "row {} holds the content of row {} and is not there",
                  *row.content, arrival);
    const Row held = read_row(holder);
    row.content.reset();
    row.head = held.head;
    row.body = held.body;
    HF_TRY(origin, names_.origin(row.origin));
    HF_TRY(acc_origin, names_.origin(row.acc_origin));
    HF_TRY(chat, names_.chat(row.chat));
    const std::uint32_t crc = checksum(row, {*origin, *acc_origin, chat->site, chat->chat});

    Query fill(fill_);
    fill.bind(1, row.head.value_or(""));
    if (row.body) {
      fill.bind(2, *row.body);
    } else {
      fill.bind_null(2);
    }
    return fill.bind(3, static_cast<std::int64_t>(crc)).bind(4, arrival.value()).run();
  }

  Database& database_;
  Names& names_;
  Statement row_, holder_, copy_, beyond_, dependents_, fill_, delete_, unchat_, unorigin_, last_,
      frozen_;
};

}  // namespace

Result<void> Branches::freeze(Database& database, Names& names, const protocol::Origin& origin,
                              protocol::Seq last_common) {
  HF_TRY(number, names.find(origin));
  if (number.value() == 0) return {};
  Freezer freezer(database, names);
  HF_CHECKED(freezer.prepare());
  HF_CHECKED(freezer.project());
  HF_TRY(going, freezer.beyond(number, last_common));
  if (going.empty()) return {};
  HF_CHECKED(freezer.raise_marks());
  for (const auto& row : going) HF_CHECKED(freezer.move(row));
  HF_CHECKED(freezer.close_chats(going));
  return freezer.cut(number, origin, last_common);
}

Result<std::vector<protocol::Entry>> Branches::read(Database& database, Names& names) {
  HF_TRY(statement,
         database.prepare(fmt::format("SELECT {} FROM branches ORDER BY id", kEntryColumns)));
  std::vector<protocol::Entry> entries;
  Query query(statement);
  while (true) {
    HF_TRY(more, query.step());
    if (!more) return entries;
    const Row row = read_row(query);
    HF_TRY(sound, check_row(row, names));
    if (!sound || !row.head) {
      log::error("journal", "an entry of a branch (row {}) is damaged and cannot be re-entered",
                 row.arrival);
      continue;
    }
    auto content = protocol::parse_content(
        std::string(*row.head), row.body ? std::optional<std::string>(*row.body) : std::nullopt);
    if (!content) {
      log::error("journal", "an entry of a branch (row {}) cannot be read: {}", row.arrival,
                 content.error().why);
      continue;
    }
    entries.push_back(entry_of(row, sound->view(), *std::move(content)));
  }
}

}  // namespace holdfast::journal
