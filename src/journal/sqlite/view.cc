#include "journal/sqlite/view.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "journal/sqlite/statements.h"

namespace holdfast::journal {
namespace {

// Joins neighbouring entries into runs before they are added: a tail of thousands becomes a few
// intervals.
class RunAdder {
 public:
  explicit RunAdder(Held& held) : held_(held) {}
  ~RunAdder() { flush(); }
  RunAdder(const RunAdder&) = delete;
  RunAdder& operator=(const RunAdder&) = delete;

  void add(OriginNumber number, const protocol::Origin& origin, const protocol::Interval& entry) {
    if (open_ && number == number_ && entry.first.value() == run_.last.value() + 1 &&
        entry.before == run_.after) {
      run_.last = entry.last;
      run_.after = entry.after;
      return;
    }
    flush();
    open_ = true;
    number_ = number;
    origin_ = origin;
    run_ = entry;
  }

 private:
  void flush() {
    if (!open_ || held_.add(origin_, run_) != protocol::AddResult::kFork) return;
    log::error("journal", "entries {} to {} of {} do not fit what is held beside them", run_.first,
               run_.last, origin_);
  }

  Held& held_;
  bool open_ = false;
  OriginNumber number_;
  protocol::Origin origin_;
  protocol::Interval run_;
};

}  // namespace

Result<View> View::prepare(Database& database) {
  View view;
  HF_CHECKED(prepare_all(
      database,
      {{&view.marks_,
        "SELECT (SELECT value FROM meta WHERE name = 'cuts'), (SELECT value FROM meta WHERE name = "
        "'floor'), (SELECT max(arrival) FROM entries)"},
       {&view.tail_,
        "SELECT arrival, origin, seq, before, h FROM entries WHERE arrival > ? ORDER BY arrival"},
       {&view.intervals_, "SELECT origin, first, last, before, after FROM intervals"},
       {&view.checkpoint_, "SELECT arrival FROM projection WHERE name = 'intervals'"},
       {&view.quarantined_, "SELECT origin, seq FROM quarantine"}}));
  return view;
}

Result<View::Marks> View::read_marks() {
  Query query(marks_);
  HF_CHECKED(query.step());
  return Marks{.cuts = query.number(0),
               .last = Arrival(std::max(query.unsigned_number(1), query.unsigned_number(2)))};
}

Result<bool> View::refresh(Shared& shared, Names& names, bool holds_write_mutex) {
  HF_TRY(marks, read_marks());
  const std::lock_guard lock(shared.mutex);
  if (marks.cuts != shared.cuts) {
    if (!holds_write_mutex) return false;
    HF_CHECKED(load(shared, names, marks));
    return true;
  }
  if (marks.last <= shared.last) return true;
  HF_CHECKED(add_after(shared.held, names, shared.last));
  shared.last = marks.last;
  return true;
}

Result<void> View::load(Shared& shared, Names& names, const Marks& marks) {
  Held held;
  Query intervals(intervals_);
  while (true) {
    HF_TRY(row, intervals.step());
    if (!row) break;
    HF_TRY(origin, names.origin(OriginNumber(intervals.number(0))));
    held.add(*origin, {.first = protocol::Seq(intervals.unsigned_number(1)),
                       .last = protocol::Seq(intervals.unsigned_number(2)),
                       .before = protocol::ChainHash(intervals.hash(3)),
                       .after = protocol::ChainHash(intervals.hash(4))});
  }
  Query checkpoint(checkpoint_);
  HF_CHECKED(checkpoint.step());
  HF_CHECKED(add_after(held, names, Arrival(checkpoint.unsigned_number(0))));

  shared.quarantined.clear();
  Query quarantined(quarantined_);
  while (true) {
    HF_TRY(row, quarantined.step());
    if (!row) break;
    shared.quarantined.emplace(protocol::Origin(std::string(quarantined.text(0))),
                               protocol::Seq(quarantined.unsigned_number(1)));
  }
  shared.held.replace_all(held.holdings());
  shared.last = marks.last;
  shared.cuts = marks.cuts;
  return {};
}

Result<void> View::add_after(Held& held, Names& names, Arrival after) {
  RunAdder runs(held);
  Query tail(tail_);
  tail.bind(1, after.value());
  while (true) {
    HF_TRY(row, tail.step());
    if (!row) return {};
    const OriginNumber number(tail.number(1));
    HF_TRY(origin, names.origin(number));
    const protocol::Seq seq(tail.unsigned_number(2));
    runs.add(number, *origin,
             {.first = seq,
              .last = seq,
              .before = protocol::ChainHash(tail.hash(3)),
              .after = protocol::ChainHash(tail.hash(4))});
  }
}

}  // namespace holdfast::journal
