#include "app/config/common.h"

#include "app/config/parsers.h"

namespace holdfast::app {

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
