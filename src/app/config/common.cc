#include "app/config/common.h"

#include "app/config/parsers.h"

namespace holdfast::app {

Result<TomlTable> read_config(const std::filesystem::path& file, ConfigOf wanted) {
  HF_TRY(table, read_toml(file));
  const bool of_deployment = table.values.contains("deployment");
  const bool of_moderator = table.values.contains("moderate");
  if (wanted == ConfigOf::kDeployment && of_moderator && !of_deployment)
    return fail(ErrorCode::kInvalid,
                "{}: this is the Moderator's configuration; a deployment's is wanted here, as in "
                "primary.toml",
                file.string());
  if (wanted == ConfigOf::kModerator && of_deployment && !of_moderator)
    return fail(ErrorCode::kInvalid,
                "{}: this is a deployment's configuration; the Moderator's is wanted here, as in "
                "moderator.toml",
                file.string());
  return table;
}

std::string beside(const std::filesystem::path& config, const std::string& path) {
  return (config.parent_path() / path).lexically_normal().string();
}

void read_listen(Fields& fields, const std::filesystem::path& config, ListenConfig* out) {
  std::string certificate;
  std::string key;
  fields
      .required_list<net::SocketAddress>("addresses", "where to listen, as [\"address:port\"]",
                                         &out->addresses, parse_listen)
      .optional("certificate_file", &certificate)
      .optional("key_file", &key)
      .refuse_if(out->addresses.empty(), "addresses names no address")
      .refuse_if(certificate.empty() != key.empty(), "certificate_file and key_file go together");
  if (!certificate.empty())
    out->tls = net::ServerTls{beside(config, certificate), beside(config, key)};
}

void read_dial_tls(Fields& fields, const std::filesystem::path& config, DialTls* out) {
  fields.optional("verify_certificate", &out->verify).optional("ca_file", &out->ca_file);
  if (!out->ca_file.empty()) out->ca_file = beside(config, out->ca_file);
}

void read_log(Fields& fields, log::Options* out) {
  fields.optional_table("log", [out](Fields& log) {
    log.optional<log::Level>("level", &out->level, parse_log_level)
        .optional<log::Form>("form", &out->form, parse_log_form);
  });
}

void read_moderator_keys(Fields& fields, std::vector<protocol::PublicKey>* out) {
  fields.tables("moderator", [out](Fields& one) {
    protocol::PublicKey key;
    one.required<protocol::KeyId>("id", "the name of the moderator's key", &key.id, parse_key_id)
        .required<std::array<std::uint8_t, 32>>("public_key",
                                                "as `holdfast init` printed it into the file",
                                                &key.bytes, parse_key_bytes)
        .optional<protocol::KeyState>("state", &key.state, parse_key_state);
    out->push_back(key);
  });
}

}  // namespace holdfast::app
