#include "app/alerts/alert_message.h"

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/html.h"
#include "base/json.h"
#include "node/effect_message.h"

namespace holdfast::app {
namespace {

// Of one message of one trouble, whoever it goes to.
std::string message_key(const alerts::Alert& alert) {
  return sha256(std::string_view("holdfast:alert:1\n"), alert.id, std::string_view("\n"),
                std::to_string(alert.count))
      .base64url();
}

std::string_view heading(alerts::Stage stage) {
  switch (stage) {
    case alerts::Stage::kRaised:
      return "";
    case alerts::Stage::kReminded:
      return "Still: ";
    case alerts::Stage::kResolved:
      return "Over: ";
  }
  return "";
}

}  // namespace

Result<node::PostWebhook> alert_webhook(const alerts::Alert& alert, const std::string& url,
                                        std::string_view secret, WallMs now) {
  json::Object body;
  body["type"] = fmt::format("alert.{}", name_of(alert.stage));
  body["timestamp"] = node::utc_text(alert.at);
  body["data"] = {{"alert", alert.id},
                  {"name", alert.name},
                  {"text", alert.text},
                  {"since", node::utc_text(alert.since)}};
  node::PostWebhook post{url, {}, json::serialize(body)};
  const std::string id = message_key(alert);
  const std::string timestamp = std::to_string(now.value() / 1'000);
  HF_TRY(signature, node::webhook_signature(secret, id, timestamp, post.body));
  post.headers = {
      {"webhook-id", id}, {"webhook-timestamp", timestamp}, {"webhook-signature", signature}};
  return post;
}

node::SendMail alert_mail(const alerts::Alert& alert, const std::string& to) {
  node::SendMail mail;
  mail.id = message_key(alert);
  mail.to = to;
  mail.from_name = "Holdfast";
  mail.subject = fmt::format("[Holdfast] {}{}", heading(alert.stage), alert.text);
  mail.text = fmt::format("{}\n\nSince {}.\nAlert {}, {}.\n", alert.text,
                          node::utc_text(alert.since), alert.id, name_of(alert.stage));
  mail.html =
      fmt::format("<p>{}</p>\n<p>Since {}.<br>Alert {}, {}.</p>\n", html_escaped(alert.text),
                  node::utc_text(alert.since), html_escaped(alert.id), name_of(alert.stage));
  return mail;
}

}  // namespace holdfast::app
