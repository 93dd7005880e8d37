#include "journal/sqlite/scrub.h"

#include "journal/sqlite/row.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"

namespace holdfast::journal {

Result<Scrub> Scrub::prepare(Database& database) {
  Scrub scrub;
  const std::string rows = fmt::format(
      "SELECT {} FROM entries WHERE arrival > ? AND arrival <= (SELECT min(arrival) FROM "
      "projection) ORDER BY arrival LIMIT 256",
      kEntryColumns);
  HF_CHECKED(prepare_all(
      database,
      {{&scrub.rows_, rows},
       {&scrub.row_at_, fmt::format("SELECT {} FROM entries WHERE arrival = ?", kEntryColumns)},
       {&scrub.is_indexed_,
        "SELECT EXISTS (SELECT 1 FROM by_origin WHERE origin = ? AND seq = ? AND arrival >= ?3) "
        "AND EXISTS (SELECT 1 FROM by_chat WHERE chat = ? AND arrival = ?3)"},
       {&scrub.is_opened_by_,
        "SELECT EXISTS (SELECT 1 FROM opened_by WHERE visitor = ? AND chat = ?)"},
       {&scrub.index_,
        "SELECT b.origin, b.seq, b.arrival, e.arrival, e.origin = b.origin AND e.seq = b.seq AND "
        "e.chat = b.chat FROM by_origin b LEFT JOIN entries e ON e.arrival = b.arrival WHERE "
        "(b.origin, b.seq) > (?, ?) ORDER BY b.origin, b.seq LIMIT "
        "1000"},
       {&scrub.counts_agree_,
        "SELECT (SELECT count(*) FROM by_origin) = (SELECT coalesce(sum(last - first + 1), 0) FROM "
        "intervals)"},
       // An open one that is not listed nobody would find after a start. What left a chat, or was
       // put away, may have been its newest: listed for that is no harm. And a chat is closed as of
       // one of its entries.
       {&scrub.is_listed_,
        "SELECT id, iif(newest > coalesce(closed, 0), coalesce(touched >= newest, 0), 1) AND "
        "coalesce(touched > coalesce(closed, 0), 1) AND (closed IS NULL OR EXISTS (SELECT 1 FROM "
        "by_chat b WHERE b.chat = id AND b.arrival = closed)) FROM (SELECT c.id, c.closed, "
        "o.touched, "
        "(SELECT max(b.arrival) FROM by_chat b WHERE b.chat = c.id) AS newest FROM chats c LEFT "
        "JOIN open_chats o ON o.chat = c.id WHERE c.id > ? AND c.chat <> '' ORDER BY c.id LIMIT "
        "1000)"}}));
  return scrub;
}

void Scrub::start() {
  phase_ = Phase::kIndex;
  row_ = Arrival(0);
  named_ = {0, 0};
  chat_ = 0;
}

Result<bool> Scrub::step(Database& database, Names& names,
                         std::map<Arrival, std::string>& suspects) {
  switch (phase_) {
    case Phase::kIndex:
      return index(names, suspects);
    case Phase::kRows:
      return rows(database, names, suspects);
    case Phase::kChats:
      return chats();
    case Phase::kOver:
      return true;
  }
  return true;
}

Result<bool> Scrub::index(Names& names, std::map<Arrival, std::string>& suspects) {
  bool found_any = false;
  bool all_true = true;
  Query query(index_);
  query.bind(1, named_.first).bind(2, named_.second);
  while (true) {
    HF_TRY(more, query.step());
    if (!more) break;
    found_any = true;
    const std::pair named{query.number(0), query.number(1)};
    // As with rows: whoever went on behind it would meet it again and again.
    if (named <= named_)
      return fail(ErrorCode::kCorrupt, "entry {} of origin {} stands behind a later one",
                  named.second, named.first);
    named_ = named;
    const Arrival arrival(query.unsigned_number(2));
    if (query.is_null(3)) {
      suspects.emplace(arrival, "the row is missing");
    } else if (query.number(4) != 1) {
      HF_TRY(sound, is_sound(arrival, names));
      if (sound) {
        all_true = false;
      } else {
        suspects.emplace(arrival, "checksum of the row is wrong");
      }
    }
  }
  if (!found_any) phase_ = Phase::kRows;
  return all_true;
}

Result<bool> Scrub::is_sound(Arrival arrival, Names& names) {
  Query query(row_at_);
  HF_TRY(present, query.bind(1, arrival.value()).step());
  if (!present) return false;
  HF_TRY(sound, check_row(read_row(query), names));
  return sound.has_value();
}

Result<bool> Scrub::rows(Database& database, Names& names,
                         std::map<Arrival, std::string>& suspects) {
  bool found_any = false;
  bool all_known = true;
  Query query(rows_);
  query.bind(1, row_.value());
  while (true) {
    HF_TRY(more, query.step());
    if (!more) break;
    found_any = true;
    const Row row = read_row(query);
    // Whoever went on behind such a row would meet it again and again.
    if (row.arrival <= row_)
      return fail(ErrorCode::kCorrupt, "row {} stands behind row {}", row.arrival, row_);
    row_ = row.arrival;
    HF_TRY(sound, check_row(row, names));
    if (!sound) {
      suspects.emplace(row.arrival, "checksum of the row is wrong");
      continue;
    }
    Query indexed(is_indexed_);
    indexed.bind(1, row.origin.value())
        .bind(2, row.seq.value())
        .bind(3, row.arrival.value())
        .bind(4, row.chat.value());
    HF_CHECKED(indexed.step());
    if (indexed.number(0) == 0) all_known = false;
    if (const auto opener = opener_of(row)) {
      Query opened(is_opened_by_);
      opened.bind(1, std::string_view(opener->value())).bind(2, row.chat.value());
      HF_CHECKED(opened.step());
      if (opened.number(0) == 0) all_known = false;
    }
  }
  if (found_any) return all_known;
  phase_ = Phase::kChats;
  HF_CHECKED(check_names(database));
  Query counted(counts_agree_);
  HF_CHECKED(counted.step());
  return counted.number(0) == 1;
}

Result<bool> Scrub::chats() {
  bool found_any = false;
  bool all_listed = true;
  Query query(is_listed_);
  query.bind(1, chat_);
  while (true) {
    HF_TRY(more, query.step());
    if (!more) break;
    found_any = true;
    // As with rows.
    if (query.number(0) <= chat_)
      return fail(ErrorCode::kCorrupt, "chat {} stands behind chat {}", query.number(0), chat_);
    chat_ = query.number(0);
    if (query.number(1) == 0) all_listed = false;
  }
  if (!found_any) phase_ = Phase::kOver;
  return all_listed;
}

}  // namespace holdfast::journal
