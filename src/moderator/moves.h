// The automatic moves of the last hour, by wall clock because they outlive the process.
#pragma once

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace holdfast::moderator {

class Moves {
 public:
  Moves() = default;
  explicit Moves(std::vector<WallMs> at) : at_(std::move(at)) {}

  // A clock that was far ahead once must not forbid failback for years, so a move far in the future
  // counts no more than an old one.
  std::vector<WallMs> of_last_hour(WallMs now) const {
    constexpr Ms kHour{3'600'000};
    std::vector<WallMs> recent;
    std::ranges::copy_if(at_, std::back_inserter(recent),
                         [&](WallMs at) { return now - at < kHour && at - now < kHour; });
    return recent;
  }

 private:
  std::vector<WallMs> at_;
};

}  // namespace holdfast::moderator
