// Whether damage was found in a journal since somebody last looked.
//
//   looked:  {row 7}          {row 9}, row 7 was fetched again meanwhile
//   news:    true             true, though it is one row as before
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "journal/journal.h"

namespace holdfast::journal {

class DamageWatch {
 public:
  // `now` is Journal::damaged(). True when a row is on it that was not on the one before, or when
  // what is derived from the rows was made again.
  bool look(std::vector<DamagedRow> now, std::uint64_t times_mended) {
    const bool lost = std::ranges::any_of(now, [this](const DamagedRow& row) {
      return std::ranges::find(known_, row) == known_.end();
    });
    known_ = std::move(now);
    return std::exchange(times_mended_, times_mended) != times_mended || lost;
  }

 private:
  std::vector<DamagedRow> known_;
  std::uint64_t times_mended_ = 0;
};

}  // namespace holdfast::journal
