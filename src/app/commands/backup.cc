#include <CLI/CLI.hpp>

#include <csignal>
#include <memory>

#include "app/admin/backup_command.h"
#include "app/admin/restore_command.h"
#include "app/commands/support.h"
#include "app/config/serve_config.h"

namespace holdfast::app {
namespace {

// What is wrong with the names that a person gave is theirs to mend, like a wrong option.
int complain_about_backup(const Error& error) {
  const bool input = error.code == ErrorCode::kInvalid || error.code == ErrorCode::kNotFound ||
                     error.code == ErrorCode::kConflict;
  return complain(error, input ? kWrongInput : kFailed);
}

// A file that may not grow is an error to be told, not the end of the process.
void fail_where_a_file_may_not_grow() {
  std::signal(SIGXFSZ, SIG_IGN);
}

void say_line(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

void add_backup(CLI::App& app, int* exit_code) {
  auto* const command =
      app.add_subcommand("backup", "Bring a backup folder up to date, beside a running node");
  struct Options {
    std::string file, dir;
  };
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->file, "Of the deployment")->required();
  command->add_option("DIR", options->dir, "A new folder, or one of an earlier backup")->required();
  command->callback([options, exit_code] {
    const auto config = load(load_serve_config, options->file, exit_code);
    if (!config) return;
    SystemClock clock;
    fail_where_a_file_may_not_grow();
    const auto done = backup(*config, clock, options->dir, say_line);
    *exit_code = done ? print(done) : complain_about_backup(done.error());
  });
}

void add_restore(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("restore", "Make a data folder from a backup");
  struct Options {
    std::string file, dir, into;
  };
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->file, "Of the deployment")->required();
  command->add_option("DIR", options->dir, "Of the backup")->required();
  command->add_option("--into", options->into, "Another data folder than the configuration's");
  command->callback([options, exit_code] {
    const auto config = load(load_serve_config, options->file, exit_code);
    if (!config) return;
    SystemClock clock;
    fail_where_a_file_may_not_grow();
    const auto done = restore(*config, clock, options->dir,
                              options->into.empty() ? config->data_dir : options->into, say_line);
    *exit_code = done ? print(done) : complain_about_backup(done.error());
  });
}

}  // namespace

void add_backup_commands(CLI::App& app, int* exit_code) {
  add_backup(app, exit_code);
  add_restore(app, exit_code);
}

}  // namespace holdfast::app
