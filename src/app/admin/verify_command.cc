#include "app/admin/verify_command.h"

#include <chrono>
#include <thread>

#include "app/admin/sums_json.h"
#include "moderator/node_words.h"
#include "replication/verify.h"

namespace holdfast::app {
namespace {

constexpr Ms kLookAgain{100};

Result<protocol::Holdings> holdings_of(DeploymentClient& client) {
  HF_TRY(answer, client.get("/v1/admin/holds"));
  auto holdings = moderator::read_holds(json::serialize(answer));
  if (!holdings) return within(client.name(), holdings.error());
  return holdings;
}

Result<replication::VerifyReport> report_of(DeploymentClient& client, protocol::Holdings holdings,
                                            const replication::Mark& mark) {
  replication::VerifyReport report;
  report.name = client.name();
  report.holdings = std::move(holdings);
  HF_TRY(state, client.get("/v1/admin/state"));
  HF_TRY(build, json::get_text(state, "build"));
  HF_TRY(config, json::get_text(state, "config"));
  report.build = build;
  report.config_digest = config;
  HF_TRY(sums, client.post("/v1/admin/sums", mark_json(mark)));
  auto chats = read_sums(json::serialize(sums));
  if (!chats) return within(client.name(), chats.error());
  report.chats = std::move(*chats);
  return report;
}

}  // namespace

Result<VerifyAnswer> verify(DeploymentClient& a, DeploymentClient& b, Clock& clock, Ms patience) {
  HF_TRY(held_a, holdings_of(a));
  HF_TRY(held_b, holdings_of(b));
  const auto mark = replication::mark_of(held_a, held_b);
  const auto until = clock.now().mono + patience;
  while (clock.now().mono < until &&
         !(replication::reached(held_a, mark) && replication::reached(held_b, mark))) {
    std::this_thread::sleep_for(kLookAgain);
    HF_TRY(newer_a, holdings_of(a));
    HF_TRY(newer_b, holdings_of(b));
    held_a = std::move(newer_a);
    held_b = std::move(newer_b);
  }
  HF_TRY(report_a, report_of(a, std::move(held_a), mark));
  HF_TRY(report_b, report_of(b, std::move(held_b), mark));
  const auto differences = replication::compare(mark, report_a, report_b);

  VerifyAnswer answer;
  answer.same = replication::same(differences);
  for (const auto& difference : differences) answer.text += difference.text + "\n";
  if (answer.same) {
    std::uint64_t entries = 0;
    for (const auto& [origin, ranges] : mark) entries += ranges.count();
    answer.text += fmt::format("{} and {} hold the same: {} entries of {} origins in {} chats\n",
                               a.name(), b.name(), entries, mark.size(), report_a.chats.size());
  }
  return answer;
}

}  // namespace holdfast::app
