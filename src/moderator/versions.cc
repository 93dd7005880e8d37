#include "moderator/versions.h"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::moderator {
namespace {

std::string range_text(const protocol::Versions& versions) {
  return versions.min == versions.max ? fmt::format("{}", versions.min)
                                      : fmt::format("{} to {}", versions.min, versions.max);
}

}  // namespace

std::string skew_text(const State& primary, const State& redundant) {
  if (primary.version == redundant.version || primary.version.empty() ||
      redundant.version.empty()) {
    return "";
  }
  return fmt::format("version skew: primary {}, redundant {}", primary.version, redundant.version);
}

std::string incompatible_text(const State& primary, const State& redundant) {
  const protocol::Versions& one = primary.versions;
  const protocol::Versions& two = redundant.versions;
  if (std::max(one.min, two.min) <= std::min(one.max, two.max)) return "";
  return fmt::format(
      "primary speaks protocol {} and redundant {}: clients and peer of the one cannot talk to the "
      "other",
      range_text(one), range_text(two));
}

}  // namespace holdfast::moderator
