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

void add_connections(CLI::App& app, Common& common, int* exit_code) {
  auto* const command = app.add_subcommand(
      "connections", "Memory of a link, of the node and of the kernel: browsing and chatting");
  const auto options = std::make_shared<ConnectionsOptions>();
  command->add_option("--browsing", options->browsing, "Visitors who do not chat")
      ->capture_default_str()
      ->check(CLI::Range(1, 17'000));
  command->add_option("--chatting", options->chatting, "Visitors in a chat")
      ->capture_default_str()
      ->check(CLI::Range(1, 9'000));
  command->add_option("--messages", options->messages, "Said in each chat")->capture_default_str();
  add_common(command, common);
  on_parsed<ConnectionsOptions>(command, common, options, run_connections, exit_code);
}

void add_journal(CLI::App& app, Common& common, int* exit_code) {
  auto* const command = app.add_subcommand(
      "journal", "The embedded journal by itself, with projections and checkpoints");
  const auto options = std::make_shared<JournalOptions>();
  command->add_option("--events", options->events, "To append")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--batch", options->batch, "Of events, one commit each")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  command->add_option("--chats", options->chats, "That they belong to")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  add_common(command, common);
  on_parsed<JournalOptions>(command, common, options, run_journal, exit_code);
}

void add_catchup(CLI::App& app, Common& common, int* exit_code) {
  auto* const command = app.add_subcommand(
      "catchup", "The Redundant Deployment was away: how fast it catches up, and who notices");
  const auto options = std::make_shared<CatchupOptions>();
  command->add_option("--events", options->events, "Made meanwhile")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--pairs", options->pairs, "Visitors, each with an operator")
      ->capture_default_str()
      ->check(CLI::Range(1, 5'000));
  command->add_option("--rate", options->rate, "Living messages a second while it catches up")
      ->capture_default_str();
  command->add_option("--before", options->before_s, "Seconds of them before and after")
      ->capture_default_str();
  add_common(command, common);
  on_parsed<CatchupOptions>(command, common, options, run_catchup, exit_code);
}

void add_storm(CLI::App& app, Common& common, int* exit_code) {
  auto* const command =
      app.add_subcommand("storm", "The node was killed and is back: everybody reconnects at once");
  const auto options = std::make_shared<StormOptions>();
  command->add_option("--browsing", options->browsing, "Visitors who do not chat")
      ->capture_default_str()
      ->check(CLI::Range(0, 17'000));
  command->add_option("--chatting", options->chatting, "Visitors in a chat")
      ->capture_default_str()
      ->check(CLI::Range(1, 9'000));
  command->add_option("--at-once", options->at_once, "Dials under way")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  const std::map<std::string, VisitorProof> proofs{{"key", VisitorProof::kKey},
                                                   {"secret", VisitorProof::kSecret}};
  command
      ->add_option("--proof", options->proof,
                   "Of the visitors: key (ECDSA, as browsers have it) or secret")
      ->transform(CLI::CheckedTransformer(proofs))
      ->default_str("key");
  add_common(command, common);
  on_parsed<StormOptions>(command, common, options, run_storm, exit_code);
}

int run(int argc, char** argv) {
  CLI::App app("Measures real holdfast processes on this machine.", "holdfast-bench");
  app.require_subcommand(1);
  Common common;
  int exit_code = 0;
  add_relay(app, common, &exit_code);
  add_connections(app, common, &exit_code);
  add_journal(app, common, &exit_code);
  add_failover(app, common, &exit_code);
  add_catchup(app, common, &exit_code);
  add_storm(app, common, &exit_code);
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
