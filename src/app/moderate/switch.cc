#include "app/moderate/switch.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/moderate/ask_moderator.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

int not_switched(const std::string& why) {
  fmt::print(stderr, "holdfast: {}\n", why);
  return 1;
}

int tell(const Result<json::Object>& answer) {
  if (!answer) return not_switched(answer.error().why);
  const auto why = json::get_text(*answer, "why");
  const auto ok = json::find_bool(*answer, "ok");
  const std::string text(why ? *why : "the moderator gives no reason");
  if (!ok || !ok->value_or(false)) return not_switched(text);
  fmt::print("{}\n", text);
  return 0;
}

// What is about to be left behind, before it is too late to think again.
void show_lag(const json::Object& status, protocol::Deployment to) {
  const std::string_view from = protocol::name_of(protocol::other(to));
  const auto deployments = json::get_object(status, "deployments");
  const auto left =
      deployments ? json::get_object(**deployments, from) : std::unexpected(deployments.error());
  if (!left) return;
  const auto answers = json::get_bool(**left, "answers");
  const auto behind = json::get_int(**left, "behind");
  if (!answers || !behind) return;
  if (!*answers) {
    fmt::print("{} does not answer: what it alone holds arrives when it is back\n", from);
  } else {
    fmt::print("lag: {} entries of {} are not yet in both\n", *behind, from);
  }
}

}  // namespace

int run_switch(const ModerateConfig& config, protocol::Deployment to, bool wait) {
  SystemClock clock;
  const auto status = ask_moderator(clock, config, "GET", "/v1/status", "");
  if (!status) return not_switched(status.error().why);
  show_lag(*status, to);
  json::Object order;
  order["to"] = protocol::name_of(to);
  order["wait"] = wait;
  order["by"] = "a:cli";
  return tell(ask_moderator(clock, config, "POST", "/v1/switch", json::serialize(order)));
}

int run_freeze(const ModerateConfig& config, bool on) {
  SystemClock clock;
  json::Object order;
  order["on"] = on;
  order["by"] = "a:cli";
  return tell(ask_moderator(clock, config, "POST", "/v1/freeze", json::serialize(order)));
}

}  // namespace holdfast::app
