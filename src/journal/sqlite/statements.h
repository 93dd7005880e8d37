// Preparing many statements at once.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "journal/sqlite/database.h"

namespace holdfast::journal {

inline Result<void> prepare_all(
    Database& database, std::initializer_list<std::pair<Statement*, std::string_view>> statements) {
  for (const auto& [statement, sql] : statements) {
    HF_TRY(prepared, database.prepare(sql));
    *statement = std::move(prepared);
  }
  return {};
}

}  // namespace holdfast::journal
