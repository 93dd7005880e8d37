// `holdfast erase`: takes what a person wrote, and what was written to them, away from everywhere.
// Shows first what it would take.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/admin/deployment_client.h"
#include "base/random.h"

namespace holdfast::app {

struct EraseOptions {
  std::string site;
  // Exactly one of them.
  std::string visitor, chat, email;
  std::string until = "now";  // or a day, or a time: 2026-11-23, 2026-11-23T09:30:00Z
  std::string why;
  bool yes = false;
};

// What was done, or, without `yes`, what would be. `say` hears of progress, line by line.
struct EraseAnswer {
  bool erased = false;
  std::string text;
};
Result<EraseAnswer> erase(DeploymentClient& client, Random& random, Clock& clock,
                          const EraseOptions& options,
                          const std::function<void(const std::string&)>& say);

// A person says that the ledger of erasures is whole: what was hidden since a restore is shown.
Result<std::string> confirm_ledger(DeploymentClient& client);

// kInvalid, with the forms that are understood. Nothing for "now".
Result<std::optional<WallMs>> parse_cut(const std::string& text);

}  // namespace holdfast::app
