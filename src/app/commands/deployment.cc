#include <CLI/CLI.hpp>

#include <functional>
#include <memory>

#include "app/admin/effects_command.h"
#include "app/admin/erase_command.h"
#include "app/admin/settings_change.h"
#include "app/admin/snippet.h"
#include "app/commands/support.h"
#include "app/config/serve_config.h"

namespace holdfast::app {
namespace {

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

}  // namespace

void add_deployment_commands(CLI::App& app, int* exit_code) {
  add_site(app, exit_code);
  add_effects(app, exit_code);
  add_operator(app, exit_code);
  add_erase(app, exit_code);
}

}  // namespace holdfast::app
