#include "moderator/alerts/alert_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/names.h"

namespace holdfast::alerts {
namespace {

constexpr Ms kQuietFor{60'000};

}  // namespace

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::kRaised:
      return "raised";
    case Stage::kReminded:
      return "reminded";
    case Stage::kResolved:
      return "resolved";
  }
  return "";
}

std::vector<Alert> AlertBook::see(const std::vector<Symptom>& symptoms, Now now) {
  for (const Symptom& symptom : symptoms) {
    const auto [at, fresh] = troubles_.try_emplace(symptom.name);
    Trouble& trouble = at->second;
    if (fresh) {
      trouble.since = now.wall;
      trouble.first_seen = now.mono;
    }
    trouble.text = symptom.text;
    trouble.patience = symptom.patience;
    trouble.last_seen = now.mono;
  }
  std::vector<Alert> alerts;
  for (auto it = troubles_.begin(); it != troubles_.end();) {
    auto& [name, trouble] = *it;
    const bool present = trouble.last_seen == now.mono;
    const Ms away = now.mono - trouble.last_seen;
    if (!present && (!trouble.told || away >= kQuietFor)) {
      if (trouble.told) alerts.push_back(tell(name, trouble, Stage::kResolved, now));
      it = troubles_.erase(it);
      continue;
    }
    if (present && !trouble.told && now.mono - trouble.first_seen >= trouble.patience) {
      alerts.push_back(tell(name, trouble, Stage::kRaised, now));
    } else if (present && trouble.told && now.mono - *trouble.told >= remind_every_) {
      alerts.push_back(tell(name, trouble, Stage::kReminded, now));
    }
    ++it;
  }
  return alerts;
}

std::optional<Alert> AlertBook::see_verdict(const moderator::Status& status, Now now) {
  if (status.epoch.value() == 0) return std::nullopt;
  const auto before = std::exchange(active_, status.active);
  if (!before || *before == status.active) return std::nullopt;
  return Alert{
      fmt::format("switch-{}", status.epoch),
      "switch",
      Stage::kRaised,
      fmt::format("{} is active now ({}).",
                  status.active == protocol::Deployment::kPrimary ? "Primary" : "Redundant",
                  status.why),
      status.since,
      now.wall,
      1};
}

std::size_t AlertBook::open() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      troubles_, [](const auto& entry) { return entry.second.told.has_value(); }));
}

Alert AlertBook::tell(const std::string& name, Trouble& trouble, Stage stage, Now now) const {
  trouble.told = now.mono;
  return {fmt::format("{}-{}", name, trouble.since.value()),
          name,
          stage,
          stage == Stage::kResolved ? "It is over: " + trouble.text : trouble.text,
          trouble.since,
          now.wall,
          ++trouble.count};
}

}  // namespace holdfast::alerts
