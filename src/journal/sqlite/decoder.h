// Rows as the entries that they stand for: each is checked, its content found, and asked whether it
// is what led to it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/shared.h"

namespace holdfast::journal {

// What a read found wanting, for when its own transaction is over: rows are put away, and
// projections that led to another row than they named are made again.
struct Suspects {
  std::map<Arrival, std::string> rows;
  bool misled = false;
};

// What a row that a projection led to has to be.
struct Wanted {
  std::optional<OriginNumber> origin;
  std::optional<protocol::Seq> seq;
  std::optional<ChatNumber> chat;

  bool is(const Row& row) const {
    return row.origin == origin.value_or(row.origin) && row.seq == seq.value_or(row.seq) &&
           row.chat == chat.value_or(row.chat);
  }
};

// A row by its number. Two, since the second runs while a row of the first is still looked at.
struct RowStatements {
  Statement row, holder;
};

// One for each read, inside its transaction: a second entry of a content shares what the first one
// decoded. Nothing is yielded for a row that became a suspect, or whose content is of a form that
// this version cannot read (held, but not shown).
class Decoder {
 public:
  // All of them outlive it.
  Decoder(Shared& shared, Names& names, const RowStatements& statements, Suspects& suspects)
      : shared_(shared), names_(names), statements_(statements), suspects_(suspects) {}

  Result<std::optional<StoredEntry>> decode(const Row& row);
  Result<std::optional<StoredEntry>> fetch(Arrival arrival, const Wanted& wanted);
  Result<std::vector<StoredEntry>> fetch_all(const std::vector<Arrival>& arrivals,
                                             const Wanted& wanted);

 private:
  Result<std::optional<protocol::ContentPtr>> content_of(const Row& row);
  Result<std::optional<protocol::ContentPtr>> content_in(Arrival holder, const Row& row);

  Shared& shared_;
  Names& names_;
  const RowStatements& statements_;
  Suspects& suspects_;
  std::map<Arrival, protocol::ContentPtr> contents_;
};

}  // namespace holdfast::journal
