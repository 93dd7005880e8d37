#include "app/moderate/maintain.h"

#include <fmt/format.h>

#include <cstdio>
#include <thread>
#include <utility>

#include "app/moderate/ask_moderator.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr Ms kLookEvery{250};
// A deployment that is not heard for a moment is not away.
constexpr Ms kAwayFor{5'000};

int complain(const std::string& why) {
  fmt::print(stderr, "holdfast: {}\n", why);
  return 1;
}

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);  // somebody waits for it, maybe behind a pipe
}

Result<std::string> order(Clock& clock, const ModerateConfig& config,
                          protocol::Deployment deployment, bool on) {
  json::Object body;
  body["deployment"] = protocol::name_of(deployment);
  body["on"] = on;
  body["by"] = "a:cli";
  HF_TRY(answer, ask_moderator(clock, config, "POST", "/v1/maintenance", json::serialize(body)));
  HF_TRY(why, json::get_text(answer, "why"));
  HF_TRY(ok, json::find_bool(answer, "ok"));
  if (!ok.value_or(false)) return fail(ErrorCode::kConflict, "{}", why);
  return std::string(why);
}

struct Progress {
  std::string step;
  std::string text;
};

Result<Progress> look(Clock& clock, const ModerateConfig& config, protocol::Deployment deployment) {
  HF_TRY(status, ask_moderator(clock, config, "GET", "/v1/status", ""));
  HF_TRY(maintenance, json::find_object(status, "maintenance"));
  const auto name = protocol::name_of(deployment);
  if (maintenance == nullptr)
    return fail(ErrorCode::kConflict, "the maintenance of {} was ended by somebody else", name);
  HF_TRY(of, json::get_text(*maintenance, "deployment"));
  if (of != name) return fail(ErrorCode::kConflict, "{} is in maintenance now, not {}", of, name);
  HF_TRY(step, json::get_text(*maintenance, "step"));
  HF_TRY(text, json::get_text(*maintenance, "text"));
  return Progress{std::string(step), std::string(text)};
}

}  // namespace

int begin_maintenance(const ModerateConfig& config, protocol::Deployment deployment) {
  SystemClock clock;
  const auto taken = order(clock, config, deployment, true);
  if (!taken) return complain(taken.error().why);
  say(fmt::format("{} is in maintenance until `holdfast maintenance end {}`",
                  protocol::name_of(deployment), protocol::name_of(deployment)));
  std::string said;
  std::optional<MonoMs> away_since;
  for (;;) {
    const auto progress = look(clock, config, deployment);
    if (!progress) return complain(progress.error().why);
    if (progress->text != said && progress->step != "away") say(said = progress->text);
    if (progress->step == "safe") return 0;
    const MonoMs now = clock.now().mono;
    if (progress->step != "away")
      away_since.reset();
    else if (!away_since)
      away_since = now;
    else if (now - *away_since >= kAwayFor)
      return complain(progress->text);
    std::this_thread::sleep_for(kLookEvery);
  }
}

int end_maintenance(const ModerateConfig& config, protocol::Deployment deployment) {
  SystemClock clock;
  const auto ended = order(clock, config, deployment, false);
  if (!ended) return complain(ended.error().why);
  say(*ended);
  return 0;
}

}  // namespace holdfast::app
