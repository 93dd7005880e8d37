#include "app/commands/commands.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "app/admin/verify_command.h"
#include "app/commands/support.h"
#include "app/config/moderate_config.h"
#include "app/config/serve_config.h"
#include "app/init/init.h"
#include "app/moderate/moderate.h"
#include "app/serve/serve.h"

namespace holdfast::app {
namespace {

void add_init(CLI::App& app, const std::string& program, int* exit_code) {
  auto* const command = app.add_subcommand("init", "Make keys, configurations and the first site");
  const auto options = std::make_shared<InitOptions>();
  command->add_option("DIR", options->dir, "A new folder")->required();
  command->add_option("--site", options->site, "Id of the first site")->capture_default_str();
  command->add_option("--site-name", options->site_name, "Its name");
  command->add_option("--origin", options->origins,
                      "Where its widget may stand, as https://shop.example.com; repeatable");
  command->add_option("--operator", options->operator_id, "Id of the first operator")
      ->capture_default_str();
  command->add_option("--operator-name", options->operator_name, "Its name");
  command->add_option("--password", options->password, "Its password, instead of a fresh one");
  command
      ->add_option("--primary-url", options->primary_url,
                   "Of the Primary Deployment, as browsers reach it")
      ->capture_default_str();
  command->add_option("--redundant-url", options->redundant_url, "Of the Redundant Deployment")
      ->capture_default_str();
  command->add_option("--moderator-url", options->moderator_url, "Of the Moderator")
      ->capture_default_str();
  command
      ->add_option("--profile", options->profile,
                   "Of the Moderator: production, demo (fails over and back within seconds), or "
                   "drill (the same for drills)")
      ->capture_default_str();
  command->callback([options, program, exit_code] {
    SystemRandom random;
    SystemClock clock;
    const auto report = run_init(*options, random, clock);
    if (!report) {
      *exit_code =
          complain(report.error(), report.error().code == ErrorCode::kIo ? kFailed : kWrongInput);
      return;
    }
    std::fputs(next_steps(*options, *report, program).c_str(), stdout);
  });
}

void add_serve(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("serve", "Run a node of a deployment");
  const auto file = std::make_shared<std::string>();
  command->add_option("--config", *file, "primary.toml or redundant.toml")->required();
  command->callback([file, exit_code] {
    auto config = load(load_serve_config, *file, exit_code);
    if (config) *exit_code = run_serve(std::move(*config), HOLDFAST_VERSION);
  });
}

void add_verify(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("verify", "Compare two running deployments");
  struct Options {
    std::vector<std::string> files;
    double wait_s = 2;
  };
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->files, "Of each deployment; give it twice")
      ->required()
      ->expected(2);
  command->add_option("--wait", options->wait_s, "Seconds to wait for what is under way")
      ->capture_default_str();
  command->callback([options, exit_code] {
    const auto a = load(load_serve_config, options->files.at(0), exit_code);
    const auto b = load(load_serve_config, options->files.at(1), exit_code);
    if (!a || !b) return;
    SystemClock clock;
    DeploymentClient client_a(*a, clock);
    DeploymentClient client_b(*b, clock);
    const auto answer =
        verify(client_a, client_b, clock, Ms(static_cast<std::int64_t>(options->wait_s * 1'000)));
    if (!answer) {
      *exit_code = complain(answer.error());
      return;
    }
    std::fputs(answer->text.c_str(), stdout);
    *exit_code = answer->same ? 0 : kFailed;
  });
}

void add_moderate(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("moderate", "Run the Moderator");
  const auto file = std::make_shared<std::string>();
  command->add_option("--config", *file, "moderator.toml")->required();
  command->callback([file, exit_code] {
    const auto config = load(load_moderate_config, *file, exit_code);
    if (config) *exit_code = run_moderate(*config, HOLDFAST_VERSION);
  });
}

void add_version(CLI::App& app) {
  app.add_subcommand("version", "Print the version")->callback([] {
    std::printf("%s\n", version_text().c_str());
  });
}

}  // namespace

std::string version_text() {
  return "holdfast " HOLDFAST_VERSION ", protocol 1, journal format 1";
}

void add_commands(CLI::App& app, const std::string& program, int* exit_code) {
  app.require_subcommand(1);
  add_init(app, program, exit_code);
  add_serve(app, exit_code);
  add_moderate(app, exit_code);
  add_moderator_commands(app, exit_code);
  add_deployment_commands(app, exit_code);
  add_verify(app, exit_code);
  add_backup_commands(app, exit_code);
  add_drill(app, exit_code);
  add_version(app);
  app.set_version_flag("--version", version_text());
}

}  // namespace holdfast::app
