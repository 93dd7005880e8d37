// What clients could tell only long after they had seen it: nothing to judge by, but for the
// record.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace holdfast::moderator {

// Sums of one deployment since its process started, about the other one.
struct LateReports {
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;
  WallMs seen_at{};  // when the newest of it began, by that deployment's clock
};

// Which of it is news. One for each deployment that tells.
class LateNews {
 public:
  // What was added since it was last news; empty: nothing, or too soon to speak again. What stood
  // there at the first call is not news: it may be of any day.
  std::optional<LateReports> hear(const LateReports& sums, Now now);

 private:
  std::optional<LateReports> told_;
  std::optional<MonoMs> spoke_;
};

}  // namespace holdfast::moderator
