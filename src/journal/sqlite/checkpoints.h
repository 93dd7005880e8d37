// Carries the WAL back into the database: now and then, so that it does not grow for ever; whole
// and at once, when it holds what was erased. Belongs to the reading thread, off the acknowledging
// path.
#pragma once

#include "base/result.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/shared.h"

namespace holdfast::journal {

class Checkpoints {
 public:
  Checkpoints(Shared& shared, int busy_timeout_ms)
      : shared_(shared), busy_timeout_ms_(busy_timeout_ms) {}

  // There is more in it than should be.
  bool is_due() const;
  // What can be carried without waiting for anybody; appends wait when that was never all of it.
  Result<void> carry(Database& database);
  // The same, with appends kept out.
  Result<void> carry_alone(Database& database);

  // Carries all of it and cuts the file to nothing. Where another process reads it just now that
  // has to wait: `owes_emptying` until somebody asks again and nobody reads.
  Result<void> empty(Database& database);
  bool owes_emptying() const { return owes_emptying_; }
  bool has_emptied() const { return has_emptied_; }

 private:
  Shared& shared_;
  const int busy_timeout_ms_;
  bool owes_emptying_ = false;
  bool has_emptied_ = false;
};

}  // namespace holdfast::journal
