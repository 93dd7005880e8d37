// The command line's questions to a running deployment: /v1/admin/*, signed with the admin key of
// its configuration.
#pragma once

#include <filesystem>
#include <string>

#include "app/config/serve_config.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace holdfast::app {

class DeploymentClient {
 public:
  DeploymentClient(const ServeConfig& config, Clock& clock) : config_(config), clock_(clock) {}

  // The answer's object. kUnavailable: it does not run, said so that a person knows what to do;
  // kDenied: another admin key; kInvalid: the deployment's own refusal.
  Result<json::Object> get(const std::string& target);
  Result<json::Object> post(const std::string& target, const std::string& body);

  std::string name() const;  // "primary"

 private:
  std::vector<std::string> places() const;
  Result<json::Object> ask(const std::string& method, const std::string& target,
                           const std::string& body);

  const ServeConfig& config_;
  Clock& clock_;
};

}  // namespace holdfast::app
