// The configuration of `holdfast moderate`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/common.h"
#include "app/config/keys_file.h"
#include "moderator/policy.h"
#include "net/url.h"

namespace holdfast::app {

struct ModerateConfig {
  std::filesystem::path file;
  std::string name = "m1";  // of this moderator, on its status page
  std::string data_dir;     // the stored verdict
  ListenConfig listen;
  std::vector<net::Url> primary;  // where the deployments answer, in order of preference
  std::vector<net::Url> redundant;
  DialTls tls;
  ModeratorKeys keys;
  std::vector<protocol::PublicKey> moderators;  // all whose verdicts count, this one's own included
  moderator::PolicyConfig policy;
  log::Options log;
};

Result<ModerateConfig> load_moderate_config(const std::filesystem::path& file);

}  // namespace holdfast::app
