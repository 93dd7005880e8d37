#include "app/moderate/pages.h"

#include <fmt/format.h>

#include <utility>

#include "app/moderate/status_json.h"
#include "app/moderate/status_page.h"
#include "app/moderate/store_json.h"
#include "app/record/public_page.h"
#include "protocol/codes.h"
#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

using net::HttpResponse;
using protocol::Code;

constexpr Ms kSeenFor{180'000};  // an authorization is valid for 60 s, either way
constexpr std::size_t kByMax = 64;

HttpResponse error(int status, Code code, std::string_view why) {
  json::Object object;
  object["code"] = protocol::number(code);
  object["why"] = why;
  return HttpResponse::json(status, json::serialize(object));
}

HttpResponse for_any_site(HttpResponse response) {
  response.headers.add("Access-Control-Allow-Origin", "*");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

HttpResponse answer_of(const moderator::Reply& reply) {
  json::Object object;
  object["ok"] = reply.ok;
  object["epoch"] = reply.epoch.value();
  object["why"] = reply.why;
  return HttpResponse::json(reply.ok ? 200 : 409, json::serialize(object));
}

// Who gives the order, for the record: cut, and without anything that could break a line of a log.
Result<std::string> by_of(const json::Object& order) {
  HF_TRY(by, json::find_text(order, "by"));
  std::string name(by.value_or("a:cli").substr(0, kByMax));
  for (char& c : name) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return name;
}

Result<protocol::Deployment> deployment_of(const json::Object& order, std::string_view field) {
  HF_TRY(name, json::get_text(order, field));
  const auto deployment = protocol::deployment_named(name);
  if (!deployment)
    return fail(ErrorCode::kInvalid, "{}: \"{}\" is neither primary nor redundant", field, name);
  return *deployment;
}

struct SwitchOrder {
  protocol::Deployment to;
  bool wait;
  std::string by;
};

Result<SwitchOrder> read_switch(const json::Object& order) {
  HF_TRY(to, deployment_of(order, "to"));
  HF_TRY(wait, json::find_bool(order, "wait"));
  HF_TRY(by, by_of(order));
  return SwitchOrder{to, wait.value_or(false), std::move(by)};
}

}  // namespace

void ModeratePages::handle(const net::HttpRequest& request, const net::Responder& respond) {
  if (live_.handle(request, respond)) return;
  if (request.method == "POST") return post(request, respond);
  if (request.method != "GET" && request.method != "HEAD") {
    return respond(error(405, Code::kNotAllowed, "GET, HEAD or POST"));
  }
  respond(get(request));
}

HttpResponse ModeratePages::for_people() const {
  const Now now = shell_.now();
  HttpResponse page{
      200, {}, status_page({shell_.core().status(now), shell_.store(), build_, now.wall})};
  page.headers.add("Content-Type", "text/html; charset=utf-8");
  page.headers.add("Content-Security-Policy", status_page_policy());
  page.headers.add("Referrer-Policy", "no-referrer");
  page.headers.add("Cache-Control", "no-store");
  return page;
}

HttpResponse ModeratePages::get(const net::HttpRequest& request) {
  const Now now = shell_.now();
  if (request.path() == "/") return for_people();
  if (request.path() == "/status") return public_page_response(shell_.published(), {}, now.wall);
  if (request.path() == "/v1/record") {
    return for_any_site(HttpResponse::json(200, json::serialize(record_json(shell_.published()))));
  }
  if (request.path() == "/livez") return HttpResponse::text(200, "alive\n");
  if (request.path() == "/readyz") {
    if (const std::string why = certificate_->expired(); !why.empty())
      return HttpResponse::text(503, why + "\n");
    if (shell_.core().verdict()) return HttpResponse::text(200, "ready\n");
    const std::string trouble = shell_.store().trouble;
    return HttpResponse::text(
        503, (trouble.empty() ? shell_.core().status(now).abstains : trouble) + "\n");
  }
  if (request.path() == "/metrics") return HttpResponse::text(200, metrics());
  if (request.path() == "/v1/verdict") {
    const auto& verdict = shell_.core().verdict();
    return for_any_site(verdict ? HttpResponse::json(200, verdict->text)
                                : error(404, Code::kNotFound, "no verdict yet"));
  }
  if (request.path() == "/v1/status") {
    json::Object status = status_json(shell_.core().status(now), build_, now.wall);
    add_store(status, shell_.store());
    return for_any_site(HttpResponse::json(200, json::serialize(status)));
  }
  return error(404, Code::kNotFound, "no such page");
}

void ModeratePages::post(const net::HttpRequest& request, const net::Responder& respond) {
  static const std::map<std::string_view, decltype(&ModeratePages::order_switch)> kOrders{
      {"/v1/switch", &ModeratePages::order_switch},
      {"/v1/freeze", &ModeratePages::order_freeze},
      {"/v1/maintenance", &ModeratePages::order_maintenance},
      {"/v1/code", &ModeratePages::make_code}};
  const auto carry_out = kOrders.find(request.path());
  if (carry_out == kOrders.end()) return respond(error(404, Code::kNotFound, "no such page"));
  if (!is_genuine(request)) {
    ++orders_refused_;
    return respond(
        error(401, Code::kBadProof, "not signed with the admin key, too old, or given before"));
  }
  const auto order = json::parse_object(request.body);
  if (!order) return respond(error(400, Code::kBadFrame, order.error().why));
  (this->*carry_out->second)(*order, respond);
}

void ModeratePages::order_switch(const json::Object& order, const net::Responder& respond) {
  const auto read = read_switch(order);
  if (!read) return respond(error(400, Code::kBadFrame, read.error().why));
  shell_.order_switch(read->to, read->by, read->wait,
                      [respond](const moderator::Reply& reply) { respond(answer_of(reply)); });
  // The barrier may take as long as it takes; of two answers the first counts.
  if (read->wait) {
    respond(HttpResponse::json(
        202,
        R"({"ok":true,"why":"ordered: it waits until everything is held there, see the status"})"));
  }
}

void ModeratePages::order_freeze(const json::Object& order, const net::Responder& respond) {
  const auto on = json::get_bool(order, "on");
  const auto by = by_of(order);
  if (!on || !by) return respond(error(400, Code::kBadFrame, on ? by.error().why : on.error().why));
  shell_.order_freeze(*on, *by,
                      [respond](const moderator::Reply& reply) { respond(answer_of(reply)); });
}

// Answered when it is durable; how far it has come is in the status.
void ModeratePages::order_maintenance(const json::Object& order, const net::Responder& respond) {
  const auto deployment = deployment_of(order, "deployment");
  if (!deployment) return respond(error(400, Code::kBadFrame, deployment.error().why));
  const auto on = json::get_bool(order, "on");
  const auto by = by_of(order);
  if (!on || !by) return respond(error(400, Code::kBadFrame, on ? by.error().why : on.error().why));
  shell_.order_maintenance(*deployment, *on, *by,
                           [respond](const moderator::Reply& reply) { respond(answer_of(reply)); });
}

// Who holds the admin key may let a browser in.
void ModeratePages::make_code(const json::Object& order, const net::Responder& respond) {
  const auto role = json::get_text(order, "role");
  const auto by = by_of(order);
  if (!role || !by)
    return respond(error(400, Code::kBadFrame, role ? by.error().why : role.error().why));
  const auto named = live_role_named(*role);
  if (!named) return respond(error(400, Code::kBadFrame, "role: neither \"view\" nor \"operate\""));
  json::Object answer;
  answer["code"] = live_.make_code(*named, *by);
  answer["role"] = name_of(*named);
  answer["lasts_s"] = kCodeLasts.count() / 1'000;
  respond(HttpResponse::json(200, json::serialize(answer)));
}

bool ModeratePages::is_genuine(const net::HttpRequest& request) {
  const Now now = shell_.now();
  std::erase_if(seen_, [&](const auto& entry) { return now.mono - entry.second > kSeenFor; });
  const std::string_view authorization = request.headers.get("Authorization");
  if (!protocol::check_admin_authorization(admin_, authorization, now.wall, request.method,
                                           request.target, request.body)) {
    return false;
  }
  return seen_.emplace(std::string(authorization), now.mono).second;
}

std::string ModeratePages::metrics() const {
  std::string text;
  const auto add = [&text](std::string_view name, std::int64_t value) {
    text += fmt::format("# TYPE holdfast_moderator_{0} {1}\nholdfast_moderator_{0} {2}\n", name,
                        name.ends_with("_total") ? "counter" : "gauge", value);
  };
  const Now now = shell_.now();
  for (const auto& [name, value] : shell_.core().metrics(now)) add(name, value);
  const moderator::Status status = shell_.core().status(now);
  for (const auto& [name, side] :
       {std::pair{"primary", &status.primary}, std::pair{"redundant", &status.redundant}}) {
    if (const auto& expires = side->state.certificate_expires)
      add(fmt::format("{}_certificate_days_left", name), days_left(*expires, now.wall));
  }
  add("orders_refused_total", orders_refused_);
  add("store_answers", shell_.store().trouble.empty());
  const moderator::Audit::Counts& audit = shell_.audit();
  add("promises_kept_total", static_cast<std::int64_t>(audit.kept));
  add("promises_lost_total", static_cast<std::int64_t>(audit.lost));
  add("messages_unsaid_total", static_cast<std::int64_t>(audit.unsaid));
  add("record_failing", !shell_.record_log().failing().empty());
  add("record_lines_skipped", static_cast<std::int64_t>(shell_.record_log().lines_skipped()));
  if (const auto days = certificate_->days_left()) add("certificate_days_left", *days);
  if (alarm_ == nullptr) return text;
  add("alerts_open", alarm_->open());
  add("alerts_delivered_total", alarm_->delivered());
  add("alerts_given_up_total", alarm_->given_up());
  return text;
}

}  // namespace holdfast::app
