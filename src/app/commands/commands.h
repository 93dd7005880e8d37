// The command line: what can be typed, and what each of it runs. Nothing is decided here.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace holdfast::app {

// Adds every subcommand to `app`; the chosen one leaves its exit code in `exit_code`. `program` is
// how people call it.
void add_commands(CLI::App& app, const std::string& program, int* exit_code);

std::string version_text();

}  // namespace holdfast::app
