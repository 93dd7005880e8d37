#include "sim/workloads/settings_writer.h"

#include "app/admin/settings_write.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/ulid.h"
#include "protocol/base64url32.h"
#include "protocol/hashes.h"

namespace holdfast::sim {
namespace {

constexpr std::int64_t kChangeEveryMs = 15'000;
constexpr Ms kWaitsForNode{2'000};
constexpr Ms kTriesAgain{3'000};

// The digests that a write of this register has to name, as a node tells them.
std::vector<Digest> unreplaced(const std::string& told, const std::string& entity,
                               const std::string& field) {
  std::vector<Digest> digests;
  const auto object = json::parse_object(told);
  if (!object) return digests;
  for (const json::Value& each : object->at("settings").as_array()) {
    const json::Object& one = each.as_object();
    if (one.at("entity").as_string() != entity || one.at("field").as_string() != field) continue;
    for (const json::Value& digest : one.at("unreplaced").as_array())
      digests.emplace_back(*protocol::decode_base64url32(std::string_view(digest.as_string())));
  }
  return digests;
}

}  // namespace

SettingsWriter::SettingsWriter(Cluster& cluster, SeededRandom random)
    : cluster_(cluster), random_(random), party_(cluster.network().add("settings writer")) {}

void SettingsWriter::start() {
  wait();
  if (cluster_.apprentice() != nullptr) look_after_the_apprentice();
}

// Whoever was locked out tries again and again.
void SettingsWriter::look_after_the_apprentice() {
  cluster_.scheduler().after(kTriesAgain, [this] {
    Tab& tab = *cluster_.apprentice();
    if (tab.client().trouble()) {
      cluster_.trace().sometimes("a revoked operator was shut out");
      tab.client().renew();
    }
    look_after_the_apprentice();
  });
}

void SettingsWriter::wait() {
  cluster_.scheduler().after(
      Ms(kChangeEveryMs + static_cast<std::int64_t>(random_.below(2 * kChangeEveryMs))), [this] {
        if (silent_) return;
        Change first = draw();
        Change second = draw();
        second.entity = first.entity;
        second.field = first.field;
        if (first.field == "origins") {
          second = first;
        } else if (first.field == "active") {
          second.revoke = random_.chance(0.5);
          second.value = second.revoke ? "false" : "true";
        } else if (second.revoke || second.value == "true") {
          second = first;
        }
        const auto some_node = [&](Deployment deployment) -> NodeHost& {
          auto& nodes = cluster_.centre(deployment).nodes;
          return *nodes[random_.below(nodes.size())];
        };
        const bool both = random_.chance(0.7);
        if (both || random_.chance(0.5)) change(some_node(Deployment::kPrimary), first);
        if (both) change(some_node(Deployment::kRedundant), second);
        wait();
      });
}

SettingsWriter::Change SettingsWriter::draw() {
  const std::string name = app::json_text("Name " + std::to_string(++number_));
  const double dice = random_.unit();
  const std::string site = "site:" + cluster_.site().value();
  // The same pages as ever: a node that lost everything hears the newest writes first, and must not
  // take this one for the whole.
  if (dice < 0.15) return {site, "origins", json::serialize(json::Array{kShopOrigin})};
  if (dice < 0.35) return {site, "name", name};
  if (dice < 0.6 || cluster_.apprentice() == nullptr) return {"operator:op1", "name", name};
  const bool revoke = random_.chance(0.5);
  return {"operator:" + cluster_.apprentice()->author().value().substr(2), "active",
          revoke ? "false" : "true", revoke};
}

void SettingsWriter::change(NodeHost& node, const Change& what) {
  request(node, "GET", "/v1/admin/settings", "",
          [this, &node, what](const std::string& known) { write(node, what, known); });
}

void SettingsWriter::write(NodeHost& node, const Change& what, const std::string& known) {
  const WallMs now = true_wall(cluster_.scheduler().now());
  const auto content = app::compose_write(
      {cluster_.site(), what.entity, what.field, what.value, what.revoke,
       unreplaced(known, what.entity, what.field)},
      Author("a:owner"), protocol::EventId(Ulid::make(now, random_).text()), random_);
  const std::string body = json::serialize(json::Object{
      {"events",
       json::Array{json::Object{{"head", content->head_bytes}, {"body", *content->body_bytes}}}}});
  cluster_.trace().line("{} of {} becomes {} at {}", what.field, what.entity, what.value,
                        node.name());
  request(node, "POST", "/v1/admin/append", body,
          [this](const std::string&) { cluster_.trace().sometimes("settings written"); });
}

void SettingsWriter::request(NodeHost& node, const std::string& method, const std::string& path,
                             const std::string& body,
                             std::function<void(const std::string&)> then) {
  const WallMs now = true_wall(cluster_.scheduler().now());
  cluster_.network().request(
      party_, node.party(),
      {method, path, protocol::admin_authorization(cluster_.keys().admin, now, method, path, body),
       body},
      kWaitsForNode, [then = std::move(then)](const std::optional<HttpAnswer>& answer) {
        if (answer && answer->status == 200) then(answer->body);
      });
}

}  // namespace holdfast::sim
