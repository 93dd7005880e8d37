#include "node/effect_pages.h"

#include "base/json.h"
#include "node/http_answer.h"
#include "protocol/json_writer.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kLinesMax = 500;

void write(protocol::JsonWriter& out, const SideEffects::Line& line) {
  const auto text = [&out](std::string_view name, std::string_view value) {
    out.raw(',');
    out.text(name);
    out.raw(':');
    out.text(value);
  };
  out.raw(R"({"key":)");
  out.hash(line.key.value());
  text("state", line.dead ? "dead" : "open");
  text("site", line.chat.site.value());
  text("chat", line.chat.chat.value());
  text("what", line.effect.what);
  out.raw(R"(,"of":)");
  out.hash(line.effect.of.value());
  text("to", line.effect.to);
  out.raw(R"(,"tries":)");
  out.number(line.tries);
  text("why", line.why);
  out.raw(R"(,"since":)");
  out.number(static_cast<std::uint64_t>(line.since.value()));
  out.raw('}');
}

std::string list(const SideEffects& effects) {
  protocol::JsonWriter out(4'096);
  out.raw(R"({"performs":)");
  out.boolean(effects.performs_here());
  out.raw(R"(,"open":)");
  out.number(effects.open());
  out.raw(R"(,"dead":)");
  out.number(effects.dead());
  out.raw(R"(,"effects":[)");
  bool first = true;
  for (const SideEffects::Line& line : effects.list(kLinesMax)) {
    if (!std::exchange(first, false)) out.raw(',');
    write(out, line);
  }
  out.raw("]}");
  return out.take();
}

Parsed<void> retry(SideEffects& effects, std::string_view body) {
  const auto object = json::parse_object(body);
  if (!object) return refuse(Code::kBadFrame, "{}", object.error().why);
  const auto text = json::get_text(*object, "key");
  if (!text) return refuse(Code::kBadFrame, "{}", text.error().why);
  const auto key = Hash32::from_base64url(*text);
  if (!key) return refuse(Code::kBadFrame, "key: not 43 characters of base64url");
  return effects.retry(chat::EffectKey(*key));
}

}  // namespace

bool answer_effects(Turn& turn, SideEffects& effects, const HttpRequest& request,
                    std::string_view path) {
  if (path == "/v1/admin/effects" && request.method == "GET") {
    answer(turn, request.request, list(effects));
    return true;
  }
  if (path != "/v1/admin/effects/retry" || request.method != "POST") return false;
  if (const auto retried = retry(effects, request.body); !retried) {
    refuse_request(turn, request.request, retried.error());
  } else {
    answer(turn, request.request, R"({"ok":true})");
  }
  return true;
}

}  // namespace holdfast::node
