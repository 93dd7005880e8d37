#include "journal/sqlite/interval_table.h"

#include "journal/sqlite/statements.h"

namespace holdfast::journal {

Result<IntervalTable> IntervalTable::prepare(Database& database) {
  IntervalTable table;
  HF_CHECKED(prepare_all(
      database,
      {{&table.read_,
        "SELECT first, last, before, after FROM intervals WHERE origin = ? ORDER BY first"},
       {&table.clear_, "DELETE FROM intervals WHERE origin = ?"},
       {&table.insert_, "INSERT INTO intervals VALUES (?, ?, ?, ?, ?)"}}));
  return table;
}

Result<protocol::IntervalSet> IntervalTable::read(OriginNumber origin) {
  protocol::IntervalSet set;
  Query query(read_);
  query.bind(1, origin.value());
  while (true) {
    HF_TRY(row, query.step());
    if (!row) return set;
    set.add({.first = protocol::Seq(query.unsigned_number(0)),
             .last = protocol::Seq(query.unsigned_number(1)),
             .before = protocol::ChainHash(query.hash(2)),
             .after = protocol::ChainHash(query.hash(3))});
  }
}

Result<void> IntervalTable::write(OriginNumber origin, const protocol::IntervalSet& set) {
  {
    Query query(clear_);
    HF_CHECKED(query.bind(1, origin.value()).run());
  }
  for (const protocol::Interval& interval : set.intervals()) {
    Query query(insert_);
    query.bind(1, origin.value()).bind(2, interval.first.value()).bind(3, interval.last.value());
    HF_CHECKED(query.bind(4, interval.before.value()).bind(5, interval.after.value()).run());
  }
  return {};
}

}  // namespace holdfast::journal
