#include "node/effect_settings.h"

#include <algorithm>
#include <functional>

#include "base/json.h"

namespace holdfast::node {
namespace {

using protocol::Hlc;
using Says = std::function<bool(const json::Value&)>;

constexpr std::string_view kWebhookEntity = "webhook:";
constexpr std::string_view kEvents[] = {"chat.opened",     "chat.assigned",   "chat.closed",
                                        "message.created", "message.offline", "contact.updated"};

std::optional<json::Value> value_of(const Settings& settings, const Settings::Key& key) {
  const auto found = settings.registers().find(key);
  if (found == settings.registers().end() || !found->second.value_json) return std::nullopt;
  auto value = json::parse(*found->second.value_json);
  if (!value) return std::nullopt;
  return *std::move(value);
}

// Since when the register says so without a break; empty when it does not. By the time of the
// writes, so that every holder of the same writes answers the same.
std::optional<Hlc> said_since(const Settings& settings, const Settings::Key& key,
                              const Says& says) {
  const auto now = value_of(settings, key);
  if (!now || !says(*now)) return std::nullopt;
  std::vector<std::pair<Hlc, bool>> history;
  for (const Event* const event : settings.writes(key)) {
    if (event->acceptances.empty()) continue;
    const auto write = chat::parse_write(*event->content);
    const auto value = write ? json::parse(write->value_json) : json::parse("null");
    const auto first = std::ranges::min_element(event->acceptances, {}, &Acceptance::hlc);
    history.emplace_back(first->hlc, value && says(*value));
  }
  std::ranges::sort(history);
  auto since = history.end();
  while (since != history.begin() && std::prev(since)->second) --since;
  // A concurrent write that says otherwise may be the last without being the one that counts.
  if (since == history.end()) return history.back().first;
  return since->first;
}

Says lists(std::string text) {
  return [text = std::move(text)](const json::Value& value) {
    const json::Array* const list = value.if_array();
    return list != nullptr && std::ranges::any_of(*list, [&](const json::Value& item) {
             return item.is_string() && item.get_string() == text;
           });
  };
}

bool is_true(const json::Value& value) {
  return value.is_bool() && value.get_bool();
}
bool is_text(const json::Value& value) {
  return value.is_string() && !value.get_string().empty();
}

void read_webhook(const Settings& settings, const SiteId& site, const std::string& entity,
                  EffectSettings& out) {
  const std::string id = entity.substr(kWebhookEntity.size());
  const auto made = said_since(settings, {site, entity, "url"}, is_text);
  const auto switched_on = said_since(settings, {site, entity, "active"}, is_true);
  if (!made || !switched_on || !settings.site(site)->webhooks.contains(id)) return;
  out.urls[id] = settings.site(site)->webhooks.at(id).url;
  for (const std::string_view event : kEvents) {
    const auto wanted = said_since(settings, {site, entity, "events"}, lists(std::string(event)));
    if (!wanted) continue;
    out.orders.push_back({std::string(chat::kWebhookPrefix) + std::string(event), id,
                          std::max({*made, *switched_on, *wanted})});
  }
}

void read_mail(const Settings& settings, const SiteId& site, EffectSettings& out) {
  const std::string entity = "site:" + site.value();
  const Settings::Key offline_to{site, entity, "offline_to"};
  if (const auto to = value_of(settings, offline_to); to && to->is_array()) {
    std::set<std::string> addresses;
    for (const json::Value& address : to->get_array()) {
      if (is_text(address)) addresses.emplace(address.get_string());
    }
    for (const std::string& address : addresses) {
      const auto since = said_since(settings, offline_to, lists(address));
      if (since) out.orders.push_back({std::string(chat::kOfflineMail), address, *since});
    }
  }
  const Settings::Key transcripts{site, entity, "transcripts"};
  const auto allowed = value_of(settings, transcripts);
  if (!allowed) {
    out.orders.push_back({std::string(chat::kTranscriptMail), "", Hlc(0)});
  } else if (const auto since = said_since(settings, transcripts, is_true)) {
    // What was the rule before anybody wrote it down does not begin with the first write.
    const auto writes = settings.writes(transcripts);
    out.orders.push_back(
        {std::string(chat::kTranscriptMail), "", writes.size() == 1 ? Hlc(0) : *since});
  }
}

}  // namespace

EffectSettings read_effect_settings(const Settings& settings, const SiteId& site, bool mail) {
  EffectSettings out;
  if (settings.site(site) == nullptr) return out;
  if (mail) read_mail(settings, site, out);
  std::string last;
  const auto& registers = settings.registers();
  for (auto at = registers.lower_bound({site, std::string(kWebhookEntity), ""});
       at != registers.end() && at->first.site == site &&
       at->first.entity.starts_with(kWebhookEntity);
       ++at) {
    if (at->first.entity != last) read_webhook(settings, site, at->first.entity, out);
    last = at->first.entity;
  }
  return out;
}

bool decides_about(const Settings& settings, const SiteId& site, const chat::SideEffect& effect) {
  const auto is_here = [&](const std::string& entity, std::string_view field) {
    return settings.registers().contains({site, entity, std::string(field)});
  };
  if (effect.what.starts_with(chat::kWebhookPrefix)) {
    constexpr std::string_view kFields[] = {"url", "secret", "events", "active"};
    const std::string webhook = std::string(kWebhookEntity) + effect.to;
    return std::ranges::all_of(kFields, [&](auto field) { return is_here(webhook, field); });
  }
  // Nobody need have written that transcripts may be sent.
  return effect.what == chat::kTranscriptMail || is_here("site:" + site.value(), "offline_to");
}

}  // namespace holdfast::node
