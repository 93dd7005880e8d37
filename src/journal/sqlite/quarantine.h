// Takes rows that are not what was written out of `entries` and out of every projection, so that
// what the journal claims to hold is what it can show. What is left of them stays in the table
// `quarantine` until the entry is appended anew.
//
// For one connection, on its thread, inside a write transaction.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/interval_table.h"
#include "journal/sqlite/names.h"

namespace holdfast::journal {

class Quarantine {
 public:
  static Result<Quarantine> prepare(Database& database);

  // These rows, and those whose content stood in them. kCorrupt when a projection names one that is
  // not there: it may stand on a page to which nothing leads, and what was written now might, too.
  Result<void> put(std::span<const Arrival> rows, std::string_view why, Names& names);
  // Without origin, and with seq 0, those of which cannot be told what they were.
  Result<std::vector<DamagedRow>> list();

 private:
  // What a projection says stands at an arrival.
  struct Known {
    OriginNumber origin;
    protocol::Seq seq;
    ChatNumber chat;
  };
  using Removed = std::map<OriginNumber, std::set<protocol::Seq>>;

  Result<void> put_one(Arrival arrival, std::string_view why, Names& names, Removed& removed);
  Result<std::optional<Known>> known_at(Arrival arrival, OriginNumber claimed_origin,
                                        protocol::Seq claimed_seq);
  Result<void> subtract(OriginNumber origin, std::set<protocol::Seq> gone, Names& names,
                        Removed& removed);
  struct Edges {
    protocol::ChainHash before, h;
  };
  // The hashes of a neighbour that is held and sound; a neighbour that is not sound goes the same
  // way.
  Result<std::optional<Edges>> neighbour(OriginNumber origin, protocol::Seq seq, Names& names,
                                         Removed& removed);

  IntervalTable intervals_;
  Statement row_, insert_, delete_, unchat_, unorigin_, claimed_, find_, dependents_, at_, marks_,
      list_;
};

}  // namespace holdfast::journal
