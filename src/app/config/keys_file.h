// The secrets, apart from the configuration and readable by their owner alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "protocol/keys.h"

namespace holdfast::app {

// What `holdfast serve` and the command line need: the same file at both deployments.
struct DeploymentKeys {
  std::vector<protocol::SecretKey> cluster;
  std::vector<protocol::SecretKey> session;
  protocol::SecretKey peer;
  protocol::SecretKey admin;
  protocol::SecretKey probe;
};

// What `holdfast moderate` needs.
struct ModeratorKeys {
  protocol::SecretKey signing;  // seed of the Ed25519 pair that signs verdicts
  protocol::SecretKey admin;
  protocol::SecretKey probe;
};

// One clear line on failure: unreadable, readable by others, a field that is missing or wrong.
Result<DeploymentKeys> load_deployment_keys(const std::filesystem::path& file);
Result<ModeratorKeys> load_moderator_keys(const std::filesystem::path& file);

// Fresh keys whose ids carry their date, so that a person can tell the old from the new.
DeploymentKeys make_deployment_keys(Random& random, WallMs now);
ModeratorKeys make_moderator_keys(const DeploymentKeys& shared, Random& random, WallMs now);

std::string keys_text(const DeploymentKeys& keys);
std::string keys_text(const ModeratorKeys& keys);

// Creates `file` with mode 0600 before anything is in it; fails when it exists.
Result<void> write_secret_file(const std::filesystem::path& file, std::string_view text);

}  // namespace holdfast::app
