#include "app/config/alerts_config.h"

#include "app/config/common.h"
#include "app/config/effects_fields.h"
#include "node/effect_message.h"
#include "node/mail_text.h"

namespace holdfast::app {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

Result<std::string> parse_webhook(const std::string& text) {
  if (!text.starts_with("https://") && !text.starts_with("http://"))
    return fail(ErrorCode::kInvalid, "\"{}\" must begin with https://", text);
  return text;
}

Result<std::string> parse_recipient(const std::string& text) {
  if (!node::is_mail_address(text))
    return fail(ErrorCode::kInvalid, "\"{}\" is no e-mail address", text);
  return text;
}

Result<std::string> read_signing_secret(const std::string& file) {
  HF_TRY(secret, read_secret_line(file));
  HF_CHECKED(node::webhook_signature(secret, "", "", ""));
  return secret;
}

void read_thresholds(Fields& fields, alerts::Thresholds* out) {
  std::int64_t lag_for = out->lag_for.count();
  std::int64_t skew = out->clock_skew.count();
  std::int64_t differ_hours = out->versions_differ_for.count() / kHourMs;
  fields.optional("lag_entries", &out->lag_entries, {1, 1'000'000'000})
      .optional("lag_for_ms", &lag_for, {0, 86'400'000})
      .optional("clock_skew_ms", &skew, {100, 3'600'000})
      .optional("versions_differ_hours", &differ_hours, {0, 24 * 365})
      .optional("certificate_days", &out->certificate_days, {1, 365});
  out->lag_for = Ms(lag_for);
  out->clock_skew = Ms(skew);
  out->versions_differ_for = Ms(differ_hours * kHourMs);
}

void read_receivers(Fields& fields, const std::filesystem::path& config, AlertsConfig* out) {
  std::int64_t remind_hours = out->remind_every.count() / kHourMs;
  std::int64_t retry = out->retry.count();
  fields.optional_list<std::string>("webhooks", &out->webhooks, parse_webhook)
      .optional<std::string>(
          "secret_file", &out->secret,
          [&config](const std::string& file) { return read_signing_secret(beside(config, file)); })
      .optional_list<std::string>("mail_to", &out->mail_to, parse_recipient)
      .optional("remind_hours", &remind_hours, {1, 24 * 30})
      .optional("retry_ms", &retry, {100, 3'600'000})
      .refuse_if(
          !out->webhooks.empty() && out->secret.empty(),
          "webhooks need secret_file: who receives them must be able to tell ours from others");
  out->remind_every = Ms(remind_hours * kHourMs);
  out->retry = Ms(retry);
  read_thresholds(fields, &out->thresholds);
}

}  // namespace

void read_alerts(Fields& fields, const std::filesystem::path& config, AlertsConfig* out) {
  fields.optional_table("alerts", [&](Fields& f) { read_receivers(f, config, out); });
  read_deliveries(fields, config, &out->effects);
  fields.refuse_if(!out->mail_to.empty() && out->effects.mail.smtp.empty(),
                   "alerts.mail_to needs [mail]: which server takes the mail");
}

}  // namespace holdfast::app
