#include "app/admin/effects_command.h"

#include <algorithm>

namespace holdfast::app {
namespace {

// Addresses and reasons were written by others: they must not steer the terminal.
std::string shown(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c == '\x7f'; }, '?');
  return out;
}

std::string age_text(std::int64_t ms) {
  const std::int64_t minutes = std::max<std::int64_t>(0, ms) / 60'000;
  if (minutes < 120) return fmt::format("{} min", minutes);
  if (minutes < 2 * 1'440) return fmt::format("{} h", minutes / 60);
  return fmt::format("{} days", minutes / 1'440);
}

Result<std::string> line_of(const json::Object& effect, WallMs now) {
  HF_TRY(key, json::get_text(effect, "key"));
  HF_TRY(state, json::get_text(effect, "state"));
  HF_TRY(what, json::get_text(effect, "what"));
  HF_TRY(to, json::get_text(effect, "to"));
  HF_TRY(site, json::get_text(effect, "site"));
  HF_TRY(tries, json::get_int(effect, "tries"));
  HF_TRY(why, json::get_text(effect, "why"));
  HF_TRY(since, json::get_int(effect, "since"));
  return fmt::format("{}  {}  {} to {} of {}, for {}, {} tries{}{}\n", key,
                     state == "dead" ? "dead" : "open", shown(what), shown(to), site,
                     age_text(now.value() - since), tries, why.empty() ? "" : ": ", shown(why));
}

}  // namespace

Result<std::string> list_effects(DeploymentClient& client, Clock& clock) {
  HF_TRY(answer, client.get("/v1/admin/effects"));
  HF_TRY(performs, json::get_bool(answer, "performs"));
  HF_TRY(open, json::get_int(answer, "open"));
  HF_TRY(dead, json::get_int(answer, "dead"));
  HF_TRY(effects, json::get_array(answer, "effects"));
  std::string text;
  for (const json::Value& effect : *effects) {
    const json::Object* const object = effect.if_object();
    if (object == nullptr) continue;
    HF_TRY(line, line_of(*object, clock.now().wall));
    text += line;
  }
  if (static_cast<std::int64_t>(effects->size()) < open + dead) text += "…\n";
  return text + fmt::format("{} open, {} dead letters; {} {}", open, dead, client.name(),
                            performs ? "performs them" : "does not perform them now");
}

Result<std::string> retry_effect(DeploymentClient& client, const std::string& key) {
  const json::Object body{{"key", key}};
  HF_CHECKED(client.post("/v1/admin/effects/retry", json::serialize(body)));
  return fmt::format("{} tries it now; `holdfast effects list` tells what becomes of it",
                     client.name());
}

}  // namespace holdfast::app
