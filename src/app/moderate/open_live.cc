#include "app/moderate/open_live.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/moderate/ask_moderator.h"

namespace holdfast::app {
namespace {

Result<std::string> ask_for_code(Clock& clock, const ModerateConfig& config,
                                 const std::string& role, const std::string& by) {
  json::Object body;
  body["role"] = role;
  body["by"] = by;
  HF_TRY(answer, ask_moderator(clock, config, "POST", "/v1/code", json::serialize(body)));
  const auto code = json::get_text(answer, "code");
  if (code && answer.contains("role")) return std::string(*code);
  HF_TRY(why, json::get_text(answer, "why"));
  return fail(ErrorCode::kConflict, "{}", why);
}

}  // namespace

int run_open_live(const ModerateConfig& config, const std::string& role, const std::string& by) {
  SystemClock clock;
  const auto code = ask_for_code(clock, config, role, by);
  if (!code) {
    fmt::print(stderr, "holdfast: {}\n", code.error().why);
    return 1;
  }
  fmt::print("{}\n", *code);
  fmt::print(stderr,
             "Open /status/live at the Moderator and enter this code. It signs in one browser, to "
             "{}, within five minutes.\n",
             role);
  return 0;
}

}  // namespace holdfast::app
