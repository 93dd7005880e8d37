// Branches: the tails of own origins that a rollback cut off (docs/protocol.md §9), waiting to be
// re-entered.
#pragma once

#include <vector>

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"

namespace holdfast::journal {

class Branches {
 public:
  // Moves the entries of `origin` after `last_common` from `entries` to `branches`; inside a write
  // transaction. Rows that stay and shared the content of one that goes get it for themselves.
  static Result<void> freeze(Database& database, Names& names, const protocol::Origin& origin,
                             protocol::Seq last_common);

  static Result<std::vector<protocol::Entry>> read(Database& database, Names& names);
};

}  // namespace holdfast::journal
