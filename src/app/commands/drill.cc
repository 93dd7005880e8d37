// holdfast drill: hands the command line to the runner of drills, which is not part of this program
// (docs/decisions/0003-drills-are-written-in-typescript.md).
#include <unistd.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "app/commands/support.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

// Of an installed program, or of one in its source tree; empty when there is neither.
fs::path runner_beside_program() {
  std::error_code error;
  const fs::path bin = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& runner :
       {bin / "../share/holdfast/drill/run", bin / "../../../web/drill/run"}) {
    if (fs::exists(runner, error)) return fs::weakly_canonical(runner, error);
  }
  return {};
}

// Returns only when that failed.
int become(const fs::path& runner, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {runner.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  std::ranges::transform(words, std::back_inserter(argv),
                         [](std::string& it) { return it.data(); });
  argv.push_back(nullptr);
  execv(argv.front(), argv.data());
  return complain({ErrorCode::kIo, runner.string() + ": " + std::strerror(errno)});
}

}  // namespace

void add_drill(CLI::App& app, int* exit_code) {
  auto* const command = app.add_subcommand(
      "drill",
      "Break an installation on purpose and see what people notice: list, run NAME, run all");
  command->prefix_command();
  command->callback([command, exit_code] {
    const fs::path runner = runner_beside_program();
    *exit_code =
        runner.empty()
            ? complain({ErrorCode::kNotFound,
                        "the drills are not installed beside this program: they come with its "
                        "sources, as web/drill"})
            : become(runner, command->remaining());
  });
}

}  // namespace holdfast::app
