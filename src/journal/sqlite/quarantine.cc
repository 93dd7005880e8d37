#include "journal/sqlite/quarantine.h"

#include <map>
#include <optional>
#include <utility>

#include "base/log.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"

namespace holdfast::journal {

Result<Quarantine> Quarantine::prepare(Database& database) {
  Quarantine quarantine;
  HF_TRY(intervals, IntervalTable::prepare(database));
  quarantine.intervals_ = std::move(intervals);
  const std::string row = fmt::format("SELECT {} FROM entries WHERE arrival = ?", kEntryColumns);
  HF_CHECKED(prepare_all(
      database,
      {{&quarantine.row_, row},
       {&quarantine.insert_, "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?)"},
       {&quarantine.delete_, "DELETE FROM entries WHERE arrival = ?"},
       {&quarantine.unchat_, "DELETE FROM by_chat WHERE chat = ? AND arrival = ?"},
       {&quarantine.unorigin_,
        "DELETE FROM by_origin WHERE origin = ? AND seq = ? AND arrival = ?"},
       {&quarantine.claimed_,
        "SELECT origin, seq, chat FROM by_origin WHERE origin = ? AND seq = ? AND arrival = ?"},
       {&quarantine.find_, "SELECT origin, seq, chat FROM by_origin WHERE arrival = ?"},
       {&quarantine.dependents_, "SELECT arrival FROM entries WHERE content = ?"},
       {&quarantine.at_, "SELECT arrival FROM by_origin WHERE origin = ? AND seq = ?"},
       {&quarantine.marks_,
        "INSERT OR REPLACE INTO meta VALUES ('cuts', (SELECT value FROM meta WHERE name = 'cuts') "
        "+ 1), "
        "('floor', max(coalesce((SELECT value FROM meta WHERE name = 'floor'), 0), "
        "coalesce((SELECT max(arrival) FROM entries), 0), "
        "coalesce((SELECT max(arrival) FROM quarantine), 0)))"},
       // Its own claim may be what is damaged, and so may the name of its origin: an entry that is
       // held is not this one, and a name under which nothing sound is held tells nothing.
       {&quarantine.list_,
        "SELECT arrival, iif(told, origin, ''), iif(told, seq, 0), why FROM (SELECT *, EXISTS "
        "(SELECT 1 FROM origins o WHERE o.name = quarantine.origin AND EXISTS (SELECT 1 FROM "
        "by_origin b WHERE b.origin = o.id) AND NOT EXISTS (SELECT 1 FROM by_origin b WHERE "
        "b.origin = o.id AND b.seq = quarantine.seq)) AS told FROM quarantine) ORDER BY "
        "arrival"}}));
  return quarantine;
}

Result<void> Quarantine::put(std::span<const Arrival> rows, std::string_view why, Names& names) {
  Removed removed;
  for (const Arrival arrival : rows) HF_CHECKED(put_one(arrival, why, names, removed));
  // A neighbour that turns out bad on the way adds to `removed`; its origin is the one at hand, so
  // each is looked at again until nothing is left.
  while (!removed.empty()) {
    const auto [origin, gone] = *removed.begin();
    removed.erase(removed.begin());
    HF_CHECKED(subtract(origin, gone, names, removed));
  }
  return Query(marks_).run();
}

Result<void> Quarantine::put_one(Arrival arrival, std::string_view why, Names& names,
                                 Removed& removed) {
  std::optional<Known> known;
  {
    Query query(row_);
    HF_TRY(present, query.bind(1, arrival.value()).step());
    const Row row = present ? read_row(query) : Row{};
    HF_TRY(projected, known_at(arrival, row.origin, row.seq));
    known = projected;
    if (!present && !known) return {};  // gone already
    if (!present) return fail(ErrorCode::kCorrupt, "row {} is named and is not there", arrival);
    const auto name = names.origin(known ? known->origin : row.origin);
    const std::string origin = name ? (*name)->value() : "";
    const protocol::Seq seq = known ? known->seq : origin.empty() ? protocol::Seq(0) : row.seq;
    log::error("journal", "row {} is damaged (entry {} of {}): {}", arrival, seq,
               origin.empty() ? "an unknown origin" : origin, why);

    Query insert(insert_);
    insert.bind(1, arrival.value())
        .bind(2, std::string_view(origin))
        .bind(3, seq.value())
        .bind(4, why);
    for (const auto& [at, text] : {std::pair(5, row.head), std::pair(6, row.body)}) {
      if (text) {
        insert.bind(at, *text);
      } else {
        insert.bind_null(at);
      }
    }
    HF_CHECKED(insert.run());
  }
  HF_CHECKED(Query(delete_).bind(1, arrival.value()).run());
  if (known) {
    HF_CHECKED(Query(unchat_).bind(1, known->chat.value()).bind(2, arrival.value()).run());
    HF_CHECKED(Query(unorigin_)
                   .bind(1, known->origin.value())
                   .bind(2, known->seq.value())
                   .bind(3, arrival.value())
                   .run());
    removed[known->origin].insert(known->seq);
  }

  std::vector<Arrival> dependents;
  {
    Query query(dependents_);
    query.bind(1, arrival.value());
    while (true) {
      HF_TRY(more, query.step());
      if (!more) break;
      dependents.push_back(Arrival(query.unsigned_number(0)));
    }
  }
  for (const Arrival dependent : dependents) {
    HF_CHECKED(
        put_one(dependent, fmt::format("its content stood in row {}", arrival), names, removed));
  }
  return {};
}

Result<std::optional<Quarantine::Known>> Quarantine::known_at(Arrival arrival,
                                                              OriginNumber claimed_origin,
                                                              protocol::Seq claimed_seq) {
  Query claimed(claimed_);
  claimed.bind(1, claimed_origin.value()).bind(2, claimed_seq.value()).bind(3, arrival.value());
  Query search(find_);  // reads the whole projection: only for a row whose own claim is wrong
  search.bind(1, arrival.value());
  for (Query* query : {&claimed, &search}) {
    HF_TRY(found, query->step());
    if (found) {
      return Known{.origin = OriginNumber(query->number(0)),
                   .seq = protocol::Seq(query->unsigned_number(1)),
                   .chat = ChatNumber(query->number(2))};
    }
  }
  return std::nullopt;
}

Result<void> Quarantine::subtract(OriginNumber origin, std::set<protocol::Seq> gone, Names& names,
                                  Removed& removed) {
  HF_TRY(held, intervals_.read(origin));
  while (!gone.empty()) {
    const protocol::Seq first = *gone.begin();
    protocol::Seq last = first;
    while (gone.contains(protocol::Seq(last.value() + 1))) last = protocol::Seq(last.value() + 1);
    HF_TRY(left, neighbour(origin, protocol::Seq(first.value() - 1), names, removed));
    HF_TRY(right, neighbour(origin, protocol::Seq(last.value() + 1), names, removed));
    if (const auto more = removed.find(origin); more != removed.end()) {
      gone.insert(more->second.begin(), more->second.end());
      removed.erase(more);
      continue;
    }
    held.subtract(first, last, left ? left->h : protocol::ChainHash{},
                  right ? right->before : protocol::ChainHash{});
    for (protocol::Seq seq = first; seq <= last; seq = protocol::Seq(seq.value() + 1))
      gone.erase(seq);
  }
  return intervals_.write(origin, held);
}

Result<std::optional<Quarantine::Edges>> Quarantine::neighbour(OriginNumber origin,
                                                               protocol::Seq seq, Names& names,
                                                               Removed& removed) {
  Arrival arrival;
  {
    Query at(at_);
    HF_TRY(held, at.bind(1, origin.value()).bind(2, seq.value()).step());
    if (!held) return std::nullopt;
    arrival = Arrival(at.unsigned_number(0));
  }
  {
    Query query(row_);
    HF_TRY(present, query.bind(1, arrival.value()).step());
    if (present) {
      const Row row = read_row(query);
      HF_TRY(sound, check_row(row, names));
      if (sound && row.origin == origin && row.seq == seq) {
        return Edges{.before = protocol::ChainHash(row.before), .h = protocol::ChainHash(row.h)};
      }
    }
  }
  HF_CHECKED(put_one(arrival, "found damaged beside another damaged row", names, removed));
  return std::nullopt;
}

Result<std::vector<DamagedRow>> Quarantine::list() {
  std::vector<DamagedRow> rows;
  Query query(list_);
  while (true) {
    HF_TRY(more, query.step());
    if (!more) return rows;
    rows.push_back({.arrival = Arrival(query.unsigned_number(0)),
                    .origin = protocol::Origin(std::string(query.text(1))),
                    .seq = protocol::Seq(query.unsigned_number(2)),
                    .why = std::string(query.text(3))});
  }
}

}  // namespace holdfast::journal
