#include "app/moderate/status.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/moderate/ask_moderator.h"
#include "app/moderate/status_json.h"

namespace holdfast::app {

int run_status(const ModerateConfig& config, bool as_json) {
  SystemClock clock;
  const auto status = ask_moderator(clock, config, "GET", "/v1/status", "");
  if (!status) {
    fmt::print(stderr, "holdfast: {}\n", status.error().why);
    return 1;
  }
  fmt::print("{}", as_json ? json::serialize(*status) + "\n" : status_table(*status));
  return 0;
}

}  // namespace holdfast::app
