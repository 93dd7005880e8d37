#include "node/identity.h"

#include <algorithm>

#include "base/json.h"
#include "protocol/hlc.h"
#include "protocol/identity_token.h"

namespace holdfast::node {
namespace {

void add_key(std::vector<std::string>& keys, const chat::Write& write) {
  const auto value = json::parse(write.value_json);
  if (value && value->is_string() && !value->get_string().empty())
    keys.emplace_back(value->get_string());
}

bool verify_still(const Event& winner, const chat::Write& write, WallMs now) {
  const auto first = std::ranges::min_element(winner.acceptances, {}, &Acceptance::hlc);
  return !write.revoke && first != winner.acceptances.end() &&
         now < protocol::wall_of(first->hlc) + kOldIdentityKeyFor;
}

std::string text_in(const json::Object& body, std::string_view field) {
  const auto text = json::find_text(body, field);
  return text && *text ? std::string(**text) : std::string();
}

}  // namespace

std::vector<std::string> identity_keys(const Settings& settings, const SiteId& site, WallMs now) {
  std::vector<std::string> keys;
  const Settings::Key key{site, "site:" + site.value(), std::string(kIdentityKeyField)};
  const auto found = settings.registers().find(key);
  if (found == settings.registers().end() || !found->second.winner) return keys;
  const Event* const winner = settings.find(*found->second.winner);
  const auto write = chat::parse_write(*winner->content);
  if (!write) return keys;
  add_key(keys, *write);
  if (!verify_still(*winner, *write, now)) return keys;
  for (const Event* const before : settings.writes(key)) {
    if (std::ranges::find(write->replaces, before->content->digest) == write->replaces.end())
      continue;
    if (const auto replaced = chat::parse_write(*before->content)) add_key(keys, *replaced);
  }
  return keys;
}

Parsed<void> check_identity(const Settings& settings, const protocol::Content& content,
                            WallMs now) {
  if (content.head.kind != "contact" || !content.body_bytes) return {};
  const auto body = json::parse_object(*content.body_bytes);
  if (!body) return refuse(Code::kBadFrame, "body: {}", body.error().why);
  if (!body->contains("identity")) return {};
  const SiteId& site = content.head.site;
  const auto claims = protocol::verify_identity(identity_keys(settings, site, now), site,
                                                text_in(*body, "identity"), now);
  if (!claims) return std::unexpected(claims.error());
  // What is shown beside the mark is what the token says, neither more nor less.
  if (text_in(*body, "name") != claims->name)
    return refuse(Code::kBadIdentity, "identity: name: not the one of the token");
  if (text_in(*body, "email") != claims->email)
    return refuse(Code::kBadIdentity, "identity: email: not the one of the token");
  return {};
}

}  // namespace holdfast::node
