#include "app/commands.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>

#include "app/admin/backup_command.h"
#include "app/admin/effects_command.h"
#include "app/admin/erase_command.h"
#include "app/admin/restore_command.h"
#include "app/admin/settings_change.h"
#include "app/admin/snippet.h"
#include "app/admin/verify_command.h"
#include "app/config/moderate_config.h"
#include "app/config/serve_config.h"
#include "app/init/init.h"
#include "app/moderate/maintain.h"
#include "app/moderate/moderate.h"
#include "app/moderate/status.h"
#include "app/moderate/switch.h"
#include "app/serve/serve.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongInput = 2;

// One clear line; what is wrong with the input of a person is 2, everything else 1.
int complain(const Error& error, int code = kFailed) {
  std::fprintf(stderr, "holdfast: %s\n", error.why.c_str());
  return code;
}

int print(const Result<std::string>& sentence) {
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
                   "Of the Moderator: production, or demo (fails over and back within seconds)")
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
  };
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->file, "moderator.toml")->required();
  command->add_flag("--json", options->json, "The Moderator's own JSON");
  command->callback([options, exit_code] {
    const auto config = load(load_moderate_config, options->file, exit_code);
    if (config) *exit_code = run_status(*config, options->json);
  });
}

// What a command that changes settings needs: a running deployment, chance and time.
using Ask = std::function<Result<std::string>(DeploymentClient&, Random&, Clock&)>;

void ask_deployment(const std::string& file, int* exit_code, const Ask& ask) {
  const auto config = load(load_serve_config, file, exit_code);
  if (!config) return;
  SystemRandom random;
  SystemClock clock;
  DeploymentClient client(*config, clock);
  *exit_code = print(ask(client, random, clock));
}

// The snippet goes to stdout, what people have to know besides to stderr: so `>` yields a file to
// copy from.
int print_snippet(const ServeConfig& config, const std::string& site) {
  const auto text = read_snippet_template(config);
  if (!text) return complain(text.error());
  const auto snippet = make_snippet(*text, site, config.node);
  if (!snippet) return complain(snippet.error(), kWrongInput);
  SystemClock clock;
  DeploymentClient client(config, clock);
  const auto settings = SettingsView::fetch(client);
  if (settings && !settings->has_site(site))
    return complain(fail(ErrorCode::kNotFound, "there is no site \"{}\"", site).error());
  std::fputs(snippet->html.c_str(), stdout);
  std::fputs(advice_of(*snippet).c_str(), stderr);
  if (!settings)
    std::fprintf(stderr, "Whether there is a site \"%s\" was not checked: %s\n", site.c_str(),
                 settings.error().why.c_str());
  return 0;
}

// The key alone goes to stdout.
std::string advice_of(OldKey old) {
  std::string advice =
      "Keep it on your server, never in a page; it is shown once. How tokens are made: "
      "docs/embedding.md.\n";
  if (old == OldKey::kVerifies) advice += "The key before it verifies for two more days.\n";
  if (old == OldKey::kRevoked) advice += "The key before it does not verify any more.\n";
  return advice;
}

void add_site(CLI::App& app, int* exit_code) {
  auto* const site = app.add_subcommand("site", "Sites: who may show the widget");
  site->require_subcommand(1);
  struct Options {
    std::string file;
    std::string site;
    std::string name;
    std::vector<std::string> origins;
    bool replace = false;
    bool revoke = false;
  };
  const auto options = std::make_shared<Options>();

  auto* const add = site->add_subcommand("add", "Add a site");
  add->add_option("SITE", options->site, "Its id")->required();
  add->add_option("--name", options->name, "Its name");
  add->add_option("--origin", options->origins, "Where its widget may stand; repeatable");
  add->add_option("--config", options->file, "Of a running deployment")->required();
  add->callback([options, exit_code] {
    ask_deployment(options->file, exit_code,
                   [&](DeploymentClient& client, Random& random, Clock& clock) {
                     return app::add_site(client, random, clock, options->site, options->name,
                                          options->origins);
                   });
  });

  auto* const origins = site->add_subcommand("origins", "Say where a site's widget may stand");
  origins->add_option("SITE", options->site, "Its id")->required();
  origins
      ->add_option("ORIGIN", options->origins,
                   "As https://shop.example.com; these replace those before")
      ->required();
  origins->add_option("--config", options->file, "Of a running deployment")->required();
  origins->callback([options, exit_code] {
    ask_deployment(options->file, exit_code,
                   [&](DeploymentClient& client, Random& random, Clock& clock) {
                     return set_origins(client, random, clock, options->site, options->origins);
                   });
  });

  auto* const key = site->add_subcommand(
      "identity-key", "Make the key with which a site's own server vouches for visitors");
  key->add_option("SITE", options->site, "Its id")->required();
  key->add_flag("--replace", options->replace, "Another one; the old one verifies for two days");
  key->add_flag("--revoke", options->revoke, "Another one; the old one counts no more, at once");
  key->add_option("--config", options->file, "Of a running deployment")->required();
  key->callback([options, exit_code] {
    const OldKey old = options->revoke    ? OldKey::kRevoked
                       : options->replace ? OldKey::kVerifies
                                          : OldKey::kKept;
    ask_deployment(options->file, exit_code,
                   [&](DeploymentClient& client, Random& random, Clock& clock) {
                     return make_identity_key(client, random, clock, options->site, old);
                   });
    if (*exit_code == 0) std::fputs(advice_of(old).c_str(), stderr);
  });

  auto* const snippet = site->add_subcommand("snippet", "Print what its owner copies into pages");
  snippet->add_option("SITE", options->site, "Its id")->required();
  snippet->add_option("--config", options->file, "Of a deployment")->required();
  snippet->callback([options, exit_code] {
    const auto config = load(load_serve_config, options->file, exit_code);
    if (config) *exit_code = print_snippet(*config, options->site);
  });
}

void add_effects(CLI::App& app, int* exit_code) {
  auto* const command =
      app.add_subcommand("effects", "E-mail and webhooks that wait or were given up");
  command->require_subcommand(1);
  struct Options {
    std::string file;
    std::string key;
  };
  const auto options = std::make_shared<Options>();
  auto* const list = command->add_subcommand("list", "Show them, with what went wrong");
  list->add_option("--config", options->file, "Of a running deployment")->required();
  list->callback([options, exit_code] {
    ask_deployment(options->file, exit_code, [&](DeploymentClient& client, Random&, Clock& clock) {
      return list_effects(client, clock);
    });
  });
  auto* const retry = command->add_subcommand("retry", "Try one again, now");
  retry->add_option("KEY", options->key, "As the list shows it")->required();
  retry->add_option("--config", options->file, "Of the active deployment")->required();
  retry->callback([options, exit_code] {
    ask_deployment(options->file, exit_code, [&](DeploymentClient& client, Random&, Clock&) {
      return retry_effect(client, options->key);
    });
  });
}

void add_operator(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand("operator", "Operators: who answers");
  command->require_subcommand(1);
  struct Options {
    std::string file;
    std::string site;
    std::string id;
    std::string name;
    std::string role;
    std::optional<std::string> password;
  };
  const auto options = std::make_shared<Options>();
  // What all of them take.
  const auto common = [options](CLI::App& one) {
    one.add_option("--site", options->site, "Of which site; needed when there are several");
    one.add_option("ID", options->id, "Its id")->required();
    one.add_option("--config", options->file, "Of a running deployment")->required();
  };
  constexpr const char* kRoles = "owner, admin, supervisor or operator";

  auto* const add = command->add_subcommand("add", "Add an operator");
  common(*add);
  add->add_option("--name", options->name, "Its name");
  add->add_option("--role", options->role, kRoles);
  add->add_option("--password", options->password, "Instead of a fresh one");
  add->callback([options, exit_code] {
    ask_deployment(
        options->file, exit_code, [&](DeploymentClient& client, Random& random, Clock& clock) {
          return app::add_operator(
              client, random, clock,
              {options->site, options->id, options->name, options->role, options->password});
        });
  });

  auto* const role = command->add_subcommand("role", "Give an operator another role");
  common(*role);
  role->add_option("ROLE", options->role, kRoles)->required();
  role->callback([options, exit_code] {
    ask_deployment(
        options->file, exit_code, [&](DeploymentClient& client, Random& random, Clock& clock) {
          return set_role(client, random, clock, options->site, options->id, options->role);
        });
  });

  for (const bool active : {false, true}) {
    auto* const one = active
                          ? command->add_subcommand("activate", "Let an operator in again")
                          : command->add_subcommand("deactivate", "Sign an operator out for good");
    common(*one);
    one->callback([options, exit_code, active] {
      ask_deployment(options->file, exit_code,
                     [&](DeploymentClient& client, Random& random, Clock& clock) {
                       return set_active(client, random, clock, options->site, options->id, active);
                     });
    });
  }

  auto* const reset = command->add_subcommand("reset-password", "Give an operator a new password");
  common(*reset);
  reset->add_option("--password", options->password, "Instead of a fresh one");
  reset->callback([options, exit_code] {
    ask_deployment(options->file, exit_code,
                   [&](DeploymentClient& client, Random& random, Clock& clock) {
                     return reset_password(client, random, clock, options->site, options->id,
                                           options->password);
                   });
  });
}

void add_erase(CLI::App& app, int* exit_code) {
  auto* const command =
      app.add_subcommand("erase", "Erase what a person wrote, and what was written to them");
  struct Options {
    std::string file;
    bool confirm_ledger = false;
    EraseOptions erase;
  };
  const auto options = std::make_shared<Options>();
  command->add_option("SITE", options->erase.site, "Of which site");
  command->add_option("--config", options->file, "Of a running deployment")->required();
  command->add_option("--visitor", options->erase.visitor, "As v:…: all their chats");
  command->add_option("--chat", options->erase.chat, "One chat");
  command->add_option("--email", options->erase.email, "Whoever gave this address");
  command
      ->add_option("--until", options->erase.until,
                   "What was accepted until then: now, 2026-11-23, 2026-11-23T09:30:00Z")
      ->capture_default_str();
  command->add_option("--why", options->erase.why, "For the record; no personal data");
  command->add_flag("--yes", options->erase.yes, "Do it; otherwise it only says what it would do");
  command->add_flag("--confirm-ledger", options->confirm_ledger,
                    "After a restore: all erasures are known here, show old transcripts again");
  command->callback([options, exit_code] {
    const auto config = load(load_serve_config, options->file, exit_code);
    if (!config) return;
    SystemRandom random;
    SystemClock clock;
    DeploymentClient client(*config, clock);
    if (options->confirm_ledger) {
      *exit_code = print(confirm_ledger(client));
      return;
    }
    if (options->erase.site.empty()) {
      *exit_code = complain({ErrorCode::kInvalid, "SITE: of which site?"}, kWrongInput);
      return;
    }
    const auto answer = erase(client, random, clock, options->erase,
                              [](const std::string& line) { std::printf("%s\n", line.c_str()); });
    if (!answer) {
      *exit_code = complain(answer.error());
      return;
    }
    std::fputs(answer->text.c_str(), stdout);
    *exit_code = answer->erased ? 0 : kWrongInput;
  });
}

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
  add_switch(app, exit_code);
  add_freeze(app, exit_code);
  add_maintenance(app, exit_code);
  add_status(app, exit_code);
  add_site(app, exit_code);
  add_effects(app, exit_code);
  add_operator(app, exit_code);
  add_verify(app, exit_code);
  add_erase(app, exit_code);
  add_backup(app, exit_code);
  add_restore(app, exit_code);
  add_version(app);
  app.set_version_flag("--version", version_text());
}

}  // namespace holdfast::app
