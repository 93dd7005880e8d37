// Looks at everything that is stored, a little at a time, while nobody asks for anything: is there
// a row for each entry that the projections name, is each row what was written, do they know it,
// and is a chat that goes on listed as open? In this order, because they are made again when they
// do not: who is missing they tell only before.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "journal/journal.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"

namespace holdfast::journal {

class Scrub {
 public:
  static Result<Scrub> prepare(Database& database);

  void start();
  bool over() const { return phase_ == Phase::kOver; }

  // Some hundreds of rows, inside a read transaction. Those that are wanting go into `suspects`,
  // with what is wrong. Yields whether the projections agree with what was looked at; when not,
  // they have to be made again.
  Result<bool> step(Database& database, Names& names, std::map<Arrival, std::string>& suspects);

 private:
  enum class Phase { kIndex, kRows, kChats, kOver };

  Result<bool> index(Names& names, std::map<Arrival, std::string>& suspects);
  Result<bool> is_sound(Arrival arrival, Names& names);
  Result<bool> rows(Database& database, Names& names, std::map<Arrival, std::string>& suspects);
  Result<bool> chats();

  Phase phase_ = Phase::kIndex;
  Arrival row_;                                        // the last that was looked at
  std::pair<std::int64_t, std::int64_t> named_{0, 0};  // origin and seq, likewise
  std::int64_t chat_ = 0;                              // likewise
  Statement rows_, row_at_, is_indexed_, is_opened_by_, index_, counts_agree_, is_listed_;
};

}  // namespace holdfast::journal
