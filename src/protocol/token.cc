#include "protocol/token.h"

#include "base/check.h"
#include "base/encoding.h"
#include "protocol/base64url32.h"
#include "protocol/fields.h"
#include "protocol/frame_text.h"
#include "protocol/hashes.h"
#include "protocol/json_writer.h"

namespace holdfast::protocol {
namespace {

constexpr std::size_t kTokenPayloadBytesMax = 1'024;
constexpr std::string_view kTokenMembers[] = {"k", "site", "author", "sid", "iat", "exp", "pub"};

struct Payload {
  KeyId key;
  Token token;
};

bool read(JsonReader& in, Payload& value) {
  Members members;
  std::string_view name;
  const auto member = [&](unsigned bit, bool ok) {
    return (members.once(in, bit, name) && ok) || in.within(kTokenMembers[bit]);
  };
  bool ok = in.open_object();
  while (ok && in.next_member(name)) {
    Token& token = value.token;
    if (name == "k")
      ok = member(0, read_key_id(in, value.key));
    else if (name == "site")
      ok = member(1, read_site(in, token.site));
    else if (name == "author")
      ok = member(2, read_operator(in, token.author));
    else if (name == "sid")
      ok = member(3, read_ulid(in, token.sid));
    else if (name == "iat")
      ok = member(4, read_ms(in, token.issued));
    else if (name == "exp")
      ok = member(5, read_ms(in, token.expires));
    else if (name == "pub")
      ok = member(6, read_hash(in, token.pub.emplace()));
    else
      ok = members.skip(in, name);
  }
  return ok && members.complete(in, 0b0111111, kTokenMembers);
}

Hash32 token_mac(const SecretKey& key, std::string_view payload) {
  return hmac_sha256(ByteView(key.bytes), std::string_view("holdfast:token:1\n"), payload);
}

}  // namespace

std::string make_token(std::span<const SecretKey> session, const Token& token) {
  const SecretKey* key = active_key(session);
  CHECK(key != nullptr, "no active session key");
  JsonWriter out;
  out.raw("{\"k\":");
  out.text(key->id.value());
  out.raw(",\"site\":");
  out.text(token.site.value());
  out.raw(",\"author\":");
  out.text(token.author.value());
  out.raw(",\"sid\":");
  out.text(token.sid);
  out.raw(",\"iat\":");
  out.number(static_cast<std::uint64_t>(token.issued.value()));
  out.raw(",\"exp\":");
  out.number(static_cast<std::uint64_t>(token.expires.value()));
  if (token.pub) {
    out.raw(",\"pub\":");
    out.hash(*token.pub);
  }
  out.raw('}');
  std::string text = base64url_encode(view_of(std::string_view(out.take())));
  const Hash32 mac = token_mac(*key, text);
  text += '.';
  text += HashText(mac).view();
  return text;
}

Parsed<Token> read_token(std::span<const SecretKey> session, std::string_view text, WallMs now) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return refuse(Code::kBadToken, "not a token");
  const std::string_view payload_text = text.substr(0, dot);
  const auto mac = decode_base64url32(text.substr(dot + 1));
  const auto bytes = base64url_decode(payload_text);
  if (!mac || !bytes) return refuse(Code::kBadToken, "not a token");
  const auto payload =
      parse_document<Payload>(text_of(*bytes), kTokenPayloadBytesMax,
                              [](JsonReader& in, Payload& value) { return read(in, value); });
  if (!payload) return refuse(Code::kBadToken, "not a token");
  const SecretKey* key = key_named(session, payload->key);
  if (key == nullptr || key->state == KeyState::kCompromised)
    return refuse(Code::kBadToken, "signed with a key that does not count");
  if (!equal(*mac, token_mac(*key, payload_text))) return refuse(Code::kBadToken, "forged");
  if (now >= payload->token.expires) return refuse(Code::kExpiredToken, "expired");
  return payload->token;
}

Hash32 pub_hash(std::string_view pub_b64) {
  return sha256(pub_b64);
}

}  // namespace holdfast::protocol
