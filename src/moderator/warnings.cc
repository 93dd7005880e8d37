#include "moderator/warnings.h"

#include <fmt/format.h>

#include <cstdlib>

namespace holdfast::moderator {

std::vector<std::string> warnings(const DeploymentStatus& status, const PolicyConfig& policy) {
  std::vector<std::string> all;
  if (status.signals.bad() == 1) {
    all.push_back(
        fmt::format("one signal alone is bad ({}): nothing moves for it", status.signals.text()));
  }
  if (status.clock_skew && status.clock_skew->beyond(policy.clock_skew_ms_max)) {
    all.push_back(fmt::format("its clock is {} the moderator's", skew_text(*status.clock_skew)));
  }
  if (status.answers && status.state.journal_ms > policy.health.journal_ms_max) {
    all.push_back(
        fmt::format("its journal takes {} ms to make a batch durable", status.state.journal_ms));
  }
  if (const auto& chat = status.peer_chat; chat && chat->failures > 0 && chat->worked == 0) {
    all.push_back(fmt::format(
        "the other deployment's synthetic chats with it have never worked: {}", chat->why));
  }
  return all;
}

std::string skew_text(const ClockSkew& skew) {
  return fmt::format("{} ms {}", std::abs(skew.ms), skew.ms < 0 ? "behind" : "ahead of");
}

}  // namespace holdfast::moderator
