#include "app/config/parsers.h"

#include "base/crypto.h"
#include "protocol/names.h"

namespace holdfast::app {

Result<protocol::Deployment> parse_deployment(const std::string& text) {
  if (const auto deployment = protocol::deployment_named(text)) return *deployment;
  return fail(ErrorCode::kInvalid, "\"{}\" must be \"primary\" or \"redundant\"", text);
}

Result<std::string> parse_node_name(const std::string& text) {
  if (protocol::is_node_name(text)) return text;
  return fail(ErrorCode::kInvalid, "\"{}\" must be 1 to 16 of a-z, 0-9 and -", text);
}

Result<net::SocketAddress> parse_listen(const std::string& text) {
  return net::parse_listen_address(text);
}

Result<net::Url> parse_dial_url(const std::string& text) {
  HF_TRY(url, net::parse_url(text));
  if (url.target != "/")
    return fail(ErrorCode::kInvalid, "\"{}\": scheme, host and port only, no path", text);
  return url;
}

Result<std::string> parse_origin(const std::string& text) {
  HF_TRY(url, parse_dial_url(text));
  if (url.origin() != text) {
    return fail(ErrorCode::kInvalid, "\"{}\" must be written as browsers send it: \"{}\"", text,
                url.origin());
  }
  return text;
}

Result<protocol::KeyId> parse_key_id(const std::string& text) {
  if (protocol::is_key_id(text)) return protocol::KeyId(text);
  return fail(ErrorCode::kInvalid, "\"{}\" must be 1 to 32 of A-Z, a-z, 0-9, '.', '_' and '-'",
              text);
}

Result<std::array<std::uint8_t, 32>> parse_key_bytes(const std::string& text) {
  const auto key = Hash32::from_base64url(text);
  // The value stays out of the message: it may be a secret with a slip of the pen.
  if (!key) return fail(ErrorCode::kInvalid, "must be 43 characters of base64url (32 bytes)");
  return key->bytes;
}

Result<log::Level> parse_log_level(const std::string& text) {
  if (text == "debug") return log::Level::kDebug;
  if (text == "info") return log::Level::kInfo;
  if (text == "warn") return log::Level::kWarn;
  if (text == "error") return log::Level::kError;
  return fail(ErrorCode::kInvalid, "\"{}\" must be \"debug\", \"info\", \"warn\" or \"error\"",
              text);
}

Result<log::Form> parse_log_form(const std::string& text) {
  if (text == "text") return log::Form::kText;
  if (text == "json") return log::Form::kJson;
  return fail(ErrorCode::kInvalid, "\"{}\" must be \"text\" or \"json\"", text);
}

Result<protocol::KeyState> parse_key_state(const std::string& text) {
  if (text == "active") return protocol::KeyState::kActive;
  if (text == "retired") return protocol::KeyState::kRetired;
  if (text == "compromised") return protocol::KeyState::kCompromised;
  return fail(ErrorCode::kInvalid, "\"{}\" must be \"active\", \"retired\" or \"compromised\"",
              text);
}

}  // namespace holdfast::app
