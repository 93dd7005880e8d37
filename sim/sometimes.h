// States that a campaign must reach to be worth something: one that never does proves nothing about
// them, however green it is.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace holdfast::sim {

// A campaign of fewer seeds is not asked.
inline constexpr std::uint64_t kSeedsToReachAll = 200;

// Those of the table that `reached` does not have.
std::vector<std::string> never_reached(const std::map<std::string, std::int64_t>& reached);

}  // namespace holdfast::sim
