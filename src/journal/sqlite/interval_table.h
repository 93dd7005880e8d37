// The table `intervals`: what is held of each origin as of the projections' checkpoint.
#pragma once

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"
#include "protocol/intervals.h"

namespace holdfast::journal {

class IntervalTable {
 public:
  static Result<IntervalTable> prepare(Database& database);

  Result<protocol::IntervalSet> read(OriginNumber origin);
  Result<void> write(OriginNumber origin, const protocol::IntervalSet& set);

 private:
  Statement read_, clear_, insert_;
};

}  // namespace holdfast::journal
