// What every program's configuration has: where it listens, what it logs, which moderators are
// known.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/fields.h"
#include "base/log.h"
#include "net/address.h"
#include "net/tls.h"
#include "protocol/keys.h"

namespace holdfast::app {

struct ListenConfig {
  std::vector<net::SocketAddress> addresses;
  std::optional<net::ServerTls> tls;
};

// How this program speaks to other deployments over https: verified against `ca_file` (or the
// system's authorities), or not at all.
struct DialTls {
  bool verify = true;
  std::string ca_file;
};

enum class ConfigOf { kDeployment, kModerator };
// The file's content. A configuration of the other sort is refused by its name, before anybody is
// told that its keys are unknown.
Result<TomlTable> read_config(const std::filesystem::path& file, ConfigOf wanted);

// A path in a configuration is relative to the file that names it.
std::string beside(const std::filesystem::path& config, const std::string& path);

void read_listen(Fields& fields, const std::filesystem::path& config, ListenConfig* out);
void read_dial_tls(Fields& fields, const std::filesystem::path& config, DialTls* out);
void read_log(Fields& fields, log::Options* out);
// [[moderator]]: the public keys whose verdicts count.
void read_moderator_keys(Fields& fields, std::vector<protocol::PublicKey>* out);

}  // namespace holdfast::app
