// holdfast: one program, a subcommand for each role. Exit codes: 0 done, 1 failed or different, 2
// wrong command line or configuration.
#include <CLI/CLI.hpp>

#include "app/commands/commands.h"

int main(int argc, char** argv) {
  CLI::App app("Live chat that survives the loss of a data centre.", "holdfast");
  int exit_code = 0;
  holdfast::app::add_commands(app, argc > 0 ? argv[0] : "holdfast", &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}
