#include "sim/workloads/administrator.h"

#include "base/json.h"
#include "base/ulid.h"
#include "chat/erasure.h"
#include "protocol/content.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"

namespace holdfast::sim {
namespace {

constexpr std::int64_t kRestsMs = 40'000;
constexpr Ms kPatience{2'000};

}  // namespace

Administrator::Administrator(Cluster& cluster, SeededRandom random)
    : cluster_(cluster), random_(random), party_(cluster.network().add("administrator")) {}

void Administrator::wait() {
  const Ms rest(kRestsMs + static_cast<std::int64_t>(random_.below(3 * kRestsMs)));
  cluster_.scheduler().after(rest, [this] {
    if (silent_) return;
    erase_somebody();
    wait();
  });
}

void Administrator::erase_somebody() {
  std::vector<const Tab*> visitors;
  for (const auto& tab : cluster_.tabs()) {
    if (!tab->is_operator()) visitors.push_back(tab.get());
  }
  const Tab& whom = *visitors[random_.below(visitors.size())];
  const WallMs now = true_wall(cluster_.scheduler().now());
  const chat::Erasure what{
      cluster_.site(),
      whom.author(),
      {},
      protocol::Hlc(static_cast<std::uint64_t>(now.value()) * protocol::kHlcPerMs)};
  const protocol::Draft draft{cluster_.site(),
                              protocol::ChatId(),
                              protocol::Author("a:cli"),
                              protocol::EventId(Ulid::make(now, random_).text()),
                              "erase",
                              protocol::Audience::kNodes,
                              {}};
  const auto content = protocol::compose(
      draft, chat::erasure_body(what, protocol::nonce_text(random_.bytes<16>()), ""));
  const std::string body = json::serialize(json::Object{
      {"events",
       json::Array{json::Object{{"head", content->head_bytes}, {"body", *content->body_bytes}}}}});
  const std::string path = "/v1/admin/append";
  const auto nodes = cluster_.nodes();
  cluster_.trace().line("{} is to be erased", whom.name());
  cluster_.network().request(
      party_, nodes[random_.below(nodes.size())]->party(),
      {"POST", path, protocol::admin_authorization(cluster_.keys().admin, now, "POST", path, body),
       body},
      kPatience, [this](std::optional<HttpAnswer> answer) {
        cluster_.trace().sometimes(answer && answer->status == 200 ? "erasure accepted"
                                                                   : "erasure not answered");
      });
}

}  // namespace holdfast::sim
