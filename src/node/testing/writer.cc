#include "node/testing/writer.h"

#include "base/json.h"
#include "base/ulid.h"

namespace holdfast::node::testing {

using protocol::Audience;
using protocol::ContentPtr;
using protocol::Digest;

std::string Writer::new_id() {
  return Ulid::make(clock_.now().wall, random_).text();
}
std::string Writer::new_nonce() {
  return protocol::nonce_text(random_.bytes<16>());
}

protocol::Draft Writer::draft(std::string kind, const protocol::ChatId& chat, Audience audience) {
  return {site_, chat, author_, protocol::EventId(new_id()), std::move(kind), audience, {}};
}

ContentPtr Writer::write(const protocol::Draft& draft, std::string body) {
  return protocol::compose(draft, std::move(body));
}

ContentPtr Writer::open(std::string_view name) {
  json::Object body{{"nonce", new_nonce()}, {"name", std::string(name)}};
  return write(draft("open", {}, Audience::kChat), json::serialize(body));
}

ContentPtr Writer::message(const protocol::ChatId& chat, std::string_view text,
                           std::vector<Digest> after) {
  protocol::Draft said = draft("message", chat, Audience::kChat);
  said.after = std::move(after);
  return write(said, protocol::text_body(new_nonce(), text));
}

ContentPtr Writer::note(const protocol::ChatId& chat, std::string_view text,
                        std::vector<Digest> after) {
  protocol::Draft said = draft("note", chat, Audience::kOperators);
  said.after = std::move(after);
  return write(said, protocol::text_body(new_nonce(), text));
}

std::pair<ContentPtr, ContentPtr> Writer::two_under_one_id(const protocol::ChatId& chat) {
  const protocol::Draft said = draft("message", chat, Audience::kChat);
  return {write(said, protocol::text_body(new_nonce(), "yes")),
          write(said, protocol::text_body(new_nonce(), "no"))};
}

ContentPtr Writer::set(std::string_view entity, std::string_view field, std::string_view value,
                       std::vector<Digest> replaces, bool revoke) {
  json::Array replaced;
  for (const Digest& digest : replaces) replaced.emplace_back(digest.value().base64url());
  json::Object body{{"nonce", new_nonce()},
                    {"entity", std::string(entity)},
                    {"field", std::string(field)},
                    {"value", json::parse(value).value()},
                    {"revoke", revoke},
                    {"replaces", std::move(replaced)}};
  return write(draft("set", {}, Audience::kNodes), json::serialize(body));
}

}  // namespace holdfast::node::testing
