// What all commands share: how they complain, and how they read a configuration.
#pragma once

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace holdfast::app {

inline constexpr int kFailed = 1;
inline constexpr int kWrongInput = 2;

// One clear line; what is wrong with the input of a person is 2, everything else 1.
inline int complain(const Error& error, int code = kFailed) {
  std::fprintf(stderr, "holdfast: %s\n", error.why.c_str());
  return code;
}

inline int print(const Result<std::string>& sentence) {
  if (!sentence) return complain(sentence.error());
  std::printf("%s\n", sentence->c_str());
  return 0;
}

template <class Config>
std::optional<Config> load(Result<Config> (*reader)(const std::filesystem::path&),
                           const std::string& file, int* exit_code) {
  auto config = reader(file);
  if (config) return std::move(*config);
  *exit_code = complain(config.error(), kWrongInput);
  return std::nullopt;
}

// To the Moderator: switch, freeze, maintenance, status.
void add_moderator_commands(CLI::App& app, int* exit_code);
// To a running deployment: site, effects, operator, erase.
void add_deployment_commands(CLI::App& app, int* exit_code);
// To a data folder: backup, restore.
void add_backup_commands(CLI::App& app, int* exit_code);
// To nobody: drill.
void add_drill(CLI::App& app, int* exit_code);

}  // namespace holdfast::app
