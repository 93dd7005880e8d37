// Takes bodies out of the file: docs/journal.md, "Erasure".
//
// Rare work: prepares what it needs when it begins. For one connection, on its thread, inside a
// write transaction.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"

namespace holdfast::journal {

class Eraser {
 public:
  // How many rows lost a body: of `entries`, `branches` and `quarantine`. What the search
  // projection knows of the chat goes with them.
  static Result<std::uint64_t> erase(Database& database, Names& names, const ChatKey& key,
                                     std::span<const protocol::Digest> events);
};

// Files beside the journal at `path` that a salvage left and that may hold any body that was ever
// written: removes them, and says which.
Result<std::vector<std::string>> remove_evidence(const std::string& path);

}  // namespace holdfast::journal
