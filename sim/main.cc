// holdfast-sim: many worlds from many seeds, and whether the rules held in each.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "base/plant.h"
#include "sim/minimizer.h"
#include "sim/report.h"
#include "sim/sometimes.h"
#include "sim/workers.h"

// For jemalloc, where it is linked: huge pages, and nothing goes back to the system. A world is a
// small heap with objects all over it, and where page tables are virtual each miss is dear.
extern "C" const char* malloc_conf;
const char* malloc_conf = "thp:always,dirty_decay_ms:-1,muzzy_decay_ms:-1";

namespace holdfast::sim {
namespace {

constexpr const char* kUsage =
    "usage: holdfast-sim [--seeds N] [--first S] [--jobs J] [--seconds T] [--json FILE] "
    "[--verbose]\n"
    "                    [--lines N] [--repeat-every N] [--stop-at-first] [--minimize] [--plant "
    "NAME]\n"
    "                    [--crowd] [--plants [NAME,NAME...]] [--list-plants]\n"
    "  --crowd: forty clients in every world, one node in each deployment\n"
    "  --minimize: of the one seed's faults, which it takes to break the same rule\n"
    "  --plants: each planted bug by itself, until a seed finds it\n";

#ifdef HOLDFAST_PLANTS
constexpr bool kBuiltWithPlants = true;
#else
constexpr bool kBuiltWithPlants = false;
#endif

// The scripts that build this program know what it was built from.
std::string commit_text() {
  const char* const said = std::getenv("HOLDFAST_COMMIT");
  return said != nullptr ? said : "a commit that nobody named (HOLDFAST_COMMIT)";
}

struct CommandLine {
  Campaign campaign;
  std::string json_file;
  bool stop_at_first = false;
  bool minimize = false;
  std::string plant;
  std::vector<std::string> plants;  // each by itself
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

std::string text_of(std::string_view option, const char* text) {
  if (text == nullptr) refuse(fmt::format("{} needs a word", option));
  return text;
}

std::vector<std::string> simulated_plants() {
  std::vector<std::string> names;
  for (const auto& [name, plant] : std::span(kPlantNames).first(kSimulatedPlants))
    names.emplace_back(name);
  return names;
}

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(',', at), names.size());
    found.emplace_back(names.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

void plant(const std::string& name) {
  if (!plant_named(name)) refuse("--plant needs one of the names that --list-plants prints");
  if (!kBuiltWithPlants) refuse("this binary was built without -DHOLDFAST_PLANTS=ON");
  setenv("HOLDFAST_PLANT", name.c_str(), 1);
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
      line.json_file = text_of(option, value());
    } else if (option == "--crowd") {
      line.campaign.run.crowd = true;
    } else if (option == "--verbose") {
      line.campaign.run.verbose = true;
    } else if (option == "--stop-at-first") {
      line.stop_at_first = true;
    } else if (option == "--minimize") {
      line.minimize = true;
    } else if (option == "--plant") {
      plant(line.plant = text_of(option, value()));
    } else if (option == "--plants") {
      const bool named = i + 1 < count && !std::string_view(words[i + 1]).starts_with("--");
      line.plants = named ? split(words[++i]) : simulated_plants();
      for (const std::string& name : line.plants) plant(name);
    } else if (option == "--list-plants") {
      for (const std::string& name : simulated_plants()) fmt::print("{}\n", name);
      std::exit(0);
    } else {
      refuse(fmt::format("{} is no option", option));
    }
  }
  return line;
}

void print_failure(const RunResult& result, const CommandLine& line) {
  fmt::print("\nFAILED seed {} of {} (faults: {})\n", result.seed, commit_text(), result.kinds);
  for (const std::string& failure : result.failures) fmt::print("  {}\n", failure);
  for (const std::string& each : result.timeline) fmt::print("    {}\n", each);
  const std::string again = fmt::format("holdfast-sim --seeds 1 --first {} --seconds {}{}{}",
                                        result.seed, line.campaign.run.chaos.count() / 1'000,
                                        line.campaign.run.crowd ? " --crowd" : "",
                                        line.plant.empty() ? "" : " --plant " + line.plant);
  fmt::print("  again: {} --verbose\n  what it takes: {} --minimize\n\n", again, again);
}

// 0: the seed holds, 1: it fails and this is what it takes.
int find_what_it_takes(const CommandLine& line) {
  RunOptions options = line.campaign.run;
  options.seed = line.campaign.first;
  const Minimal found = minimize(options, [](const std::string& step) {
    fmt::print("{}\n", step);
    std::fflush(stdout);
  });
  if (found.rule.empty()) {
    fmt::print("seed {} breaks no rule\n", options.seed);
    return 0;
  }
  fmt::print("\nafter {} runs {} is still broken with these strikes:\n", found.runs, found.rule);
  for (const auto& [number, strike] : found.result.strikes) fmt::print("  {}\n", strike);
  print_failure(found.result, line);
  return 1;
}

// 0: every planted bug was found by one of the seeds.
int find_plants(const CommandLine& line) {
  int missed = 0;
  fmt::print("{:<28} {:>6} {:>10}  {}\n", "planted bug", "seeds", "seed", "found by");
  for (const std::string& name : line.plants) {
    plant(name);
    Campaign campaign = line.campaign;
    campaign.repeat_every = 0;
    std::uint64_t runs = 0;
    std::optional<RunResult> found;
    run_campaign(campaign, [&](RunResult result) {
      ++runs;
      if (!result.failures.empty()) found = std::move(result);
      return !found;
    });
    missed += !found;
    fmt::print("{:<28} {:>6} {:>10}  {}\n", name, runs, found ? std::to_string(found->seed) : "-",
               found ? found->failures.front() : "NOT FOUND");
    std::fflush(stdout);
  }
  fmt::print("{} of {} planted bugs found, within {} seeds each\n",
             line.plants.size() - static_cast<std::size_t>(missed), line.plants.size(),
             line.campaign.seeds);
  return missed == 0 ? 0 : 1;
}

int judge(const Report& report, const CommandLine& line) {
  if (report.failed() > 0) return 1;
  const bool asked = report.runs() >= kSeedsToReachAll && line.plant.empty();
  const auto missing = asked ? never_reached(report.sometimes()) : std::vector<std::string>{};
  for (const std::string& state : missing) fmt::print("FAILED: no run reached \"{}\"\n", state);
  return missing.empty() ? 0 : 1;
}

int main(int count, char** words) {
  const CommandLine line = read(count, words);
  set_soft_checks_fatal(true);
  if (line.minimize) return find_what_it_takes(line);
  if (!line.plants.empty()) return find_plants(line);
  SystemClock clock;
  const MonoMs began = clock.now().mono;
  MonoMs told = began;
  Report report;
  fmt::print("{} seeds from {}\n", line.campaign.seeds, line.campaign.first);
  std::fflush(stdout);
  run_campaign(line.campaign, [&](const RunResult& result) {
    report.add(result);
    if (!result.failures.empty()) {
      print_failure(result, line);
      std::fflush(stdout);
      if (line.stop_at_first) return false;
    }
    const MonoMs now = clock.now().mono;
    if (now - told < Ms(5'000)) return true;
    told = now;
    const double passed = static_cast<double>((now - began).count()) / 1'000.0;
    fmt::print("{} of {} seeds, {} failed, {:.0f} simulated seconds in {:.0f} s\n", report.runs(),
               line.campaign.seeds, report.failed(), report.simulated_s(), passed);
    std::fflush(stdout);
    return true;
  });
  fmt::print("{}", report.text());
  fmt::print("\n{:.1f} s\n", static_cast<double>((clock.now().mono - began).count()) / 1'000.0);
  if (!line.json_file.empty()) std::ofstream(line.json_file) << report.json() << "\n";
  return judge(report, line);
}

}  // namespace
}  // namespace holdfast::sim

int main(int count, char** words) {
  return holdfast::sim::main(count, words);
}
