#include "app/admin/settings_change.h"

#include <fmt/ranges.h>

#include <set>

#include "app/config/parsers.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/ulid.h"
#include "chat/permissions.h"
#include "protocol/identity_token.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

Result<std::vector<protocol::Digest>> read_digests(const json::Array& array) {
  std::vector<protocol::Digest> digests;
  for (const auto& item : array) {
    if (!item.is_string()) return fail(ErrorCode::kInvalid, "unreplaced: not a list of digests");
    HF_TRY(hash, Hash32::from_base64url(item.get_string()));
    digests.push_back(protocol::Digest(hash));
  }
  return digests;
}

// Writes of one command: composed against what the deployment knows, sent as one.
class Change {
 public:
  Change(const SettingsView& view, std::string site, Random& random, WallMs now)
      : view_(view), site_(std::move(site)), random_(random), now_(now) {}

  void set(const std::string& entity, const std::string& field, std::string value_json,
           bool revoke = false) {
    SettingsWrite write{protocol::SiteId(site_), entity, field,
                        std::move(value_json),   revoke, view_.unreplaced(site_, entity, field)};
    contents_.push_back(compose_write(write, protocol::Author("a:cli"),
                                      protocol::EventId(Ulid::make(now_, random_).text()),
                                      random_));
  }

  Result<void> send(DeploymentClient& client) const {
    json::Array events;
    for (const auto& content : contents_) {
      events.push_back(json::Object{{"head", content->head_bytes}, {"body", *content->body_bytes}});
    }
    HF_CHECKED(client.post("/v1/admin/append",
                           json::serialize(json::Object{{"events", std::move(events)}})));
    return {};
  }

 private:
  const SettingsView& view_;
  const std::string site_;
  Random& random_;
  const WallMs now_;
  std::vector<protocol::ContentPtr> contents_;
};

Result<void> check_site_name(const std::string& site) {
  if (protocol::is_site(site) && site != protocol::kProbeSite) return {};
  return fail(ErrorCode::kInvalid,
              "\"{}\": a site is 1 to 32 of a-z, 0-9 and -, and begins with a letter or digit",
              site);
}

Result<void> check_origins(const std::vector<std::string>& origins) {
  for (const auto& origin : origins) HF_CHECKED(parse_origin(origin));
  return {};
}

std::unexpected<Error> no_site(const std::string& site) {
  return fail(ErrorCode::kNotFound, "there is no site \"{}\"; add it: holdfast site add {}", site,
              site);
}

std::unexpected<Error> no_operator(const std::string& operator_id, const std::string& site) {
  return fail(ErrorCode::kNotFound,
              "there is no operator \"{}\" of \"{}\"; add one: holdfast operator add {} --site {}",
              operator_id, site, operator_id, site);
}

Result<void> check_role(const std::string& role) {
  if (chat::role_named(role)) return {};
  std::vector<std::string_view> names;
  for (const chat::Role each : chat::kRoles) names.push_back(chat::name_of(each));
  return fail(ErrorCode::kInvalid, "role: \"{}\" is none of {}", role, fmt::join(names, ", "));
}

Result<std::string> chosen_password(std::optional<std::string> given, Random& random) {
  if (!given) return make_password(random);
  if (given->size() < 8) return fail(ErrorCode::kInvalid, "password: it has at least 8 characters");
  return std::move(*given);
}

}  // namespace

Result<SettingsView> SettingsView::fetch(DeploymentClient& client) {
  HF_TRY(answer, client.get("/v1/admin/settings"));
  HF_TRY(settings, json::get_array(answer, "settings"));
  SettingsView view;
  for (const auto& item : *settings) {
    if (!item.is_object()) return fail(ErrorCode::kInvalid, "settings: not a list of objects");
    const auto& object = item.get_object();
    HF_TRY(site, json::get_text(object, "site"));
    HF_TRY(entity, json::get_text(object, "entity"));
    HF_TRY(field, json::get_text(object, "field"));
    HF_TRY(unreplaced, json::get_array(object, "unreplaced"));
    HF_TRY(digests, read_digests(*unreplaced));
    view.registers_.push_back(
        {std::string(site), std::string(entity), std::string(field), std::move(digests)});
  }
  return view;
}

bool SettingsView::has(const std::string& site, const std::string& entity) const {
  for (const auto& one : registers_) {
    if (one.site == site && one.entity == entity) return true;
  }
  return false;
}

Result<std::string> SettingsView::chosen_site(const std::string& given) const {
  std::set<std::string> sites;
  for (const auto& one : registers_) {
    if (one.entity == site_entity(protocol::SiteId(one.site))) sites.insert(one.site);
  }
  if (!given.empty()) {
    if (!sites.contains(given)) return no_site(given);
    return given;
  }
  if (sites.size() == 1) return *sites.begin();
  return fail(ErrorCode::kInvalid, "of which site? name one with --site: {}",
              fmt::join(sites, ", "));
}

bool SettingsView::has_site(const std::string& site) const {
  return has(site, site_entity(protocol::SiteId(site)));
}

bool SettingsView::has_operator(const std::string& site, const std::string& operator_id) const {
  return has(site, operator_entity(operator_id));
}

bool SettingsView::has_operators(const std::string& site) const {
  for (const auto& one : registers_) {
    if (one.site == site && one.entity.starts_with(operator_entity(""))) return true;
  }
  return false;
}

std::vector<protocol::Digest> SettingsView::unreplaced(const std::string& site,
                                                       const std::string& entity,
                                                       const std::string& field) const {
  for (const auto& one : registers_) {
    if (one.site == site && one.entity == entity && one.field == field) return one.unreplaced;
  }
  return {};
}

Result<std::string> add_site(DeploymentClient& client, Random& random, Clock& clock,
                             const std::string& site, const std::string& name,
                             const std::vector<std::string>& origins) {
  HF_CHECKED(check_site_name(site));
  HF_CHECKED(check_origins(origins));
  HF_TRY(view, SettingsView::fetch(client));
  if (view.has_site(site)) {
    return fail(
        ErrorCode::kConflict,
        "the site \"{}\" exists; to change where its widget may stand: holdfast site origins {}",
        site, site);
  }
  Change change(view, site, random, clock.now().wall);
  change.set(site_entity(protocol::SiteId(site)), "name", json_text(name.empty() ? site : name));
  change.set(site_entity(protocol::SiteId(site)), "origins", json_texts(origins));
  HF_CHECKED(change.send(client));
  return fmt::format(
      "added the site \"{}\" with {} origins; its first operator: holdfast operator add {} NAME",
      site, origins.size(), site);
}

Result<std::string> set_origins(DeploymentClient& client, Random& random, Clock& clock,
                                const std::string& site, const std::vector<std::string>& origins) {
  HF_CHECKED(check_origins(origins));
  HF_TRY(view, SettingsView::fetch(client));
  if (!view.has_site(site)) return no_site(site);
  Change change(view, site, random, clock.now().wall);
  change.set(site_entity(protocol::SiteId(site)), "origins", json_texts(origins));
  HF_CHECKED(change.send(client));
  return fmt::format("the widget of \"{}\" may now stand on: {}", site, fmt::join(origins, ", "));
}

Result<std::string> make_identity_key(DeploymentClient& client, Random& random, Clock& clock,
                                      const std::string& site, OldKey old) {
  HF_TRY(view, SettingsView::fetch(client));
  if (!view.has_site(site)) return no_site(site);
  const auto entity = site_entity(protocol::SiteId(site));
  const std::string field = "identity_key";
  if (old == OldKey::kKept && !view.unreplaced(site, entity, field).empty()) {
    return fail(ErrorCode::kConflict,
                "\"{}\" has an identity key, which is not shown again; for another one: holdfast "
                "site identity-key {} --replace",
                site, site);
  }
  const auto bytes = random.bytes<32>();
  const auto key = std::string(protocol::kIdentityKeyPrefix) + base64url_encode(ByteView(bytes));
  Change change(view, site, random, clock.now().wall);
  change.set(entity, field, json_text(key), old == OldKey::kRevoked);
  HF_CHECKED(change.send(client));
  return key;
}

Result<std::string> add_operator(DeploymentClient& client, Random& random, Clock& clock,
                                 NewOperator who) {
  if (!protocol::is_operator("o:" + who.id)) {
    return fail(
        ErrorCode::kInvalid,
        "\"{}\": an operator is 1 to 32 of a-z, 0-9 and -, and begins with a letter or digit",
        who.id);
  }
  if (!who.role.empty()) HF_CHECKED(check_role(who.role));
  const bool made = !who.password;
  HF_TRY(chosen, chosen_password(std::move(who.password), random));
  HF_TRY(view, SettingsView::fetch(client));
  HF_TRY(site, view.chosen_site(who.site));
  if (view.has_operator(site, who.id)) {
    return fail(ErrorCode::kConflict,
                "the operator \"{}\" exists; for a new password: holdfast operator reset-password "
                "{} --site {}",
                who.id, who.id, site);
  }
  if (who.role.empty()) who.role = view.has_operators(site) ? "operator" : "owner";
  HF_TRY(hash, hash_password(chosen));
  Change change(view, site, random, clock.now().wall);
  const auto entity = operator_entity(who.id);
  change.set(entity, "name", json_text(who.name.empty() ? who.id : who.name));
  change.set(entity, "role", json_text(who.role));
  change.set(entity, "password", json_text(hash));
  change.set(entity, "active", "true");
  HF_CHECKED(change.send(client));
  const auto added = fmt::format("added \"{}\" of \"{}\" (role: {})", who.id, site, who.role);
  return made ? fmt::format("{}; password, shown once: {}", added, chosen) : added;
}

Result<std::string> set_role(DeploymentClient& client, Random& random, Clock& clock,
                             const std::string& given_site, const std::string& operator_id,
                             const std::string& role) {
  HF_CHECKED(check_role(role));
  HF_TRY(view, SettingsView::fetch(client));
  HF_TRY(site, view.chosen_site(given_site));
  if (!view.has_operator(site, operator_id)) return no_operator(operator_id, site);
  Change change(view, site, random, clock.now().wall);
  change.set(operator_entity(operator_id), "role", json_text(role));
  HF_CHECKED(change.send(client));
  return fmt::format("the role of \"{}\" of \"{}\" is now {}", operator_id, site, role);
}

Result<std::string> set_active(DeploymentClient& client, Random& random, Clock& clock,
                               const std::string& given_site, const std::string& operator_id,
                               bool active) {
  HF_TRY(view, SettingsView::fetch(client));
  HF_TRY(site, view.chosen_site(given_site));
  if (!view.has_operator(site, operator_id)) return no_operator(operator_id, site);
  Change change(view, site, random, clock.now().wall);
  change.set(operator_entity(operator_id), "active", active ? "true" : "false");
  HF_CHECKED(change.send(client));
  return active ? fmt::format("\"{}\" may sign in to \"{}\" again", operator_id, site)
                : fmt::format("\"{}\" can no longer sign in to \"{}\", and is signed out",
                              operator_id, site);
}

Result<std::string> reset_password(DeploymentClient& client, Random& random, Clock& clock,
                                   const std::string& given_site, const std::string& operator_id,
                                   std::optional<std::string> password) {
  const bool made = !password;
  HF_TRY(chosen, chosen_password(std::move(password), random));
  HF_TRY(view, SettingsView::fetch(client));
  HF_TRY(site, view.chosen_site(given_site));
  if (!view.has_operator(site, operator_id)) return no_operator(operator_id, site);
  HF_TRY(hash, hash_password(chosen));
  const auto now = clock.now().wall;
  Change change(view, site, random, now);
  change.set(operator_entity(operator_id), "password", json_text(hash));
  change.set(operator_entity(operator_id), "sessions_after", fmt::format("{}", now.value()));
  HF_CHECKED(change.send(client));
  return made ? fmt::format("new password of \"{}\", shown once: {}", operator_id, chosen)
              : fmt::format("the password of \"{}\" was changed", operator_id);
}

}  // namespace holdfast::app
