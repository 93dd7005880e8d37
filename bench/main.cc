// holdfast-bench: measures real `holdfast` processes. Exit codes: 0 done, 1 failed, 2 wrong command
// line.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>

#include "base/log.h"
#include "bench/runs.h"

namespace holdfast::bench {
namespace {

template <class Options>
void on_parsed(CLI::App* command, const Common& common, std::shared_ptr<Options> options,
               Result<void> (*run)(const Common&, const Options&), int* exit_code) {
  command->callback([=, &common] {
    const auto done = run(common, *options);
    if (done) return;
    std::fprintf(stderr, "holdfast-bench: %s\n", done.error().why.c_str());
    *exit_code = 1;
  });
}

void add_common(CLI::App* command, Common& common) {
  command->add_option("--program", common.program, "The holdfast to measure (beside this one)");
  command->add_option("--scratch", common.scratch,
                      "Where journals are put: the disk matters (the temporary folder)");
  command->add_option("--json", common.json, "Write the result there as JSON");
  command->add_option("--seed", common.seed, "Of the clients' choices")->capture_default_str();
  command->add_flag("--pin", common.pin,
                    "Nodes on the first processor, clients on the others: for comparisons");
  command->add_flag("--quiet", common.quiet, "No progress on stderr");
}

void add_relay(CLI::App& app, Common& common, int* exit_code) {
  auto* const command = app.add_subcommand(
      "relay", "Messages between visitors and operators through one node: CPU and delay of each");
  const auto options = std::make_shared<RelayOptions>();
  command->add_option("--pairs", options->pairs, "Visitors, each with an operator")
      ->capture_default_str()
      ->check(CLI::Range(1, 9'000));
  command->add_option("--rate", options->rate,
                      "Messages a second whatever becomes of them; without it each pair has one "
                      "message on its way");
  command->add_option("--seconds", options->seconds, "To measure")->capture_default_str();
  command->add_option("--warm-up", options->warm_up_s, "Seconds before")->capture_default_str();
  command
      ->add_option("--deployments", options->deployments, "2: every message is replicated as well")
      ->capture_default_str()
      ->check(CLI::Range(1, 2));
  command->add_option("--bytes", options->message_bytes, "Of a message's text")
      ->capture_default_str()
      ->check(CLI::Range(1, 4'000));
  add_common(command, common);
  on_parsed<RelayOptions>(command, common, options, run_relay, exit_code);
}

void add_failover(CLI::App& app, Common& common, int* exit_code) {
  auto* const command = app.add_subcommand(
      "failover", "How long chats stall when Primary dies, falls silent, or is left without need");
  const auto options = std::make_shared<FailoverOptions>();
  command->add_option("--chats", options->chats, "At once")
      ->capture_default_str()
      ->check(CLI::Range(1, 5'000));
  command->add_option("--per-chat", options->per_chat, "Messages a second in each chat")
      ->capture_default_str();
  const std::map<std::string, Fault> faults{{"none", Fault::kNone},
                                            {"kill", Fault::kKill},
                                            {"blackhole", Fault::kBlackhole},
                                            {"switch", Fault::kSwitch}};
  command
      ->add_option("--fault", options->fault,
                   "kill: SIGKILL; blackhole: every byte swallowed; switch: a verdict without "
                   "need; none")
      ->transform(CLI::CheckedTransformer(faults))
      ->default_str("kill");
  command->add_option("--warm-up", options->warm_up_s, "Seconds of talk before the fault")
      ->capture_default_str();
  command->add_option("--after", options->after_s, "Seconds of talk after it")
      ->capture_default_str();
  command->add_flag("!--no-moderator", options->moderator, "Nobody publishes a verdict");
  add_common(command, common);
  on_parsed<FailoverOptions>(command, common, options, run_failover, exit_code);
}

int run(int argc, char** argv) {
  CLI::App app("Measures real holdfast processes on this machine.", "holdfast-bench");
  app.require_subcommand(1);
  Common common;
  int exit_code = 0;
  add_relay(app, common, &exit_code);
  add_failover(app, common, &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  return holdfast::bench::run(argc, argv);
}
