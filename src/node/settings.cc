#include "node/settings.h"

#include <algorithm>

#include "base/json.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

using What = Entity::What;

std::optional<std::string> text_in(const json::Value& value) {
  if (!value.is_string()) return std::nullopt;
  return std::string(value.get_string());
}

std::optional<bool> bool_in(const json::Value& value) {
  if (!value.is_bool()) return std::nullopt;
  return value.get_bool();
}

std::optional<std::int64_t> int_in(const json::Value& value) {
  if (!value.is_int64()) return std::nullopt;
  return value.get_int64();
}

std::optional<std::vector<std::string>> texts_in(const json::Value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json::Value& item : value.get_array()) {
    auto text = text_in(item);
    if (!text) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

std::optional<std::set<std::string>> set_in(const json::Value& value) {
  auto texts = texts_in(value);
  if (!texts) return std::nullopt;
  return std::set<std::string>(texts->begin(), texts->end());
}

std::optional<std::vector<protocol::OpenSpan>> spans_in(const json::Value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<protocol::OpenSpan> spans;
  for (const json::Value& item : value.get_array()) {
    if (!item.is_object()) return std::nullopt;
    const auto day = json::get_int(item.get_object(), "day", {1, 7});
    const auto from = json::get_int(item.get_object(), "from", {0, 1'440});
    const auto to = json::get_int(item.get_object(), "to", {0, 1'440});
    if (!day || !from || !to) return std::nullopt;
    spans.push_back({static_cast<std::uint64_t>(*day), static_cast<std::uint64_t>(*from),
                     static_cast<std::uint64_t>(*to)});
  }
  return spans;
}

// Takes what was read, when it was.
template <class Member, class Read>
void take(Member& member, std::optional<Read> read) {
  if (read) member = *std::move(read);
}

// Puts a value where it belongs; a field that is unknown or a value of another type changes
// nothing.
void put(Site& site, std::string_view field, const json::Value& value) {
  if (field == "name") take(site.name, text_in(value));
  if (field == "origins") take(site.origins, set_in(value));
  if (field == "colour") take(site.colour, text_in(value));
  if (field == "greeting") take(site.greeting, text_in(value));
  if (field == "away") take(site.away, text_in(value));
  if (field == "zone") take(site.zone, text_in(value));
  if (field == "hours") take(site.hours, spans_in(value));
  if (field == "retention_days") take(site.retention_days, int_in(value));
  if (field == "transcripts") take(site.transcripts, bool_in(value));
  if (field == "offline_to") take(site.offline_to, texts_in(value));
}

void put(Operator& who, std::string_view field, const json::Value& value) {
  if (field == "name") take(who.name, text_in(value));
  if (field == "password") take(who.password, text_in(value));
  if (field == "role") take(who.role, text_in(value));
  if (field == "active") take(who.active, bool_in(value));
  if (field == "sessions_after" && value.is_int64()) who.sessions_after = WallMs(value.get_int64());
}

void put(SiteWebhook& hook, std::string_view field, const json::Value& value) {
  if (field == "url") take(hook.url, text_in(value));
  if (field == "secret") take(hook.secret, text_in(value));
  if (field == "events") take(hook.events, set_in(value));
  if (field == "active") take(hook.active, bool_in(value));
}

bool may_write_settings(const Author& author) {
  const auto kind = protocol::author_kind(author.value());
  return kind == protocol::AuthorKind::kAdministrator || kind == protocol::AuthorKind::kOperator;
}

}  // namespace

Entity entity_of(std::string_view text) {
  constexpr std::pair<std::string_view, What> kPrefixes[] = {{"site:", What::kSite},
                                                             {"operator:", What::kOperator},
                                                             {"webhook:", What::kWebhook},
                                                             {"session:", What::kSession}};
  for (const auto& [prefix, what] : kPrefixes) {
    if (text.starts_with(prefix)) return {what, text.substr(prefix.size())};
  }
  return {};
}

std::optional<Author> operator_of(const Entity& entity) {
  const std::string author = "o:" + std::string(entity.id);
  if (entity.what != What::kOperator || !protocol::is_operator(author)) return std::nullopt;
  return Author(author);
}

bool is_secret(std::string_view field) {
  return field == "password" || field == "secret" || field == "identity_key";
}

protocol::SiteView view_of(const Site& site) {
  const auto when_set = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  return {site.name,           when_set(site.colour), when_set(site.greeting),
          when_set(site.away), when_set(site.zone),   site.hours,
          site.transcripts};
}

std::optional<Settings::Change> Settings::hold(const ContentPtr& content,
                                               const Acceptance& acceptance) {
  Event& event = events_[content->digest];
  if (event.content == nullptr) event.content = content;
  const auto place =
      std::ranges::lower_bound(event.acceptances, acceptance.mac, {}, &Acceptance::mac);
  if (place != event.acceptances.end() && place->mac == acceptance.mac) return std::nullopt;
  event.acceptances.insert(place, acceptance);

  claim(*content);
  const protocol::Head& head = content->head;
  if (!may_write_settings(head.author)) return std::nullopt;
  const auto write = chat::parse_write(*content);
  if (!write) return std::nullopt;

  const Key key{head.site, write->entity, write->field};
  const Entity entity = entity_of(key.entity);
  if (entity.what == What::kSession && key.field == "ended" && write->value_json == "true")
    ended_[{head.site, std::string(entity.id)}].insert(head.author);
  std::vector<Digest>& digests = writes_[key];
  if (std::ranges::find(digests, content->digest) == digests.end())
    digests.push_back(content->digest);
  std::vector<Event> writes;
  writes.reserve(digests.size());
  for (const Digest& digest : digests) writes.push_back(events_.at(digest));
  chat::Register& value = registers_[key];
  const auto before = std::exchange(value, chat::fold_register(writes)).value_json;
  obey(key, value);
  return Change{key, before != value.value_json};
}

void Settings::obey(const Key& key, const chat::Register& value) {
  if (key.site.value() == protocol::kProbeSite || !value.value_json) return;
  const auto parsed = json::parse(*value.value_json);
  if (!parsed) return;
  const Entity entity = entity_of(key.entity);
  if (entity.what == What::kSite && entity.id == key.site.value()) {
    put(sites_[key.site], key.field, *parsed);
  } else if (const auto author = operator_of(entity)) {
    put(sites_[key.site].operators[*author], key.field, *parsed);
  } else if (entity.what == What::kWebhook) {
    put(sites_[key.site].webhooks[std::string(entity.id)], key.field, *parsed);
  }
}

bool Settings::claim(const protocol::Content& content) {
  const protocol::Head& head = content.head;
  const auto [slot, first] = ids_.try_emplace({head.site, head.author, head.id}, content.digest);
  return first || slot->second == content.digest;
}

bool Settings::empty() const {
  return std::ranges::all_of(sites_, [](const auto& each) { return each.second.origins.empty(); });
}

const Site* Settings::site(const SiteId& id) const {
  const auto found = sites_.find(id);
  return found == sites_.end() ? nullptr : &found->second;
}

const Operator* Settings::find_operator(const SiteId& site_id, const Author& author) const {
  const Site* const here = site(site_id);
  if (here == nullptr) return nullptr;
  const auto found = here->operators.find(author);
  return found == here->operators.end() ? nullptr : &found->second;
}

chat::Role Settings::role_of(const SiteId& site, const Author& author) const {
  const Operator* const who = find_operator(site, author);
  return who == nullptr ? chat::Role::kOperator : chat::role_or_least(who->role);
}

bool Settings::session_ended(const SiteId& site, const Author& owner,
                             const std::string& sid) const {
  const auto by = ended_.find({site, sid});
  if (by == ended_.end()) return false;
  const chat::Action managing = chat::action_for_managing(role_of(site, owner));
  return std::ranges::any_of(by->second, [&](const Author& writer) {
    return writer == owner || writer.value().starts_with("a:") ||
           chat::may(role_of(site, writer), managing);
  });
}

const Event* Settings::find(const Digest& digest) const {
  const auto found = events_.find(digest);
  return found == events_.end() ? nullptr : &found->second;
}

std::vector<const Event*> Settings::writes(const Key& key) const {
  std::vector<const Event*> writes;
  const auto found = writes_.find(key);
  if (found == writes_.end()) return writes;
  for (const Digest& digest : found->second) writes.push_back(&events_.at(digest));
  return writes;
}

bool Settings::conflicts(const protocol::Content& content) const {
  const auto found = ids_.find({content.head.site, content.head.author, content.head.id});
  return found != ids_.end() && found->second != content.digest;
}

}  // namespace holdfast::node
