// `connections`: what a link costs in memory, of the node and of the kernel: of visitors who browse
// and of people who chat.
#include <fstream>
#include <map>
#include <sstream>

#include "bench/runs.h"

namespace holdfast::bench {
namespace {

using protocol::Deployment;

constexpr Span kRest = seconds(1);  // for buffers that only the opening needed to be given back

struct Memory {
  double node = 0;           // resident bytes of the node
  double slab = 0;           // of the kernel, all of it
  double unreclaimable = 0;  // of that, what it cannot take back
  double tcp_buffers = 0;
};

std::map<std::string, double> meminfo() {
  std::ifstream in("/proc/meminfo");
  std::map<std::string, double> bytes;
  std::string name;
  double kilobytes = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream(line) >> name >> kilobytes;
    bytes[name.substr(0, name.size() - 1)] = kilobytes * 1'024;
  }
  return bytes;
}

double tcp_buffer_bytes() {
  std::ifstream in("/proc/net/sockstat");
  for (std::string line; std::getline(in, line);) {
    const auto at = line.find(" mem ");
    if (line.starts_with("TCP:") && at != std::string::npos)
      return std::stod(line.substr(at + 5)) * 4'096;
  }
  return 0;
}

Memory memory_of(Stage& stage) {
  stage.poller().run_for(kRest);
  const auto kernel = meminfo();
  return {static_cast<double>(stage.installation().process(Deployment::kPrimary).usage().rss_bytes),
          kernel.at("Slab"), kernel.at("SUnreclaim"), tcp_buffer_bytes()};
}

void report_each(Report& report, const std::string& section, const Memory& before,
                 const Memory& after, std::size_t count, const std::string& goal) {
  const auto each = [count](double more) { return more / static_cast<double>(count); };
  report.count(section, "counted", count);
  report.number(section, "node, bytes each", each(after.node - before.node), "", goal);
  // Both ends of a link are on this machine.
  report.number(section, "kernel, bytes each end, not reclaimable",
                each(after.unreclaimable - before.unreclaimable) / 2, "");
  report.number(section, "kernel, bytes each end, with caches", each(after.slab - before.slab) / 2,
                "");
  report.number(section, "kernel, TCP buffers, bytes each end",
                each(after.tcp_buffers - before.tcp_buffers) / 2, "");
}

Result<void> talk_a_little(Stage& stage, Crowd& crowd, std::size_t messages) {
  for (std::size_t i = 0; i < messages; ++i) {
    const Side by = i % 2 == 0 ? Side::kVisitor : Side::kOperator;
    for (std::uint32_t pair = 0; pair < crowd.pairs(); ++pair) crowd.say(pair, by, now());
    crowd.settle(now() + kSettle);
  }
  stage.poller().run_for(kRest);
  return nothing_lost(crowd.book());
}

}  // namespace

Result<void> run_connections(const Common& common, const ConnectionsOptions& options) {
  json::Object told = common.to_json();
  told["browsing"] = options.browsing;
  told["chatting"] = options.chatting;
  told["messages"] = options.messages;
  Report report("connections", told);
  Progress progress(common.quiet);

  CrowdOptions crowd_options;
  crowd_options.pairs = options.chatting;
  crowd_options.links = Links::kOne;
  HF_TRY(stage, Stage::make(common, {}, crowd_options, 1, progress));
  Passers passers(stage->world(), options.browsing, VisitorProof::kSecret);
  Crowd crowd(stage->world(), stage->installation(), crowd_options);

  const Memory empty = memory_of(*stage);
  progress.phase("connecting people who browse");
  HF_CHECKED(connect_all(stage->world(), passers.people(), Links::kOne, 200, progress));
  const Memory browsing = memory_of(*stage);
  HF_CHECKED(crowd.assemble(progress));
  const Memory greeted = memory_of(*stage);
  progress.phase("talking");
  HF_CHECKED(talk_a_little(*stage, crowd, options.messages));
  const Memory chatting = memory_of(*stage);

  report.number("node", "empty, MB", empty.node / 1e6, "");
  report_each(report, "a browsing visitor", empty, browsing, options.browsing, "<= 1200");
  report_each(report, "a chat just begun (its share of an operator's link included)", browsing,
              greeted, options.chatting, "<= 8192");
  report_each(report, "a chat after its messages", browsing, chatting, options.chatting, "<= 8192");
  report.count("counts", "links", passers.people().size() + crowd.people().size());
  report_counts(report, crowd.book());
  report_clients(report, stage->counters());
  return report.publish(common.json);
}

}  // namespace holdfast::bench
