#include "app/admin/settings_write.h"

#include "base/json.h"
#include "chat/chat.h"
#include "protocol/content.h"

namespace holdfast::app {

std::string site_entity(const protocol::SiteId& site) {
  return "site:" + site.value();
}

std::string operator_entity(std::string_view operator_id) {
  return fmt::format("operator:{}", operator_id);
}

std::string json_text(std::string_view text) {
  return json::serialize(json::Value(text));
}

std::string json_texts(const std::vector<std::string>& texts) {
  json::Array array;
  for (const auto& text : texts) array.emplace_back(text);
  return json::serialize(std::move(array));
}

protocol::ContentPtr compose_write(const SettingsWrite& write, const protocol::Author& author,
                                   const protocol::EventId& id, Random& random) {
  protocol::Draft draft;
  draft.site = write.site;
  draft.author = author;
  draft.id = id;
  draft.kind = "set";
  draft.audience = protocol::Audience::kNodes;
  const chat::Write body{write.entity, write.field, write.value_json, write.revoke, write.replaces};
  return protocol::compose(draft, chat::write_body(body, protocol::nonce_text(random.bytes<16>())));
}

std::string make_password(Random& random) {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string password;
  for (int i = 0; i < 16; ++i) {
    if (i > 0 && i % 4 == 0) password += '-';
    password += kLetters[random.below(kLetters.size())];
  }
  return password;
}

}  // namespace holdfast::app
