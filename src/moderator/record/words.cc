#include "moderator/record/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "moderator/verdict_log.h"

namespace holdfast::record {
namespace {

std::string times_text(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string length_text(const Incident& incident, WallMs now) {
  if (incident.until) return duration_text(*incident.until - incident.from);
  return fmt::format("{} and still", duration_text(std::max(Ms(0), now - incident.from)));
}

// What browsers told of it.
std::string reports_text(const Incident& incident) {
  if (incident.hedges_won + incident.late_acks + incident.failed_connects == 0)
    return "no browser reported trouble";
  std::string text;
  const auto add = [&](std::string part) { text += (text.empty() ? "" : ", ") + part; };
  if (incident.hedges_won > 0) {
    add(times_text(incident.hedges_won, "message went", "messages went") +
        " the other way in time");
  }
  if (incident.late_acks > 0) {
    add(times_text(incident.late_acks, "message was", "messages were") + " acknowledged late");
  }
  if (incident.failed_connects > 0) {
    add(times_text(incident.failed_connects, "attempt", "attempts") +
        " to connect had to go elsewhere");
  }
  return text;
}

std::string takeover_text(const Incident& incident) {
  const std::string_view other = title_of(protocol::other(*incident.deployment));
  if (!incident.took_over) return fmt::format("{} was not made active", other);
  return fmt::format("{} took over after {}", other, duration_text(*incident.took_over));
}

std::string deployment_text(const Incident& incident) {
  std::string text =
      fmt::format("{} {}", title_of(*incident.deployment),
                  incident.planned                                 ? "was stopped for maintenance"
                  : incident.why.find("chat") != std::string::npos ? "did not carry chats"
                                                                   : "was unhealthy");
  if (incident.was_active) text += "; " + takeover_text(incident);
  if (incident.dark > Ms(0)) {
    text += fmt::format("; for {} of it neither deployment carried chats",
                        duration_text(incident.dark));
  } else if (!incident.was_active) {
    text += "; it was not the active one: nobody could notice";
  } else {
    text += "; " + reports_text(incident);
  }
  if (incident.needless) text += "; it worked again at once, the failover was needless";
  return text;
}

std::string switch_text(const Incident& incident) {
  const std::string_view name = title_of(*incident.deployment);
  if (incident.why.starts_with(moderator::kWhyFailback))
    return fmt::format("{} became active again: it holds everything", name);
  if (incident.why.starts_with(moderator::kWhyFailover)) return fmt::format("{} took over", name);
  return fmt::format("{} was made active by the people who run it", name);
}

}  // namespace

std::string in_words(const Incident& incident, WallMs now) {
  const std::string length = length_text(incident, now);
  switch (incident.kind) {
    case Kind::kDeployment:
      return fmt::format("{}: {}.", length, deployment_text(incident));
    case Kind::kService:
      return fmt::format(
          "{}: neither deployment carried chats. What people write stays in their browsers until "
          "one is back.",
          length);
    case Kind::kSwitch:
      return switch_text(incident) + ".";
    case Kind::kMaintenance:
      return fmt::format("{}: maintenance of {}.", length, title_of(*incident.deployment));
    case Kind::kUnseen:
      return fmt::format("{}: not observed ({}).", length, incident.why);
    case Kind::kFrozen:
      return fmt::format("{}: no automatic moves, by order.", length);
  }
  return "";
}

}  // namespace holdfast::record
