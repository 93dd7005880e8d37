// The tables that are made from `entries` in arrival order and can be made again at will:
// docs/journal.md.
//
// A row whose checksum is wrong never enters one: it goes into quarantine on the way. For one
// connection, on its thread; all but up_to_date() inside a write transaction.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/interval_table.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/quarantine.h"

namespace holdfast::journal {

class Projections {
 public:
  static Result<Projections> prepare(Database& database);

  // Takes in up to `rows_max` rows after the checkpoint. True when there are more.
  Result<bool> advance(std::size_t rows_max, Names& names, Quarantine& quarantine);
  // True when nothing arrived after the checkpoint.
  Result<bool> up_to_date();

 private:
  struct Item {
    Arrival arrival;
    OriginNumber origin;
    protocol::Seq seq;
    ChatNumber chat;
    protocol::ChainHash before, h;
    std::optional<protocol::Author> opened_by;  // of an opening event that has its own content
  };
  struct Chunk {
    std::vector<Item> items;
    std::vector<Arrival> bad;
    Arrival last;
  };

  Result<Arrival> checkpoint();
  Result<void> find_by_number(std::span<const Arrival> rows);
  Result<Chunk> collect(Arrival after, std::size_t rows_max, Names& names);
  Result<void> project_chats(std::vector<Item>& items);
  Result<void> project_origins(std::vector<Item>& items);
  Result<void> project_intervals(std::span<const Item> of_one_origin);

  IntervalTable intervals_;
  Statement checkpoint_, set_checkpoint_, rows_, pending_, present_, by_chat_, by_origin_,
      touch_chat_, opened_by_;
};

}  // namespace holdfast::journal
