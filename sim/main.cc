// holdfast-sim: many worlds from many seeds, and whether the rules held in each.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/clock.h"
#include "base/plant.h"
#include "sim/report.h"
#include "sim/workers.h"

namespace holdfast::sim {
namespace {

constexpr const char* kUsage =
    "usage: holdfast-sim [--seeds N] [--first S] [--jobs J] [--seconds T] [--json FILE] "
    "[--verbose]\n"
    "                    [--lines N] [--repeat-every N] [--stop-at-first] [--plant NAME] "
    "[--list-plants]\n";

#ifdef HOLDFAST_PLANTS
constexpr bool kBuiltWithPlants = true;
#else
constexpr bool kBuiltWithPlants = false;
#endif

struct CommandLine {
  Campaign campaign;
  std::string json_file;
  bool stop_at_first = false;
};

[[noreturn]] void refuse(const std::string& why) {
  fmt::print(stderr, "holdfast-sim: {}\n{}", why, kUsage);
  std::exit(2);
}

std::uint64_t number(std::string_view option, const char* text) {
  if (text == nullptr) refuse(fmt::format("{} needs a number", option));
  char* end = nullptr;
  const auto value = std::strtoull(text, &end, 10);
  if (*text == '\0' || *text == '-' || *end != '\0')
    refuse(fmt::format("{}: \"{}\" is not a number", option, text));
  return value;
}

void list_plants() {
  for (const auto& [name, plant] : std::span(kPlantNames).first(kSimulatedPlants))
    fmt::print("{}\n", name);
}

void plant(const char* name) {
  if (name == nullptr || !plant_named(name))
    refuse("--plant needs one of the names that --list-plants prints");
  if (!kBuiltWithPlants) refuse("this binary was built without -DHOLDFAST_PLANTS=ON");
  setenv("HOLDFAST_PLANT", name, 1);
}

CommandLine read(int count, char** words) {
  CommandLine line;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = words[i];
    const auto value = [&] { return i + 1 < count ? words[++i] : nullptr; };
    if (option == "--seeds") {
      line.campaign.seeds = number(option, value());
    } else if (option == "--first") {
      line.campaign.first = number(option, value());
    } else if (option == "--jobs") {
      line.campaign.jobs = static_cast<int>(number(option, value()));
      if (line.campaign.jobs < 1 || line.campaign.jobs > 256) refuse("--jobs: 1 to 256");
    } else if (option == "--seconds") {
      line.campaign.run.chaos = Ms(static_cast<std::int64_t>(number(option, value())) * 1'000);
    } else if (option == "--lines") {
      line.campaign.run.lines = static_cast<int>(number(option, value()));
    } else if (option == "--repeat-every") {
      line.campaign.repeat_every = number(option, value());
    } else if (option == "--json") {
      const char* const file = value();
      if (file == nullptr) refuse("--json needs a file");
      line.json_file = file;
    } else if (option == "--verbose") {
      line.campaign.run.verbose = true;
    } else if (option == "--stop-at-first") {
      line.stop_at_first = true;
    } else if (option == "--plant") {
      plant(value());
    } else if (option == "--list-plants") {
      list_plants();
      std::exit(0);
    } else {
      refuse(fmt::format("{} is no option", option));
    }
  }
  return line;
}

void print_failure(const RunResult& result, const Campaign& campaign) {
  fmt::print("\nFAILED seed {} (faults: {})\n", result.seed, result.kinds);
  for (const std::string& failure : result.failures) fmt::print("  {}\n", failure);
  for (const std::string& line : result.timeline) fmt::print("    {}\n", line);
  fmt::print("  again: holdfast-sim --seeds 1 --first {} --seconds {} --verbose\n\n", result.seed,
             campaign.run.chaos.count() / 1'000);
}

int main(int count, char** words) {
  const CommandLine line = read(count, words);
  set_soft_checks_fatal(true);
  SystemClock clock;
  const MonoMs began = clock.now().mono;
  MonoMs told = began;
  Report report;
  run_campaign(line.campaign, [&](const RunResult& result) {
    report.add(result);
    if (!result.failures.empty()) {
      print_failure(result, line.campaign);
      std::fflush(stdout);
      // The other workers' seeds do not matter any more, and they end when nobody reads them.
      if (line.stop_at_first) std::_Exit(1);
    }
    const MonoMs now = clock.now().mono;
    if (now - told < Ms(5'000)) return;
    told = now;
    const double passed = static_cast<double>((now - began).count()) / 1'000.0;
    fmt::print("{} of {} seeds, {} failed, {:.0f} simulated seconds in {:.0f} s\n", report.runs(),
               line.campaign.seeds, report.failed(), report.simulated_s(), passed);
    std::fflush(stdout);
  });
  fmt::print("{}", report.text());
  fmt::print("\n{:.1f} s\n", static_cast<double>((clock.now().mono - began).count()) / 1'000.0);
  if (!line.json_file.empty()) std::ofstream(line.json_file) << report.json() << "\n";
  return report.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace holdfast::sim

int main(int count, char** words) {
  return holdfast::sim::main(count, words);
}
