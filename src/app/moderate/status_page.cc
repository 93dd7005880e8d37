#include "app/moderate/status_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include "app/certificate_guard.h"
#include "app/moderate/status_page_look.h"
#include "base/crypto.h"
#include "base/html.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

using moderator::DeploymentStatus;
using moderator::MaintenanceStep;
using moderator::Signal;
using moderator::Status;
using protocol::Deployment;

constexpr std::size_t kRecordMax = 30;

// Text as text, whoever wrote it: a direction mark in it ends where it ends.
std::string text_of(std::string_view written) {
  std::string text(written);
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20; }, ' ');
  return "<bdi>" + html_escaped(text) + "</bdi>";
}

std::string_view title_of(Deployment deployment) {
  return deployment == Deployment::kPrimary ? "Primary" : "Redundant";
}

std::string time_of(WallMs at) {
  const std::tm parts = fmt::gmtime(static_cast<std::time_t>(at.value() / 1000));
  return fmt::format("<time datetime=\"{0:%Y-%m-%dT%H:%M:%SZ}\">{0:%Y-%m-%d %H:%M:%S}</time>",
                     parts);
}

const DeploymentStatus& side(const Status& status, Deployment deployment) {
  return deployment == Deployment::kPrimary ? status.primary : status.redundant;
}

bool in_maintenance(const Status& status, Deployment deployment) {
  return status.maintenance && status.maintenance->order.deployment == deployment;
}

std::string_view health_of(const DeploymentStatus& deployment) {
  if (!deployment.looked) return "not looked at yet";
  return deployment.healthy ? "works" : "fails";
}

// One sentence without a number that moves: a screen reader says it whenever it changes.
std::string headline(const Status& status) {
  std::string text = fmt::format("{} is active.", title_of(status.active));
  for (const Deployment each : {Deployment::kPrimary, Deployment::kRedundant}) {
    text += fmt::format(" {} {}{}.", title_of(each), health_of(side(status, each)),
                        in_maintenance(status, each) ? ", in maintenance" : "");
  }
  return text;
}

struct Row {
  std::string_view name;
  std::string_view look;  // class: "", "good", "bad"
  std::string text;       // HTML
};

std::string_view look_of(Signal signal) {
  if (signal == Signal::kUnknown) return "soft";
  return signal == Signal::kGood ? "good" : "bad";
}

Row signal_row(std::string_view name, Signal signal, std::string good, std::string bad,
               std::string_view unknown) {
  std::string text = signal == Signal::kGood  ? std::move(good)
                     : signal == Signal::kBad ? std::move(bad)
                                              : std::string(unknown);
  return {name, look_of(signal), std::move(text)};
}

Row chat_row(const DeploymentStatus& deployment) {
  const Signal signal = deployment.signals.chat;
  Row row = signal_row("Trial chats", signal,
                       fmt::format("get through ({} ms)", deployment.probe_took_ms),
                       "do not get through", "none has ended yet");
  if (!deployment.probe_why.empty()) {
    row.text += fmt::format("{}: {}", signal == Signal::kBad ? "" : "; the last one did not",
                            text_of(deployment.probe_why));
  }
  return row;
}

Row certificate_row(WallMs expires, WallMs now) {
  const std::int64_t days = days_left(expires, now);
  if (days < 0) return {"Certificate", "bad", fmt::format("expired on {}", time_of(expires))};
  return {"Certificate", days < kDaysToWarn ? "bad" : "",
          fmt::format("valid for {} more days", days)};
}

std::vector<Row> rows_of(const DeploymentStatus& deployment, WallMs now) {
  const moderator::State& state = deployment.state;
  std::vector<Row> rows{
      chat_row(deployment),
      signal_row("Other deployment", deployment.signals.peer, "hears from it", "hears nothing",
                 "could not be asked"),
      signal_row("People’s browsers", deployment.signals.clients, "report no trouble",
                 "report trouble", "could not be asked"),
      signal_row("It says itself", deployment.signals.own, "that it takes chats",
                 fmt::format("that it takes none: {}", text_of(state.not_ready_reason)),
                 "nothing: it does not answer"),
  };
  if (!deployment.answers) return rows;
  rows.push_back({"Replication", state.behind == 0 ? "good" : "",
                  state.behind == 0 ? "everything that it took is in both"
                                    : fmt::format("{} entries are not yet in both", state.behind)});
  rows.push_back({"Open links", "", fmt::format("{}", state.reports.clients)});
  rows.push_back({"Knows epoch", "", fmt::format("{}", state.epoch)});
  if (state.certificate_expires) rows.push_back(certificate_row(*state.certificate_expires, now));
  rows.push_back({"Version", "", text_of(state.version)});
  return rows;
}

std::string card(const Status& status, Deployment which, WallMs now) {
  const DeploymentStatus& deployment = side(status, which);
  const bool active = status.active == which;
  std::string html = fmt::format(
      "<section id=\"{0}\" data-part class=\"card{1}\" aria-labelledby=\"{0}-name\">\n"
      "<header><h2 id=\"{0}-name\">{2}</h2><span class=\"role\">{3}{4}</span></header>\n"
      "<p class=\"health {5}\">{6}</p>\n<dl>\n",
      protocol::name_of(which), active ? " active" : "", title_of(which),
      active ? "active" : "standby", in_maintenance(status, which) ? ", in maintenance" : "",
      !deployment.looked ? "soft" : (deployment.healthy ? "good" : "bad"),
      !deployment.looked ? "Not looked at yet" : (deployment.healthy ? "✓ Works" : "✗ Fails"));
  for (const Row& row : rows_of(deployment, now)) {
    html += fmt::format("<dt>{}</dt><dd class=\"{}\">{}</dd>\n", row.name, row.look, row.text);
  }
  return html + "</dl>\n</section>\n";
}

std::string notice(std::string_view look, std::string_view title, std::string_view text) {
  return fmt::format("<p class=\"notice{}\"><strong>{}</strong> {}</p>\n", look, title,
                     text_of(text));
}

std::string notices(const Status& status, const RecordStore::Status& store) {
  std::string html = "<div id=\"notices\" data-part>\n";
  if (const auto& maintenance = status.maintenance) {
    const bool alarm = maintenance->step == MaintenanceStep::kInterrupted ||
                       maintenance->step == MaintenanceStep::kAway;
    html += notice(alarm ? " alarm" : "",
                   fmt::format("{} in maintenance:", title_of(maintenance->order.deployment)),
                   maintenance->text);
  }
  if (status.primary.looked && status.redundant.looked && !status.primary.healthy &&
      !status.redundant.healthy) {
    html += notice(" alarm", "Both deployments look bad.",
                   "The verdict stays: what people write is kept in their browsers.");
  }
  if (status.frozen) {
    html += notice("", "Frozen.",
                   "Nothing moves by itself until somebody allows it again: holdfast freeze --off");
  } else if (!status.abstains.empty()) {
    html += notice("", "No automatic moves now:", status.abstains);
  }
  if (!status.barrier.empty()) html += notice("", "Waits:", status.barrier);
  if (!status.incompatible.empty()) {
    html += notice(" alarm", "No planned moves:", status.incompatible);
  } else if (!status.version_skew.empty()) {
    html += notice("", "Two versions:", status.version_skew);
  }
  if (!store.trouble.empty()) html += notice(" alarm", "Nothing can be changed:", store.trouble);
  if (!store.warning.empty()) html += notice("", "To be mended:", store.warning);
  return html + "</div>\n";
}

// Without its store nobody knows who is at work.
Row moderator_row(const RecordStore::Colleague& colleague, bool store_answers) {
  const std::string_view look = colleague.at_work ? "good" : (store_answers ? "bad" : "soft");
  std::string how = colleague.at_work ? "at work" : (store_answers ? "not at work" : "not known");
  if (!colleague.at_work && colleague.seen.value() > 0)
    how += fmt::format(", last seen {} UTC", time_of(colleague.seen));
  return {colleague.name, look,
          fmt::format("{} <span class=\"soft\">{}</span>", how, text_of(colleague.listens))};
}

std::string moderators(const RecordStore::Status& store) {
  std::string html = fmt::format(
      "<section id=\"moderators\" data-part class=\"card\" aria-labelledby=\"moderators-name\">\n"
      "<h2 id=\"moderators-name\">Moderators</h2>\n<p class=\"soft\">The epoch and what was "
      "ordered are kept in {}.</p>\n",
      store.kind == "file" ? "a file of this one alone" : text_of(store.kind));
  if (store.others.empty()) return html + "</section>\n";
  html += "<dl>\n";
  for (const RecordStore::Colleague& each : store.others) {
    const Row row = moderator_row(each, store.trouble.empty());
    html +=
        fmt::format("<dt>{}</dt><dd class=\"{}\">{}</dd>\n", text_of(row.name), row.look, row.text);
  }
  return html + "</dl>\n</section>\n";
}

std::string record(const Status& status) {
  std::string html =
      "<section id=\"record\" data-part class=\"card\" aria-labelledby=\"record-name\">\n"
      "<h2 id=\"record-name\">What happened</h2>\n<p class=\"soft\">Newest first, since this "
      "Moderator was started; the times are UTC.</p>\n";
  if (status.incidents.empty()) return html + "<p>Nothing yet.</p>\n</section>\n";
  html += "<ol>\n";
  for (const auto& incident :
       status.incidents | std::views::reverse | std::views::take(kRecordMax)) {
    html +=
        fmt::format("<li>{}<span>{}</span></li>\n", time_of(incident.at), text_of(incident.what));
  }
  return html + "</ol>\n</section>\n";
}

std::string verdict(const Status& status) {
  std::string since = "No verdict yet.";
  if (status.epoch.value() > 0) {
    since = fmt::format("Epoch {}, since {} UTC: {}", status.epoch, time_of(status.since),
                        text_of(status.why));
  }
  return fmt::format(
      "<div id=\"verdict\" data-part>\n<h1>{} is active</h1>\n<p class=\"soft\">{}</p>\n</div>\n",
      title_of(status.active), since);
}

// A source of the policy: the hash in the base64 of RFC 4648 §4.
std::string hash_source(std::string_view content) {
  std::string hash = sha256(content).base64url();
  std::ranges::replace(hash, '-', '+');
  std::ranges::replace(hash, '_', '/');
  return fmt::format("'sha256-{}='", hash);
}

std::string policy(std::string_view more) {
  return fmt::format(
      "default-src 'none'; style-src {}; script-src {}; connect-src 'self'; base-uri 'none'; {}",
      hash_source(kStatusStyle), hash_source(kStatusScript), more);
}

}  // namespace

std::string status_page(const StatusView& view, std::string_view controls) {
  const auto& [status, store, build, now] = view;
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n"
      "<title>{0} is active · Holdfast</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n"
      "<p id=\"headline\" class=\"spoken\" role=\"status\">{2}</p>\n"
      "<p id=\"stale\" class=\"notice alarm\" role=\"alert\" hidden><strong>This page is "
      "old.</strong> "
      "The Moderator does not answer; chats go on without it.</p>\n"
      "{3}{4}{11}<div class=\"pair\">\n{5}{6}</div>\n{12}{7}</main>\n"
      "<footer id=\"footer\" data-part><p>As the Moderator saw it at {8} UTC. Holdfast {9}. "
      "<a href=\"/v1/status\">The same for machines</a></p></footer>\n"
      "<noscript><footer><p>Reload this page for news.</p></footer></noscript>\n"
      "<script>{10}</script>\n</body>\n</html>\n",
      title_of(status.active), kStatusStyle, headline(status), verdict(status),
      notices(status, store), card(status, Deployment::kPrimary, now),
      card(status, Deployment::kRedundant, now), record(status), time_of(now), text_of(build),
      kStatusScript, controls, moderators(store));
}

std::string small_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>{0} · Holdfast</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<main class=\"small\">\n<h1>{0}</h1>\n{2}</main>\n"
      "</body>\n</html>\n",
      html_escaped(title), kStatusStyle, body);
}

std::string status_page_policy() {
  return policy("form-action 'none'");
}

std::string live_page_policy() {
  return policy("form-action 'self'; frame-ancestors 'none'");
}

}  // namespace holdfast::app
