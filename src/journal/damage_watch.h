// Whether a journal lost rows since somebody last looked.
//
//   looked:  {row 7}          {row 9}, row 7 was fetched again meanwhile
//   news:    true             true, though it is one row as before
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "journal/journal.h"

namespace holdfast::journal {

class DamageWatch {
 public:
  // `now` is Journal::damaged(). True when a row is on it that was not on the one before.
  bool look(std::vector<DamagedRow> now) {
    const bool news = std::ranges::any_of(now, [this](const DamagedRow& row) {
      return std::ranges::find(known_, row) == known_.end();
    });
    known_ = std::move(now);
    return news;
  }

 private:
  std::vector<DamagedRow> known_;
};

}  // namespace holdfast::journal
