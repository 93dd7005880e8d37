#include "sim/workloads/caretaker.h"

#include <algorithm>
#include <set>

#include "app/admin/settings_write.h"
#include "base/json.h"
#include "base/ulid.h"
#include "chat/chat.h"
#include "protocol/hashes.h"

namespace holdfast::sim {
namespace {

constexpr Ms kLooksAgain{2'000};

}  // namespace

Caretaker::Caretaker(Cluster& cluster, SeededRandom random)
    : cluster_(cluster), random_(random), party_(cluster.network().add("caretaker")) {}

void Caretaker::look() {
  const auto writes = lost();
  if (writes.empty()) return;
  // With a part of the settings the nodes have to come up by themselves.
  const bool all_lost = writes.size() == worth_saying().size();
  if (all_lost || std::ranges::all_of(cluster_.nodes(), &NodeHost::ready)) say_anew(writes);
  cluster_.scheduler().after(kLooksAgain, [this] { look(); });
}

std::vector<protocol::ContentPtr> Caretaker::lost() {
  std::set<std::pair<std::string, std::string>> known;
  for (DataCentre* const centre : cluster_.centres()) {
    const auto held = centre->disk->journal().read_settings().value();
    for (const auto& stored : held) {
      const auto write = chat::parse_write(*stored.entry.content);
      if (write) known.emplace(write->entity, write->field);
    }
  }
  auto lost = worth_saying();
  std::erase_if(lost, [&known](const protocol::ContentPtr& content) {
    const auto write = chat::parse_write(*content);
    return known.contains({write->entity, write->field});
  });
  return lost;
}

// A name serves nobody, and whether the apprentice may come in is the settings writer's affair.
std::vector<protocol::ContentPtr> Caretaker::worth_saying() const {
  auto writes = cluster_.genesis();
  std::erase_if(writes, [](const protocol::ContentPtr& content) {
    const auto write = chat::parse_write(*content);
    return write->field == "name" || write->entity == "operator:apprentice";
  });
  return writes;
}

void Caretaker::say_anew(const std::vector<protocol::ContentPtr>& writes) {
  const WallMs now = true_wall(cluster_.scheduler().now());
  json::Array events;
  for (const protocol::ContentPtr& content : writes) {
    const auto write = chat::parse_write(*content);
    cluster_.trace().line("{} of {} is said anew", write->field, write->entity);
    cluster_.trace().sometimes("settings that nobody had any more said anew");
    const auto anew = app::compose_write(
        {cluster_.site(), write->entity, write->field, write->value_json, false, {}},
        protocol::Author("a:cli"), protocol::EventId(Ulid::make(now, random_).text()), random_);
    events.push_back(json::Object{{"head", anew->head_bytes}, {"body", *anew->body_bytes}});
  }
  const std::string path = "/v1/admin/append";
  const std::string body = json::serialize(json::Object{{"events", std::move(events)}});
  const auto nodes = cluster_.nodes();
  cluster_.network().request(
      party_, nodes[random_.below(nodes.size())]->party(),
      {"POST", path, protocol::admin_authorization(cluster_.keys().admin, now, "POST", path, body),
       body},
      kLooksAgain, [](const std::optional<HttpAnswer>&) {});
}

}  // namespace holdfast::sim
