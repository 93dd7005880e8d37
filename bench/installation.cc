#include "bench/installation.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <toml++/toml.h>

#include "app/admin/deployment_client.h"
#include "app/admin/settings_write.h"
#include "base/check.h"
#include "base/ulid.h"
#include "net/http_client.h"
#include "protocol/names.h"

namespace holdfast::bench {
namespace {

namespace fs = std::filesystem;
using protocol::Deployment;

constexpr Span kReadyWithin = seconds(60);
constexpr std::size_t kWritesAtOnce = 90;

std::uint16_t free_port(const std::string& host) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = address_of({host, 0});
  CHECK(bind(probe, generic(address), sizeof address) == 0);
  socklen_t size = sizeof address;
  CHECK(getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(probe);
  return ntohs(address.sin_port);
}

std::string last_lines(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string text;
  for (std::size_t i = lines.size() > 20 ? lines.size() - 20 : 0; i < lines.size(); ++i)
    text += "\n  " + lines[i];
  return text;
}

}  // namespace

Result<std::unique_ptr<Installation>> Installation::make(const InstallationOptions& options,
                                                         Clock& clock, Random& random) {
  std::unique_ptr<Installation> made(new Installation(options, clock, random));
  HF_TRY(scratch, Scratch::make(options.scratch));
  made->scratch_.emplace(std::move(scratch));
  made->dir_ = made->scratch_->path();
  made->home_ = made->dir_ / "home";
  HF_CHECKED(made->init());
  return made;
}

Installation::~Installation() {
  for (auto* const each : {&moderator_, &redundant_, &primary_}) {
    if (*each) (*each)->kill();
  }
  std::error_code ignored;
  if (!dir_.empty() && std::getenv("HOLDFAST_BENCH_KEEP") == nullptr) fs::remove_all(dir_, ignored);
}

Result<void> Installation::init() {
  for (Place* const place : {&places_.primary, &places_.redundant, &places_.moderator})
    place->port = free_port(place->host);
  places_.primary_reached = places_.primary;
  places_.redundant_reached = places_.redundant;
  if (options_.behind_cables) {
    places_.primary_reached.port = free_port(places_.primary_reached.host);
    places_.redundant_reached.port = free_port(places_.redundant_reached.host);
  }
  HF_CHECKED(command({"init", home_.string(), "--site", "bench", "--origin", site_origin(),
                      "--password", "correct-horse", "--profile", "demo", "--primary-url",
                      places_.primary_reached.url(), "--redundant-url", places_.redundant.url(),
                      "--moderator-url", places_.moderator.url()}));
  HF_CHECKED(edit(Deployment::kPrimary));
  HF_CHECKED(edit(Deployment::kRedundant));
  HF_TRY(config, app::load_serve_config(config("primary")));
  config_ = std::move(config);
  return {};
}

// A crowd from one machine is not what the default limits are made for.
Result<void> Installation::edit(Deployment deployment) {
  const bool primary = deployment == Deployment::kPrimary;
  const auto file = config(std::string(protocol::name_of(deployment)));
  try {
    auto table = toml::parse_file(file.string());
    table.insert_or_assign("limits", toml::table{{"connections_max", 20'000},
                                                 {"sessions_max", 19'900},
                                                 {"new_chats_per_minute", 10'000'000},
                                                 {"events_burst", 100'000},
                                                 {"events_per_s", 100'000}});
    table.insert_or_assign("timing",
                           toml::table{{"heartbeat_ms", std::int64_t{options_.heartbeat_ms}}});
    table.insert_or_assign("log", toml::table{{"level", "warn"}});
    if (primary) {
      table["listen"].as_table()->insert_or_assign(
          "addresses",
          toml::array{places_.primary.host + ":" + std::to_string(places_.primary.port)});
      table["peer"].as_table()->insert_or_assign("dial",
                                                 toml::array{places_.redundant_reached.url()});
    }
    std::ofstream out(file, std::ios::trunc);
    out << table << "\n";
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalid, "{}: {}", file.string(), error.description());
  }
  return {};
}

Process& Installation::process(Deployment deployment) {
  auto& slot = deployment == Deployment::kPrimary ? primary_ : redundant_;
  CHECK(slot.has_value(), "{} was never started", protocol::name_of(deployment));
  return *slot;
}

const Place& Installation::listens(Deployment deployment) const {
  return deployment == Deployment::kPrimary ? places_.primary : places_.redundant;
}

Result<void> Installation::start(Deployment deployment, bool wait) {
  const std::string name(protocol::name_of(deployment));
  HF_TRY(process,
         Process::start({options_.program.string(), "serve", "--config", config(name).string()},
                        dir_ / (name + ".log"), options_.cpu));
  (deployment == Deployment::kPrimary ? primary_ : redundant_) = std::move(process);
  return wait ? wait_ready(deployment) : Result<void>();
}

Result<void> Installation::wait_ready(Deployment deployment) {
  const Moment until = now() + kReadyWithin;
  const std::string name(protocol::name_of(deployment));
  for (;;) {
    if (get(deployment, "/readyz")) return {};
    if (!process(deployment).runs() || now() > until) {
      return fail(ErrorCode::kUnavailable, "{} is not ready:{}", name,
                  last_lines(dir_ / (name + ".log")));
    }
    std::this_thread::sleep_for(ms(10));
  }
}

Result<void> Installation::start_moderator() {
  HF_TRY(process, Process::start({options_.program.string(), "moderate", "--config",
                                  config("moderator").string()},
                                 dir_ / "moderator.log", std::nullopt));
  moderator_ = std::move(process);
  return {};
}

Result<void> Installation::add(const std::vector<Site>& sites) {
  std::vector<app::SettingsWrite> writes;
  const auto write = [&](const Site& site, std::string entity, std::string field,
                         std::string value) {
    writes.push_back({site.id, std::move(entity), std::move(field), std::move(value), false, {}});
  };
  for (const Site& site : sites) {
    if (site.id.value() != "bench") {  // that one `holdfast init` made
      write(site, app::site_entity(site.id), "name", app::json_text(site.id.value()));
      write(site, app::site_entity(site.id), "origins", app::json_texts({site_origin()}));
    }
    for (const std::string& each : site.operators) {
      write(site, app::operator_entity(each), "name", app::json_text(each));
      write(site, app::operator_entity(each), "role", app::json_text("operator"));
      write(site, app::operator_entity(each), "active", "true");
    }
  }
  app::DeploymentClient client(*config_, clock_);
  for (std::size_t at = 0; at < writes.size(); at += kWritesAtOnce) {
    json::Array events;
    for (std::size_t i = at; i < std::min(at + kWritesAtOnce, writes.size()); ++i) {
      const auto content = app::compose_write(
          writes[i], protocol::Author("a:cli"),
          protocol::EventId(Ulid::make(clock_.now().wall, random_).text()), random_);
      events.push_back({{"head", content->head_bytes}, {"body", *content->body_bytes}});
    }
    HF_CHECKED(client.post("/v1/admin/append",
                           json::serialize(json::Object{{"events", std::move(events)}})));
  }
  return {};
}

Result<std::string> Installation::command(const std::vector<std::string>& arguments) {
  std::vector<std::string> whole{options_.program.string()};
  whole.insert(whole.end(), arguments.begin(), arguments.end());
  return run_to_end(whole, dir_ / fmt::format("command-{}.log", ++commands_));
}

Result<std::string> Installation::get(Deployment deployment, const std::string& target) {
  HF_TRY(url, net::parse_url(listens(deployment).url() + target));
  net::HttpCall call;
  call.url = url;
  HF_TRY(answer, net::http_call_and_wait(clock_, std::move(call)));
  if (answer.status != 200) return fail(ErrorCode::kUnavailable, "{}", answer.body);
  return answer.body;
}

Result<Holdings> Installation::holdings(Deployment deployment) {
  auto config = *config_;
  config.node.deployment = deployment;
  config.listen.addresses.clear();
  config.node.own_urls = {listens(deployment).url()};
  app::DeploymentClient client(config, clock_);
  HF_TRY(answer, client.get("/v1/admin/holds"));
  HF_TRY(origins, json::get_array(answer, "origins"));
  Holdings holdings;
  for (const auto& each : *origins) {
    const auto& object = each.as_object();
    HF_TRY(name, json::get_text(object, "o"));
    HF_TRY(intervals, json::get_array(object, "i"));
    for (const auto& interval : *intervals) {
      HF_TRY(first, json::get_int(interval.as_object(), "a"));
      HF_TRY(last, json::get_int(interval.as_object(), "b"));
      HF_TRY(before, json::get_text(interval.as_object(), "p"));
      HF_TRY(after, json::get_text(interval.as_object(), "h"));
      holdings[std::string(name)].push_back({static_cast<std::uint64_t>(first),
                                             static_cast<std::uint64_t>(last), std::string(before),
                                             std::string(after)});
    }
  }
  return holdings;
}

std::uint64_t count_of(const Holdings& holdings) {
  std::uint64_t count = 0;
  for (const auto& [origin, intervals] : holdings) {
    for (const auto& each : intervals) count += each.last - each.first + 1;
  }
  return count;
}

bool holds_all(const Holdings& held, const Holdings& wanted) {
  for (const auto& [origin, intervals] : wanted) {
    const auto known = held.find(origin);
    if (known == held.end()) return false;
    for (const auto& each : intervals) {
      const auto covers = [&](const HeldInterval& one) {
        return one.first <= each.first && each.last <= one.last;
      };
      if (std::ranges::none_of(known->second, covers)) return false;
    }
  }
  return true;
}

Result<void> Installation::wait_same(Span patience) {
  const Moment until = now() + patience;
  for (;;) {
    HF_TRY(primary, holdings(Deployment::kPrimary));
    HF_TRY(redundant, holdings(Deployment::kRedundant));
    if (primary == redundant) return {};
    if (now() > until) {
      return fail(ErrorCode::kUnavailable,
                  "the deployments do not hold the same within {} s: {} and {} entries",
                  in_s(patience), count_of(primary), count_of(redundant));
    }
    std::this_thread::sleep_for(ms(50));
  }
}

}  // namespace holdfast::bench
