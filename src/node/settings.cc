#include "node/settings.h"

#include <algorithm>

#include "base/json.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

enum class What { kSite, kOperator, kUnknown };

struct Entity {
  What what = What::kUnknown;
  std::string_view id;  // "shop", "ann"
};

Entity entity_of(std::string_view text) {
  constexpr std::string_view kSitePrefix = "site:";
  constexpr std::string_view kOperatorPrefix = "operator:";
  if (text.starts_with(kSitePrefix)) return {What::kSite, text.substr(kSitePrefix.size())};
  if (text.starts_with(kOperatorPrefix))
    return {What::kOperator, text.substr(kOperatorPrefix.size())};
  return {};
}

std::optional<std::string> text_in(const json::Value& value) {
  if (!value.is_string()) return std::nullopt;
  return std::string(value.get_string());
}

std::optional<std::set<std::string>> texts_in(const json::Value& value) {
  if (!value.is_array()) return std::nullopt;
  std::set<std::string> texts;
  for (const json::Value& item : value.get_array()) {
    const auto text = text_in(item);
    if (!text) return std::nullopt;
    texts.insert(*text);
  }
  return texts;
}

// Puts a value where it belongs; false when the field is unknown or the value is of another type.
bool put(Site& site, std::string_view field, const json::Value& value) {
  if (field == "name") {
    const auto name = text_in(value);
    if (name) site.name = *name;
    return name.has_value();
  }
  if (field == "origins") {
    auto origins = texts_in(value);
    if (origins) site.origins = std::move(*origins);
    return origins.has_value();
  }
  return false;
}

bool put(Operator& who, std::string_view field, const json::Value& value) {
  std::string* const text = field == "name"       ? &who.name
                            : field == "password" ? &who.password
                            : field == "role"     ? &who.role
                                                  : nullptr;
  if (text != nullptr) {
    const auto given = text_in(value);
    if (given) *text = *given;
    return given.has_value();
  }
  if (field == "active") {
    if (value.is_bool()) who.active = value.get_bool();
    return value.is_bool();
  }
  if (field == "sessions_after") {
    if (!value.is_int64()) return false;
    who.sessions_after = WallMs(value.get_int64());
    return true;
  }
  return false;
}

std::optional<Author> operator_of(const Entity& entity) {
  const std::string author = "o:" + std::string(entity.id);
  if (!protocol::is_operator(author)) return std::nullopt;
  return Author(author);
}

}  // namespace

std::optional<SiteId> Settings::hold(const ContentPtr& content, const Acceptance& acceptance) {
  Event& event = events_[content->digest];
  if (event.content == nullptr) event.content = content;
  const auto place =
      std::ranges::lower_bound(event.acceptances, acceptance.mac, {}, &Acceptance::mac);
  if (place != event.acceptances.end() && place->mac == acceptance.mac) return std::nullopt;
  event.acceptances.insert(place, acceptance);

  const protocol::Head& head = content->head;
  ids_.try_emplace({head.site, head.author, head.id}, content->digest);
  if (protocol::author_kind(head.author.value()) != protocol::AuthorKind::kAdministrator)
    return std::nullopt;
  const auto write = chat::parse_write(*content);
  if (!write) return std::nullopt;

  const Key key{head.site, write->entity, write->field};
  std::vector<Digest>& digests = writes_[key];
  if (std::ranges::find(digests, content->digest) == digests.end())
    digests.push_back(content->digest);
  std::vector<Event> writes;
  writes.reserve(digests.size());
  for (const Digest& digest : digests) writes.push_back(events_.at(digest));
  chat::Register& value = registers_[key];
  value = chat::fold_register(writes);
  obey(key, value);
  return head.site;
}

void Settings::obey(const Key& key, const chat::Register& value) {
  if (key.site.value() == protocol::kProbeSite || !value.value_json) return;
  const auto parsed = json::parse(*value.value_json);
  if (!parsed) return;
  const Entity entity = entity_of(key.entity);
  if (entity.what == What::kSite && entity.id == key.site.value()) {
    const Site* const known = site(key.site);
    Site changed = known == nullptr ? Site{} : *known;
    if (put(changed, key.field, *parsed)) sites_[key.site] = std::move(changed);
  } else if (entity.what == What::kOperator) {
    const auto author = operator_of(entity);
    if (!author) return;
    const Operator* const known = find_operator(key.site, *author);
    Operator changed = known == nullptr ? Operator{} : *known;
    if (put(changed, key.field, *parsed)) sites_[key.site].operators[*author] = std::move(changed);
  }
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

const Event* Settings::find(const Digest& digest) const {
  const auto found = events_.find(digest);
  return found == events_.end() ? nullptr : &found->second;
}

bool Settings::conflicts(const protocol::Content& content) const {
  const auto found = ids_.find({content.head.site, content.head.author, content.head.id});
  return found != ids_.end() && found->second != content.digest;
}

Parsed<void> check_write(const SiteId& site, const chat::Write& write) {
  const auto value = json::parse(write.value_json);
  if (!value) return refuse(Code::kBadFrame, "body.value: {}", value.error().why);
  const Entity entity = entity_of(write.entity);
  bool known = false;
  if (entity.what == What::kSite) {
    if (entity.id != site.value())
      return refuse(Code::kWrongSite, "entity {} in site {}", write.entity, site);
    Site scratch;
    known = put(scratch, write.field, *value);
  } else if (entity.what == What::kOperator && operator_of(entity)) {
    Operator scratch;
    known = put(scratch, write.field, *value);
  }
  if (!known)
    return refuse(Code::kBadFrame, "no field {} of {} takes this value", write.field, write.entity);
  return {};
}

}  // namespace holdfast::node
