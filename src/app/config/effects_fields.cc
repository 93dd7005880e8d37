#include "app/config/effects_fields.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/config/common.h"
#include "net/url.h"
#include "node/mail_text.h"

namespace holdfast::app {
namespace {

constexpr IntegerRange kTimes{10, 86'400'000};

Result<std::string> parse_smtp(const std::string& text) {
  const bool known = text.starts_with("smtp://") || text.starts_with("smtps://");
  const std::size_t host = text.find("://") + 3;
  const bool clean = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  if (!known || !clean || text.size() == host || text.find_first_of("@?#", host) != text.npos)
    return fail(ErrorCode::kInvalid, "must be smtp://host:587 or smtps://host:465");
  return text;
}

Result<std::string> parse_mail_address(const std::string& text) {
  if (!node::is_mail_address(text)) return fail(ErrorCode::kInvalid, "is no e-mail address");
  return text;
}

Result<bool> parse_encryption(const std::string& text) {
  if (text == "required") return true;
  if (text == "none") return false;
  return fail(ErrorCode::kInvalid, "must be \"required\" or \"none\"");
}

Result<std::string> parse_readable(const std::string& file) {
  if (!std::ifstream(file).good()) return fail(ErrorCode::kInvalid, "{} cannot be read", file);
  return file;
}

void read_mail(Fields& fields, const std::filesystem::path& config, MailConfig* out) {
  const auto here = [&](Result<std::string> (*read)(const std::string&)) {
    return Parse<std::string>(
        [&config, read](const std::string& file) { return read(beside(config, file)); });
  };
  fields
      .required<std::string>("smtp", "the server that takes mail, as smtp://host:587", &out->smtp,
                             parse_smtp)
      .required<std::string>("from", "the address that mail comes from", &out->from,
                             parse_mail_address)
      .optional<bool>("tls", &out->starttls, parse_encryption)
      .optional("user", &out->user)
      .optional<std::string>("password_file", &out->password, here(read_secret_line))
      .optional<std::string>("ca_file", &out->ca_file, here(parse_readable))
      .refuse_if(out->user.empty() != out->password.empty(),
                 "user and password_file belong together");
}

void read_webhooks(Fields& fields, const std::filesystem::path& config, WebhookConfig* out) {
  fields.optional_list<AddressRange>("allow", &out->allow, parse_address_range)
      .optional<std::string>(
          "ca_file", &out->ca_file,
          [&config](const std::string& file) { return parse_readable(beside(config, file)); })
      .optional("timeout_ms", &out->timeout_ms, {100, 60'000});
}

void read_times(Fields& fields, node::Config* out) {
  fields.optional("retry_ms", &out->effect_retry_ms, kTimes)
      .optional("retry_max_ms", &out->effect_retry_max_ms, kTimes)
      .optional("give_up_ms", &out->effect_give_up_ms, {10, 7 * 86'400'000LL})
      .optional("patience_ms", &out->effect_patience_ms, {0, 600'000})
      .optional("alone_ms", &out->effect_alone_ms, {1'000, 7 * 86'400'000LL});
}

}  // namespace

Result<std::string> read_secret_line(const std::string& file) {
  struct stat about {};
  if (stat(file.c_str(), &about) != 0) return fail(ErrorCode::kInvalid, "{} cannot be read", file);
  if ((about.st_mode & 077) != 0) {
    return fail(ErrorCode::kInvalid, "others may read {}: chmod 600", file);
  }
  std::ifstream in(file);
  std::string secret;
  if (!std::getline(in, secret) || secret.empty())
    return fail(ErrorCode::kInvalid, "{} holds nothing in its first line", file);
  return secret;
}

void read_deliveries(Fields& fields, const std::filesystem::path& config, EffectsConfig* out) {
  fields.optional_table("mail", [&](Fields& f) { read_mail(f, config, &out->mail); })
      .optional_table("webhooks", [&](Fields& f) { read_webhooks(f, config, &out->webhooks); });
}

void read_effects(Fields& fields, const std::filesystem::path& config, EffectsConfig* out,
                  node::Config* node) {
  read_deliveries(fields, config, out);
  fields.optional_table("effects", [&](Fields& f) { read_times(f, node); });
  node->mail = !out->mail.smtp.empty();
  node->webhooks_http_to_loopback = std::ranges::any_of(
      out->webhooks.allow, [](const AddressRange& range) { return is_loopback(range.base); });
}

}  // namespace holdfast::app
