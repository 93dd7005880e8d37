#include "journal/sqlite/projections.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"

namespace holdfast::journal {
Result<Projections> Projections::prepare(Database& database) {
  Projections projections;
  HF_TRY(intervals, IntervalTable::prepare(database));
  projections.intervals_ = std::move(intervals);
  const std::string rows = fmt::format(
      "SELECT {} FROM entries WHERE arrival > ? ORDER BY arrival LIMIT ?", kEntryColumns);
  HF_CHECKED(prepare_all(
      database,
      {{&projections.checkpoint_, "SELECT min(arrival) FROM projection"},
       {&projections.set_checkpoint_, "UPDATE projection SET arrival = ?"},
       {&projections.rows_, rows},
       {&projections.pending_,
        "SELECT (SELECT max(arrival) FROM entries) > (SELECT min(arrival) FROM projection)"},
       {&projections.present_, "SELECT 1 FROM entries WHERE arrival = ?"},
       {&projections.by_chat_, "INSERT OR IGNORE INTO by_chat VALUES (?, ?)"},
       {&projections.opened_by_, "INSERT OR IGNORE INTO opened_by VALUES (?, ?)"},
       {&projections.by_origin_, "INSERT OR REPLACE INTO by_origin VALUES (?, ?, ?, ?)"},
       // Settings and audits belong to no chat; a chat that was closed as of a later arrival stays
       // closed (rebuilding).
       {&projections.touch_chat_,
        "INSERT INTO open_chats SELECT id, ?2 FROM chats WHERE id = ?1 AND chat <> '' AND "
        "coalesce(closed, 0) < ?2 "
        "ON CONFLICT (chat) DO UPDATE SET touched = max(touched, excluded.touched)"}}));
  return projections;
}

Result<Arrival> Projections::checkpoint() {
  Query query(checkpoint_);
  HF_CHECKED(query.step());
  return Arrival(query.unsigned_number(0));
}

Result<bool> Projections::up_to_date() {
  Query query(pending_);
  HF_CHECKED(query.step());
  return query.is_null(0) || query.number(0) == 0;
}

Result<bool> Projections::advance(std::size_t rows_max, Names& names, Quarantine& quarantine) {
  HF_TRY(after, checkpoint());
  HF_TRY(chunk, collect(after, rows_max, names));
  if (chunk.last == after) return false;
  HF_CHECKED(project_chats(chunk.items));
  HF_CHECKED(project_origins(chunk.items));
  {
    Query query(set_checkpoint_);
    HF_CHECKED(query.bind(1, chunk.last.value()).run());
  }
  HF_CHECKED(find_by_number(chunk.bad));
  if (!chunk.bad.empty())
    HF_CHECKED(quarantine.put(chunk.bad, "checksum of the row is wrong", names));
  return chunk.items.size() + chunk.bad.size() >= rows_max;
}

// A damaged row that a scan meets and its number does not find stands on a page whose order is
// broken. Nobody could put it away, and it would be missing in silence.
Result<void> Projections::find_by_number(std::span<const Arrival> rows) {
  for (const Arrival arrival : rows) {
    Query query(present_);
    HF_TRY(present, query.bind(1, arrival.value()).step());
    if (!present) return fail(ErrorCode::kCorrupt, "row {} is not found by its number", arrival);
  }
  return {};
}

Result<Projections::Chunk> Projections::collect(Arrival after, std::size_t rows_max, Names& names) {
  Chunk chunk{.items = {}, .bad = {}, .last = after};
  Query query(rows_);
  query.bind(1, after.value()).bind(2, static_cast<std::int64_t>(rows_max));
  while (true) {
    HF_TRY(more, query.step());
    if (!more) return chunk;
    const Row row = read_row(query);
    if (row.arrival <= chunk.last)
      return fail(ErrorCode::kCorrupt, "row {} stands behind row {}", row.arrival, chunk.last);
    HF_TRY(sound, check_row(row, names));
    chunk.last = row.arrival;
    if (!sound) {
      chunk.bad.push_back(row.arrival);
      continue;
    }
    chunk.items.push_back({row.arrival, row.origin, row.seq, row.chat,
                           protocol::ChainHash(row.before), protocol::ChainHash(row.h),
                           opener_of(row)});
  }
}

// In the order of the tables' keys: neighbours fall on one page.
Result<void> Projections::project_chats(std::vector<Item>& items) {
  std::ranges::sort(items, {},
                    [](const Item& item) { return std::tuple(item.chat, item.arrival); });
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    {
      Query query(by_chat_);
      HF_CHECKED(query.bind(1, item.chat.value()).bind(2, item.arrival.value()).run());
    }
    if (item.opened_by) {
      Query query(opened_by_);
      HF_CHECKED(query.bind(1, std::string_view(item.opened_by->value()))
                     .bind(2, item.chat.value())
                     .run());
    }
    if (i + 1 < items.size() && items[i + 1].chat == item.chat) continue;
    Query touch(touch_chat_);
    HF_CHECKED(touch.bind(1, item.chat.value()).bind(2, item.arrival.value()).run());
  }
  return {};
}

Result<void> Projections::project_origins(std::vector<Item>& items) {
  std::ranges::sort(
      items, {}, [](const Item& item) { return std::tuple(item.origin, item.seq, item.arrival); });
  for (std::size_t i = 0, begin = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    Query query(by_origin_);
    query.bind(1, item.origin.value())
        .bind(2, item.seq.value())
        .bind(3, item.arrival.value())
        .bind(4, item.chat.value());
    HF_CHECKED(query.run());
    if (i + 1 < items.size() && items[i + 1].origin == item.origin) continue;
    HF_CHECKED(project_intervals(std::span(items).subspan(begin, i + 1 - begin)));
    begin = i + 1;
  }
  return {};
}

Result<void> Projections::project_intervals(std::span<const Item> items) {
  HF_TRY(set, intervals_.read(items.front().origin));
  for (std::size_t i = 0; i < items.size();) {
    protocol::Interval run{items[i].seq, items[i].seq, items[i].before, items[i].h};
    for (++i; i < items.size() && items[i].seq.value() == run.last.value() + 1 &&
              items[i].before == run.after;
         ++i) {
      run.last = items[i].seq;
      run.after = items[i].h;
    }
    if (set.add(run) != protocol::AddResult::kFork) continue;
    // The writer refuses such a run, so the table itself is wrong: looked into when the journal is
    // next opened (open.cc).
    log::error("journal", "entries {} to {} of origin {} do not fit what is held beside them",
               run.first, run.last, items.front().origin);
  }
  return intervals_.write(items.front().origin, set);
}

}  // namespace holdfast::journal
