#include "app/moderate/status_json.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "app/certificate_guard.h"
#include "app/moderate/store_json.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr std::string_view kSignals[] = {"chat", "peer", "clients", "own"};

std::string_view word(moderator::Signal signal) {
  switch (signal) {
    case moderator::Signal::kGood:
      return "good";
    case moderator::Signal::kBad:
      return "bad";
    case moderator::Signal::kUnknown:
      return "unknown";
  }
  return "unknown";
}

// The other deployment's synthetic chats with this one.
json::Object peer_chat_json(const moderator::PeerChat& chat) {
  json::Object object;
  object["ok"] = chat.failures == 0;
  object["failures"] = chat.failures;
  object["took_ms"] = chat.took_ms;
  object["age_ms"] = chat.age.count();
  if (!chat.why.empty()) object["why"] = chat.why;
  return object;
}

json::Object deployment_json(const moderator::DeploymentStatus& status, WallMs now) {
  json::Object object;
  object["healthy"] = status.healthy;
  object["looked"] = status.looked;
  object["usable"] = status.usable;
  object["signals"] = {{"chat", word(status.signals.chat)},
                       {"peer", word(status.signals.peer)},
                       {"clients", word(status.signals.clients)},
                       {"own", word(status.signals.own)}};
  if (status.flawless_for) object["flawless_s"] = status.flawless_for->count() / 1000;
  object["probe_ms"] = status.probe_took_ms;
  if (!status.probe_why.empty()) object["probe_why"] = status.probe_why;
  object["answers"] = status.answers;
  object["ready"] = status.state.ready;
  if (!status.state.not_ready_reason.empty()) object["reason"] = status.state.not_ready_reason;
  object["epoch"] = status.state.epoch.value();
  object["peer_up"] = status.state.peer_up;
  object["behind"] = status.state.behind;
  object["clients"] = status.state.reports.clients;
  object["journal_ms"] = status.state.journal_ms;
  if (status.clock_skew) object["clock_skew_ms"] = status.clock_skew->ms;
  if (status.peer_chat) object["peer_chat"] = peer_chat_json(*status.peer_chat);
  if (!status.warnings.empty())
    object["warnings"] = json::Array(status.warnings.begin(), status.warnings.end());
  object["build"] = status.state.version;
  object["versions"] = {status.state.versions.min, status.state.versions.max};
  if (const auto& expires = status.state.certificate_expires) {
    object["certificate_expires"] = expires->value();
    object["certificate_days_left"] = days_left(*expires, now);
  }
  return object;
}

// Reading our own JSON back, leniently.
std::string text_at(const json::Object& object, std::string_view field) {
  const json::Value* const value = object.if_contains(field);
  if (value == nullptr) return "?";
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_bool()) return value->get_bool() ? "yes" : "no";
  return json::serialize(*value);
}

const json::Object& object_at(const json::Object& object, std::string_view field) {
  static const json::Object kNone;
  const json::Value* const value = object.if_contains(field);
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string signals_text(const json::Object& deployment) {
  std::string text;
  for (const std::string_view signal : kSignals) {
    if (!text.empty()) text += ' ';
    text += fmt::format("{}:{}", signal, text_at(object_at(deployment, "signals"), signal));
  }
  return text;
}

std::string state_text(const json::Object& deployment) {
  if (text_at(deployment, "looked") != "yes") return "not looked at yet";
  std::string text = text_at(deployment, "healthy") == "yes" ? "healthy" : "UNHEALTHY";
  if (text_at(deployment, "answers") != "yes")
    text += ", no answer";
  else if (text_at(deployment, "ready") != "yes")
    text += ", not ready: " + text_at(deployment, "reason");
  return text;
}

// Said of those whose certificate ends soon or has ended; what is not known is not said.
std::string certificate_lines(const json::Object& deployments) {
  std::string lines;
  for (const std::string_view name : {"primary", "redundant"}) {
    const json::Value* const left =
        object_at(deployments, name).if_contains("certificate_days_left");
    if (left == nullptr || !left->is_int64() || left->get_int64() >= kDaysToWarn) continue;
    const std::int64_t days = left->get_int64();
    lines += days < 0 ? fmt::format("WARNING      the certificate of {} has expired\n", name)
                      : fmt::format("WARNING      the certificate of {} expires in {} days\n", name,
                                    days);
  }
  return lines;
}

std::string warning_lines(const json::Object& deployments) {
  std::string lines;
  for (const std::string_view name : {"primary", "redundant"}) {
    const json::Value* const all = object_at(deployments, name).if_contains("warnings");
    if (all == nullptr || !all->is_array()) continue;
    for (const json::Value& one : all->get_array()) {
      if (one.is_string())
        lines += fmt::format("WARNING      {}: {}\n", name, std::string_view(one.get_string()));
    }
  }
  return lines;
}

std::string peer_chat_text(const json::Object& deployment) {
  const json::Object& chat = object_at(deployment, "peer_chat");
  if (chat.empty()) return "?";
  return text_at(chat, "ok") == "yes"
             ? text_at(chat, "took_ms")
             : fmt::format("{} failed: {}", text_at(chat, "failures"), text_at(chat, "why"));
}

// Nothing of a moderator that does not tell.
std::string version_lines(const json::Object& status) {
  std::string lines;
  const auto said = [&](std::string_view field) {
    return status.contains(field) ? text_at(status, field) : "";
  };
  if (const std::string skew = said("version_skew"); !skew.empty()) lines += skew + '\n';
  if (const std::string why = said("incompatible"); !why.empty())
    lines += fmt::format("WARNING      no planned move: {}\n", why);
  return lines;
}

std::string row(std::string_view name, const std::string& primary, const std::string& redundant) {
  return fmt::format("{:<12} {:<60} {}\n", name, primary, redundant);
}

}  // namespace

json::Object status_json(const moderator::Status& status, std::string_view build, WallMs now) {
  json::Object object;
  object["time"] = now.value();
  object["build"] = build;
  object["active"] = protocol::name_of(status.active);
  object["epoch"] = status.epoch.value();
  object["why"] = status.why;
  object["since"] = status.since.value();
  object["frozen"] = status.frozen;
  object["abstains"] = status.abstains;
  object["waits_for"] = status.barrier;
  object["moves_last_hour"] = status.moves_last_hour;
  object["version_skew"] = status.version_skew;
  object["incompatible"] = status.incompatible;
  if (const auto& maintenance = status.maintenance) {
    object["maintenance"] = {{"deployment", protocol::name_of(maintenance->order.deployment)},
                             {"step", name_of(maintenance->step)},
                             {"text", maintenance->text},
                             {"by", maintenance->order.by},
                             {"since", maintenance->order.since.value()}};
  }
  object["deployments"] = {{"primary", deployment_json(status.primary, now)},
                           {"redundant", deployment_json(status.redundant, now)}};
  json::Array incidents;
  for (const moderator::Incident& incident : status.incidents) {
    incidents.push_back({{"at", incident.at.value()}, {"what", incident.what}});
  }
  object["incidents"] = std::move(incidents);
  return object;
}

std::string status_table(const json::Object& status) {
  const json::Object& primary = object_at(object_at(status, "deployments"), "primary");
  const json::Object& redundant = object_at(object_at(status, "deployments"), "redundant");
  const auto both = [&](std::string_view name, std::string_view field) {
    return row(name, text_at(primary, field), text_at(redundant, field));
  };
  std::string table = fmt::format("active       {} (epoch {}; {})\n", text_at(status, "active"),
                                  text_at(status, "epoch"), text_at(status, "why"));
  if (const json::Object& maintenance = object_at(status, "maintenance"); !maintenance.empty())
    table += fmt::format("maintenance  of {} (by {}): {}\n", text_at(maintenance, "deployment"),
                         text_at(maintenance, "by"), text_at(maintenance, "text"));
  if (text_at(status, "abstains") != "")
    table += fmt::format("abstains     {}\n", text_at(status, "abstains"));
  if (text_at(status, "waits_for") != "")
    table += fmt::format("waits for    {}\n", text_at(status, "waits_for"));
  table += certificate_lines(object_at(status, "deployments"));
  table += warning_lines(object_at(status, "deployments"));
  table += version_lines(status);
  table += store_lines(status);
  table += fmt::format("moves        {} automatic in the last hour\n\n",
                       text_at(status, "moves_last_hour"));
  table += row("", "primary", "redundant");
  table += row("state", state_text(primary), state_text(redundant));
  table += row("signals", signals_text(primary), signals_text(redundant));
  table += both("epoch", "epoch") + both("peer link up", "peer_up") +
           both("not in both", "behind") + both("clients", "clients") +
           both("probe, ms", "probe_ms");
  table += row("peer's, ms", peer_chat_text(primary), peer_chat_text(redundant));
  table += both("journal, ms", "journal_ms") + both("clock off, ms", "clock_skew_ms") +
           both("build", "build") + both("protocol", "versions");
  return table;
}

}  // namespace holdfast::app
