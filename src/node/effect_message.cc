#include "node/effect_message.h"

#include <algorithm>
#include <chrono>

#include "base/encoding.h"
#include "base/json.h"
#include "node/mail_text.h"
#include "protocol/base64url32.h"
#include "protocol/hlc.h"
#include "protocol/identity_token.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

using protocol::JsonWriter;

constexpr std::string_view kSecretPrefix = "whsec_";

std::string key_text(const CachedChat& chat, const chat::SideEffect& effect) {
  const auto key = chat::key_of(chat.key().site, chat.key().chat, effect);
  return std::string(protocol::HashText(key.value()).view());
}

// Standard base64, padded.
std::string base64_of(ByteView bytes) {
  std::string text = base64url_encode(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<Bytes> bytes_of_base64(std::string_view text) {
  std::string url(text);
  while (url.ends_with('=')) url.pop_back();
  std::ranges::replace(url, '+', '-');
  std::ranges::replace(url, '/', '_');
  return base64url_decode(url);
}

WallMs time_of(const Event& event) {
  const auto first = std::ranges::min_element(event.acceptances, {}, &Acceptance::hlc);
  return protocol::wall_of(first->hlc);
}

// Of the event's body, what others may know.
json::Object body_of(const Event& event) {
  auto body = json::parse_object(event.content->body_bytes.value_or("{}"));
  return body ? *std::move(body) : json::Object{};
}

void write_operator(JsonWriter& out, const Settings& settings, const SiteId& site,
                    const Author& author) {
  const Operator* const known = settings.find_operator(site, author);
  out.raw(R"({"id":)");
  out.text(author.value());
  out.raw(R"(,"name":)");
  out.text(known == nullptr ? std::string_view() : std::string_view(known->name));
  out.raw('}');
}

void write_texts(JsonWriter& out, const json::Object& body,
                 std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    const json::Value* const value = body.if_contains(field);
    if (value == nullptr || !value->is_string()) continue;
    out.raw(',');
    out.text(field);
    out.raw(':');
    out.text(value->get_string());
  }
}

// The token itself stays here. What its event says beside it was checked against it.
void write_identity(JsonWriter& out, const json::Object& body) {
  const auto token = json::find_text(body, "identity");
  const auto claims = token && *token ? protocol::identity_claims(**token) : std::nullopt;
  if (!claims) return;
  out.raw(R"(,"identity":{"sub":)");
  out.text(claims->sub);
  out.raw(R"(},"verified":true)");
}

void write_data(JsonWriter& out, const CachedChat& chat, const Event& event,
                const Settings& settings) {
  const protocol::Content& content = *event.content;
  const json::Object body = body_of(event);
  out.raw(R"({"site":)");
  out.text(chat.key().site.value());
  out.raw(R"(,"chat":)");
  out.text(chat.key().chat.value());
  out.raw(R"(,"event":)");
  out.hash(content.digest.value());
  out.raw(R"(,"visitor":)");
  out.text(chat.visitor() ? std::string_view(chat.visitor()->value()) : std::string_view());
  if (content.head.kind == "message") {
    const Author& author = content.head.author;
    out.raw(R"(,"from":)");
    if (protocol::author_kind(author.value()) == protocol::AuthorKind::kOperator) {
      out.raw(R"("operator","operator":)");
      write_operator(out, settings, chat.key().site, author);
    } else {
      out.raw(R"("visitor")");
    }
    write_texts(out, body, {"text"});
  }
  if (content.head.kind == "open") write_texts(out, body, {"name", "page", "referrer", "title"});
  if (content.head.kind == "contact") {
    write_texts(out, body, {"name", "email"});
    write_identity(out, body);
  }
  if (const auto decision = chat::parse_decision(content); decision && decision->operator_id) {
    out.raw(R"(,"operator":)");
    write_operator(out, settings, chat.key().site, *decision->operator_id);
  }
  out.raw('}');
}

}  // namespace

std::string utc_text(WallMs time) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(time.value())};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<std::string> webhook_signature(std::string_view secret, std::string_view id,
                                      std::string_view timestamp, std::string_view body) {
  if (!secret.starts_with(kSecretPrefix))
    return fail(ErrorCode::kInvalid, "the webhook has no secret whsec_…");
  const auto key = bytes_of_base64(secret.substr(kSecretPrefix.size()));
  if (!key || key->empty())
    return fail(ErrorCode::kInvalid, "the webhook's secret is not base64 after whsec_");
  const Hash32 mac = hmac_sha256(ByteView(*key), id, std::string_view("."), timestamp,
                                 std::string_view("."), body);
  return "v1," + base64_of(mac.bytes);
}

Result<PostWebhook> webhook_message(const CachedChat& chat, const chat::SideEffect& effect,
                                    const SiteWebhook& webhook, const Settings& settings,
                                    WallMs now) {
  const Event* const event = chat.find(effect.of);
  if (event == nullptr) return fail(ErrorCode::kNotFound, "its event is not here");
  if (!event->content->body_bytes) return fail(ErrorCode::kNotFound, "its words were erased");
  JsonWriter out(1'024);
  out.raw(R"({"type":)");
  out.text(std::string_view(effect.what).substr(chat::kWebhookPrefix.size()));
  out.raw(R"(,"timestamp":)");
  out.text(utc_text(time_of(*event)));
  out.raw(R"(,"data":)");
  write_data(out, chat, *event, settings);
  out.raw('}');
  PostWebhook post{webhook.url, {}, out.take()};
  const std::string id = key_text(chat, effect);
  const std::string timestamp = std::to_string(now.value() / 1'000);
  HF_TRY(signature, webhook_signature(webhook.secret, id, timestamp, post.body));
  post.headers = {
      {"webhook-id", id}, {"webhook-timestamp", timestamp}, {"webhook-signature", signature}};
  return post;
}

Result<SendMail> mail_message(const CachedChat& chat, const chat::SideEffect& effect,
                              const Settings& settings) {
  if (!is_mail_address(effect.to))
    return fail(ErrorCode::kInvalid, "not an address that mail can be sent to");
  const Event* const event = chat.find(effect.of);
  if (event == nullptr) return fail(ErrorCode::kNotFound, "its event is not here");
  if (!event->content->body_bytes) return fail(ErrorCode::kNotFound, "its words were erased");
  SendMail mail = effect.what == chat::kOfflineMail ? offline_mail(chat, *event, settings)
                                                    : transcript_mail(chat, *event, settings);
  mail.id = key_text(chat, effect);
  mail.to = effect.to;
  return mail;
}

}  // namespace holdfast::node
