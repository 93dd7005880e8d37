// Keeps Shared up with the file: entries that another process, or this one's other thread,
// committed; entries that were cut away.
//
// One for each connection, on its thread.
#pragma once

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/shared.h"

namespace holdfast::journal {

class View {
 public:
  static Result<View> prepare(Database& database);

  // Inside a transaction of the connection. Afterwards `shared` is at least as new as the
  // transaction's snapshot. False, and nothing done: entries were cut away, so that all must be
  // loaded afresh, and the caller does not hold Shared::write_mutex (else the other thread could be
  // half-way through an append that builds on what is replaced).
  Result<bool> refresh(Shared& shared, Names& names, bool holds_write_mutex);

 private:
  struct Marks {
    std::int64_t cuts = 0;
    Arrival last;  // nothing that arrived has, or had, a higher number
  };
  Result<Marks> read_marks();
  Result<void> load(Shared& shared, Names& names, const Marks& marks);
  Result<void> add_after(Held& held, Names& names, Arrival after);

  Statement marks_, tail_, intervals_, checkpoint_, quarantined_;
};

}  // namespace holdfast::journal
