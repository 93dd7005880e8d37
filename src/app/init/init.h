// `holdfast init DIR`: keys, configurations of both deployments and the Moderator, and Primary's
// journal with the first site and operator.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace holdfast::app {

struct InitOptions {
  std::filesystem::path dir;
  std::string site = "demo";
  std::string site_name;  // empty: the site's id
  std::vector<std::string>
      origins;  // of the pages with the widget; empty: both deployments' own pages
  std::string operator_id = "admin";
  std::string operator_name;            // empty: the operator's id
  std::optional<std::string> password;  // nothing: a fresh one-time password
  std::string primary_url = "http://127.0.1.1:8080";
  std::string redundant_url = "http://127.0.2.1:8080";
  std::string moderator_url = "http://127.0.3.1:8080";
  std::string profile = "production";  // of the Moderator
};

struct InitReport {
  std::string password;    // fresh, or the given one
  bool far_apart = false;  // hosts of the real world were named
};

// Refuses a folder that holds anything. On failure nothing that it made stays.
Result<InitReport> run_init(const InitOptions& options, Random& random, Clock& clock);

// What to type next, for stdout; `program` is how people call this one.
std::string next_steps(const InitOptions& options, const InitReport& report,
                       const std::string& program);

}  // namespace holdfast::app
