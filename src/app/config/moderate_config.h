// The configuration of `holdfast moderate`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/config/alerts_config.h"
#include "app/config/common.h"
#include "app/config/keys_file.h"
#include "app/config/record_config.h"
#include "moderator/policy.h"
#include "net/url.h"

namespace holdfast::app {

// Where several moderators keep one record. Without endpoints the record is a file in data_dir.
struct StoreConfig {
  std::vector<net::Url> etcd;
  std::string prefix = "/holdfast/";  // of its keys; another one for each pair of deployments
  std::uint32_t timeout_ms = 1'000;   // for an endpoint; then the next one is asked
  std::uint32_t poll_ms = 500;        // how soon an order given at another moderator is known here
  DialTls tls;
};

struct ModerateConfig {
  std::filesystem::path file;
  std::string name = "m1";  // of this moderator, on its status page
  std::string data_dir;     // the stored verdict, unless it is in the store, and the record
  ListenConfig listen;
  std::vector<net::Url> primary;  // where the deployments answer, in order of preference
  std::vector<net::Url> redundant;
  DialTls tls;
  ModeratorKeys keys;
  std::vector<protocol::PublicKey> moderators;  // all whose verdicts count, this one's own included
  moderator::PolicyConfig policy;
  StoreConfig store;
  RecordConfig record;
  AlertsConfig alerts;
  log::Options log;
};

Result<ModerateConfig> load_moderate_config(const std::filesystem::path& file);

}  // namespace holdfast::app
