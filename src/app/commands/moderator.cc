#include <CLI/CLI.hpp>

#include <memory>

#include "app/commands/support.h"
#include "app/config/moderate_config.h"
#include "app/moderate/maintain.h"
#include "app/moderate/moderate.h"
#include "app/moderate/open_live.h"
#include "app/moderate/status.h"
#include "app/moderate/switch.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

void add_switch(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("switch", "Make a deployment the active one");
  struct Options {
    std::string file;
    std::string to;
    bool wait = false;
  };
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->file, "moderator.toml")->required();
  command->add_option("--to", options->to, "primary or redundant")
      ->required()
      ->check(CLI::IsMember({"primary", "redundant"}));
  command->add_flag("--wait", options->wait, "Not before it holds all that the other one holds");
  command->callback([options, exit_code] {
    const auto config = load(load_moderate_config, options->file, exit_code);
    if (config)
      *exit_code = run_switch(*config, *protocol::deployment_named(options->to), options->wait);
  });
}

void add_freeze(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("freeze", "Stop automatic failover, or allow it again");
  struct Options {
    std::string file;
    bool off = false;
  };
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->file, "moderator.toml")->required();
  command->add_flag("--off", options->off, "Allow it again");
  command->callback([options, exit_code] {
    const auto config = load(load_moderate_config, options->file, exit_code);
    if (config) *exit_code = run_freeze(*config, !options->off);
  });
}

void add_maintenance(CLI::App& app, int* exit_code) {
  auto* const command =
      app.add_subcommand("maintenance", "Take a deployment out of service, and give it back");
  command->require_subcommand(1);
  struct Options {
    std::string file;
    std::string deployment;
  };
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* purpose, auto run) {
    auto* const verb = command->add_subcommand(name, purpose);
    verb->add_option("DEPLOYMENT", options->deployment, "primary or redundant")
        ->required()
        ->check(CLI::IsMember({"primary", "redundant"}));
    verb->add_option("--config", options->file, "moderator.toml")->required();
    verb->callback([options, exit_code, run] {
      const auto config = load(load_moderate_config, options->file, exit_code);
      if (config) *exit_code = run(*config, *protocol::deployment_named(options->deployment));
    });
  };
  add("begin", "Switch away, drain, and say when it is safe to stop", begin_maintenance);
  add("end", "Give it back to the Moderator's policy", end_maintenance);
}

void add_status(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("status", "Show what the Moderator sees");
  struct Options {
    std::string file;
    bool json = false;
    bool open = false;
    std::string role = "operate";
    std::string by = "cli";
  };
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->file, "moderator.toml")->required();
  command->add_flag("--json", options->json, "The Moderator's own JSON");
  auto* const open =
      command->add_flag("--open", options->open, "A code for the live view, /status/live");
  command->add_option("--role", options->role, "With --open: view or operate")
      ->check(CLI::IsMember({"view", "operate"}))
      ->needs(open);
  command->add_option("--as", options->by, "With --open: whose orders they will be")->needs(open);
  command->callback([options, exit_code] {
    const auto config = load(load_moderate_config, options->file, exit_code);
    if (!config) return;
    *exit_code = options->open ? run_open_live(*config, options->role, "a:" + options->by)
                               : run_status(*config, options->json);
  });
}

}  // namespace

void add_moderator_commands(CLI::App& app, int* exit_code) {
  add_switch(app, exit_code);
  add_freeze(app, exit_code);
  add_maintenance(app, exit_code);
  add_status(app, exit_code);
}

}  // namespace holdfast::app
