#include "moderator/record/line.h"

namespace holdfast::record {

WallMs at_of(const Line& line) {
  return std::visit([](const auto& it) { return it.at; }, line);
}

std::string_view title_of(Deployment deployment) {
  return deployment == Deployment::kPrimary ? "Primary" : "Redundant";
}

}  // namespace holdfast::record
