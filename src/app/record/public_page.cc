#include "app/record/public_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>
#include <utility>

#include "app/record/public_page_look.h"
#include "base/crypto.h"
#include "base/html.h"
#include "moderator/record/words.h"

namespace holdfast::app {
namespace {

using record::Condition;
using record::Day;
using record::DayNumber;
using record::Deployment;
using record::Summary;
using record::Times;

constexpr std::size_t kIncidentsShown = 50;
// A day with more downtime than this is shown as a bad one.
constexpr Ms kBadDay{600'000};
// The moderator hands the record over once a minute.
constexpr Ms kFresh{180'000};

std::tm parts_of(WallMs at) {
  return fmt::gmtime(static_cast<std::time_t>(at.value() / 1000));
}

std::string time_of(WallMs at) {
  return fmt::format("<time datetime=\"{0:%Y-%m-%dT%H:%M:%SZ}\">{0:%Y-%m-%d %H:%M}</time>",
                     parts_of(at));
}

std::string date_of(DayNumber day) {
  return fmt::format("{:%Y-%m-%d}", parts_of(record::begin_of(day)));
}

// ---- what works now ----

Condition service_of(const Summary& summary) {
  if (std::ranges::count(summary.now, Condition::kUp) > 0) return Condition::kUp;
  return std::ranges::count(summary.now, Condition::kDown) == 2 ? Condition::kDown
                                                                : Condition::kUnknown;
}

struct Headline {
  Condition condition;
  std::string title;
  std::string text;
};

std::string maintained_text(const Summary& summary, Deployment deployment) {
  return summary.maintained == deployment ? "is being maintained" : "is not well";
}

// What the moderator saw last.
Headline headline_of(const Summary& summary) {
  switch (service_of(summary)) {
    case Condition::kDown:
      return {Condition::kDown, "Chat does not get through at the moment.",
              "Neither deployment carries chats. What people write stays in their browsers until "
              "one is back."};
    case Condition::kUnknown:
      return {Condition::kUnknown, "Whether chat works is not known at the moment.",
              "Nobody has looked yet, or not for a while."};
    case Condition::kUp:
      break;
  }
  for (const Deployment each : record::kDeployments) {
    if (summary.now[record::index_of(each)] == Condition::kUp) continue;
    return {Condition::kUp, "Chat works.",
            fmt::format("{} {}; {} carries everything.", record::title_of(each),
                        maintained_text(summary, each), record::title_of(protocol::other(each)))};
  }
  return {Condition::kUp, "Chat works.", "Both deployments carry chats."};
}

// What this deployment knows itself comes first: the page is there when nobody else is.
Headline headline_of(const std::optional<PublishedRecord>& published, const OwnWord& own,
                     WallMs now) {
  const std::string_view name = record::title_of(own.deployment);
  const bool fresh = published && now - published->at < kFresh;
  const Condition other =
      fresh ? published->summary.now[record::index_of(protocol::other(own.deployment))]
            : Condition::kUnknown;
  const std::string_view other_name = record::title_of(protocol::other(own.deployment));
  std::string text = fmt::format("This page comes from {}, which {}.", name,
                                 own.ready ? "takes chats" : "takes no chats at the moment");
  if (other == Condition::kUp) text += fmt::format(" {} carries chats.", other_name);
  if (other == Condition::kDown) text += fmt::format(" {} does not carry chats.", other_name);
  if (!own.peer_up) text += fmt::format(" It does not hear from {}.", other_name);
  if (published && !fresh) {
    text += fmt::format(" The Moderator spoke last {} ago; chats do not need it.",
                        record::duration_text(now - published->at));
  }
  if (own.ready) return {Condition::kUp, "Chat works.", std::move(text)};
  if (other == Condition::kUp) return {Condition::kUp, "Chat works.", std::move(text)};
  if (other == Condition::kDown)
    return {Condition::kDown, "Chat does not get through at the moment.", std::move(text)};
  return {Condition::kUnknown, "Whether chat works is not known here.", std::move(text)};
}

std::string_view class_of(Condition condition) {
  if (condition == Condition::kUnknown) return "none";
  return condition == Condition::kUp ? "up" : "down";
}

std::string now_html(const Headline& headline) {
  return fmt::format("<div class=\"now {}\"><h1>{}</h1>\n<p>{}</p></div>\n",
                     class_of(headline.condition), headline.title, headline.text);
}

// ---- ninety days ----

std::string_view class_of(const Times& times) {
  if (times.observed() <= Ms(0)) return "none";
  if (times.down <= Ms(0)) return "up";
  return times.down > kBadDay ? "down" : "part";
}

std::string day_text(const Times& times) {
  if (times.observed() <= Ms(0)) return "not observed";
  if (times.down <= Ms(0)) return "no interruption seen";
  return record::duration_text(times.down) + " without";
}

template <class TimesOf>
std::string bars_html(std::string_view name, const PublishedRecord& published, DayNumber today,
                      const TimesOf& times_of) {
  const DayNumber first = today - published.config.days + 1;
  std::string bars;
  Times all;
  int bad = 0;
  int seen = 0;
  for (DayNumber number = first; number <= today; ++number) {
    const auto found = published.summary.days.find(number);
    const Times times = found == published.summary.days.end() ? Times{} : times_of(found->second);
    all += times;
    bad += times.down > Ms(0);
    seen += times.observed() > Ms(0);
    bars += fmt::format("<i class=\"{}\" title=\"{}: {}\"></i>", class_of(times), date_of(number),
                        day_text(times));
  }
  return fmt::format(
      "<div class=\"row\"><header><h3>{0}</h3><span>{1}</span></header>\n"
      "<div class=\"bars\" role=\"img\" aria-label=\"{0}, day by day: {2} of {3} days observed, "
      "{4} "
      "of them with an interruption\">{5}</div>\n"
      "<div class=\"ends\" aria-hidden=\"true\"><span>{6}</span><span>today</span></div></div>\n",
      name, record::availability_text(all), seen, published.config.days, bad, bars, date_of(first));
}

std::string days_html(const PublishedRecord& published, WallMs now) {
  const DayNumber today = record::day_of(now);
  std::string html = fmt::format(
      "<section class=\"card\" aria-labelledby=\"days\">\n<h2 id=\"days\">The last {} days</h2>\n",
      published.config.days);
  html += bars_html("Chat", published, today, [](const Day& day) { return day.service; });
  for (const Deployment each : record::kDeployments) {
    html += bars_html(record::title_of(each), published, today,
                      [each](const Day& day) { return day.sides[record::index_of(each)].times; });
  }
  return html +
         "<p class=\"key\"><span><i class=\"up\"></i>no interruption seen</span><span><i "
         "class=\"part\"></i>up to ten minutes without</span><span><i class=\"down\"></i>longer"
         "</span><span><i></i>not observed</span></p>\n"
         "<p class=\"soft\">Chat works while at least one of the two deployments carries it. A "
         "deployment counts as down when trial chats do not get through, planned or not.</p>\n"
         "</section>\n";
}

// ---- figures ----

struct Figure {
  std::string_view name;
  std::string_view meaning;
  std::string (*text)(const PublishedRecord&, const record::Sums&, std::uint32_t days);
};

std::string year_text(const Times& times) {
  if (times.down <= Ms(0)) return "not known";
  return record::duration_text(record::downtime_a_year(record::downtime_share(times)));
}

std::string budget_text(const record::ErrorBudget& budget) {
  if (budget.left() < Ms(0)) return "overspent by " + record::duration_text(-budget.left());
  return fmt::format("{} of {}", record::duration_text(budget.left()),
                     record::duration_text(budget.allowed));
}

// "99.99": to four decimals, which is all that a target may have.
std::string target_text(double target) {
  std::string text = fmt::format("{:.4f}", target * 100);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string windows_text(const record::Sums& sums) {
  if (sums.windows == 0) return "not observed";
  if (sums.dark_windows == 0) return fmt::format("all {}", sums.windows);
  const auto all = static_cast<std::int64_t>(sums.windows);
  return share_text(all - static_cast<std::int64_t>(sums.dark_windows), all);
}

std::string people_text(const record::Sums& sums) {
  if (sums.client_time <= Ms(0)) return "nobody was there";
  if (sums.client_time_dark <= Ms(0)) return "no interruption seen";
  return share_text((sums.client_time - sums.client_time_dark).count(), sums.client_time.count());
}

std::string lost_text(const record::Promises& promises) {
  const std::uint64_t asked = promises.kept + promises.lost;
  return asked == 0 ? "none asked for" : fmt::format("{} of {}", promises.lost, asked);
}

constexpr Figure kFigures[] = {
    {"Availability of chat", "time in which at least one deployment carried chats",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return record::availability_text(sums.service);
     }},
    {"Nines", "leading nines of that; two is 99 %, five is 99.999 %",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       const auto nines = record::nines(sums.service);
       return nines ? fmt::format("{}", *nines) : std::string("not known");
     }},
    {"Downtime a year", "what that availability would come to",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return year_text(sums.service);
     }},
    {"Error budget left", "downtime that the target still allows in this time",
     [](const PublishedRecord& published, const record::Sums& sums, std::uint32_t days) {
       return budget_text(budget_of_days(published, days, sums));
     }},
    {"Good five minutes", "windows of five minutes without a moment of silence",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return windows_text(sums);
     }},
    {"People’s time", "time that people were connected and could talk",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return people_text(sums);
     }},
    {"Failovers",
     "the other deployment took over by itself; needless: the first worked again at once",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return fmt::format("{}, {} needless", sums.failovers, sums.needless_failovers);
     }},
    {"Slowest failover", "from the failure until the other deployment was active",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return sums.recovery_max ? record::duration_text(*sums.recovery_max) : std::string("none");
     }},
    {"Messages that took the other way", "hedges won, for each thousand minutes of a client",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return fmt::format("{:.2f}", hedge_rate(sums));
     }},
    {"Messages lost", "of trial messages that both had promised to hold, asked for again later",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return lost_text(sums.promises);
     }},
    {"Messages that nobody said", "doubled or forged, in the trial chats",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return fmt::format("{}", sums.promises.unsaid);
     }},
    {"Most entries not yet in both",
     "replication lag; what people wrote is safe in one, and in "
     "their browser",
     [](const PublishedRecord&, const record::Sums& sums, std::uint32_t) {
       return fmt::format("{}", std::max(sums.sides[0].behind_max, sums.sides[1].behind_max));
     }},
};

std::string figures_html(const PublishedRecord& published, WallMs now) {
  const std::array<std::uint32_t, 2> spans{kMonthDays, published.config.days};
  std::string html =
      "<section class=\"card\" aria-labelledby=\"figures\">\n<h2 id=\"figures\">In figures</h2>\n"
      "<table><thead><tr><th scope=\"col\">What</th>";
  std::array<record::Sums, 2> sums;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    sums[i] = sums_of_days(published, spans[i], now);
    html += fmt::format("<th scope=\"col\">{} days</th>", spans[i]);
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const Figure& figure : kFigures) {
    html +=
        fmt::format("<tr><th scope=\"row\">{} <small>{}</small></th>", figure.name, figure.meaning);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      html += fmt::format("<td>{}</td>", figure.text(published, sums[i], spans[i]));
    }
    html += "</tr>\n";
  }
  return html + fmt::format(
                    "</tbody></table>\n<p class=\"soft\">The target is {} %. Time that nobody "
                    "looked at counts for nothing.</p>\n</section>\n",
                    target_text(published.config.target));
}

// ---- incidents ----

bool is_public(const record::Incident& incident) {
  return incident.kind != record::Kind::kFrozen;
}

std::string incidents_html(const PublishedRecord& published, WallMs now) {
  std::string html =
      "<section class=\"card\" aria-labelledby=\"incidents\">\n<h2 id=\"incidents\">What happened"
      "</h2>\n";
  std::string list;
  for (const record::Incident& incident : published.summary.incidents | std::views::reverse |
                                              std::views::filter(is_public) |
                                              std::views::take(kIncidentsShown)) {
    list += fmt::format("<li>{}{}</li>\n", time_of(incident.from),
                        html_escaped(record::in_words(incident, now)));
  }
  if (list.empty()) return html + "<p>Nothing yet.</p>\n</section>\n";
  return html + "<p class=\"soft\">Newest first; times are UTC.</p>\n<ol>\n" + list +
         "</ol>\n</section>\n";
}

std::string footer_html(const std::optional<PublishedRecord>& published, WallMs now) {
  std::string text = fmt::format("Shown at {} UTC.", time_of(now));
  if (!published) return text;
  text += fmt::format(" The record is of {} UTC", time_of(published->at));
  if (const auto& began = published->summary.began)
    text += fmt::format(" and began on {}", time_of(*began));
  return text + ". <a href=\"/v1/record\">The same for machines</a>.";
}

// The hash in the base64 of RFC 4648 §4.
std::string style_policy() {
  std::string hash = sha256(kPublicPageStyle).base64url();
  std::ranges::replace(hash, '-', '+');
  std::ranges::replace(hash, '_', '/');
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}='; base-uri 'none'; form-action 'none'", hash);
}

}  // namespace

std::string public_page(const std::optional<PublishedRecord>& published, const PageSpeaker& speaker,
                        WallMs now) {
  const Headline headline = speaker.own ? headline_of(published, *speaker.own, now)
                                        : headline_of(published ? published->summary : Summary{});
  std::string body = now_html(headline);
  if (published) {
    body += days_html(*published, now) + figures_html(*published, now) +
            incidents_html(*published, now);
  } else {
    body += "<p class=\"soft\">No Moderator has handed its record to this deployment yet.</p>\n";
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n"
      "<footer><p>{}</p></footer>\n</body>\n</html>\n",
      headline.title, kPublicPageStyle, body, footer_html(published, now));
}

net::HttpResponse public_page_response(const std::optional<PublishedRecord>& published,
                                       const PageSpeaker& speaker, WallMs now) {
  net::HttpResponse page{200, {}, public_page(published, speaker, now)};
  page.headers.add("Content-Type", "text/html; charset=utf-8");
  page.headers.add("Content-Security-Policy", style_policy());
  page.headers.add("Referrer-Policy", "no-referrer");
  page.headers.add("Cache-Control", "no-store");
  return page;
}

}  // namespace holdfast::app
