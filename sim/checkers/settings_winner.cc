#include "sim/checkers/settings_winner.h"

#include <algorithm>
#include <tuple>

#include "base/json.h"

namespace holdfast::sim {
namespace {

using Register = std::tuple<std::string, std::string, std::string>;  // site, entity, field

struct Write {
  const protocol::Event* event;
  std::string value;
  bool revoke;
  std::vector<std::string> replaces;
  protocol::Hlc hlc;

  std::string digest() const { return event->content->digest.value().base64url(); }
};

bool beats(const Write& a, const Write& b) {
  if (a.revoke != b.revoke) return a.revoke;
  const auto place = [](const Write& one) {
    return std::tuple(one.hlc, one.event->content->head.id, one.digest());
  };
  return place(a) > place(b);
}

std::map<Register, std::vector<Write>> writes_in(const FinalJournal& journal) {
  std::map<Register, std::vector<Write>> all;
  for (const auto& [digest, event] : journal.events) {
    if (event.content->head.kind != "set" || !event.content->body_bytes) continue;
    const auto body = json::parse_object(*event.content->body_bytes);
    // What cannot be read counts for nobody.
    if (!body || !json::get_text(*body, "entity") || !json::get_text(*body, "field") ||
        !json::get_bool(*body, "revoke") || !json::get_array(*body, "replaces") ||
        !body->contains("value"))
      continue;
    Write write{&event, json::serialize(body->at("value")), body->at("revoke").as_bool(), {}, {}};
    for (const json::Value& each : body->at("replaces").as_array())
      write.replaces.emplace_back(each.as_string());
    write.hlc = std::ranges::min(event.acceptances, {}, &Acceptance::hlc).hlc;
    all[{event.content->head.site.value(), std::string(body->at("entity").as_string()),
         std::string(body->at("field").as_string())}]
        .push_back(std::move(write));
  }
  return all;
}

// The value that counts, and how many contended for it.
std::pair<std::string, std::size_t> winner_of(const std::vector<Write>& writes) {
  std::set<std::string> replaced;
  for (const Write& write : writes) replaced.insert(write.replaces.begin(), write.replaces.end());
  const Write* best = nullptr;
  std::size_t contenders = 0;
  for (const Write& write : writes) {
    if (replaced.contains(write.digest())) continue;
    ++contenders;
    if (best == nullptr || beats(write, *best)) best = &write;
  }
  return {best == nullptr ? "null" : best->value, contenders};
}

}  // namespace

void SettingsWinner::at_end(const Ending& ending) {
  for (const auto& [register_name, writes] : writes_in(ending.primary)) {
    if (winner_of(writes).second > 1) trace_.sometimes("settings in conflict");
  }
  for (const auto& [node, told] : ending.settings_told) check_node(ending, node, told);
  check_apprentice(ending);
}

void SettingsWinner::check_node(const Ending& ending, const std::string& node,
                                const std::string& told) {
  const auto writes = writes_in(ending.primary);
  const auto object = json::parse_object(told);
  if (!object) return failures_.add(kRule, "{} answers with no settings", node);
  std::size_t compared = 0;
  for (const json::Value& each : object->at("settings").as_array()) {
    const json::Object& one = each.as_object();
    const auto text = [&](const char* name) { return std::string(one.at(name).as_string()); };
    const auto found = writes.find({text("site"), text("entity"), text("field")});
    // Secrets are not told.
    if (found == writes.end() || text("field") == "password" || text("field") == "secret") continue;
    ++compared;
    const std::string value = json::serialize(one.at("value")),
                      wins = winner_of(found->second).first;
    if (value == wins) continue;
    return failures_.add(kRule, "{} says that {} of {} is {}, where {} wins", node, text("field"),
                         text("entity"), value, wins);
  }
  if (compared == 0) failures_.add(kRule, "{} knows no settings", node);
}

void SettingsWinner::check_apprentice(const Ending& ending) {
  if (ending.apprentice == nullptr) return;
  const std::string id = ending.apprentice->author().value().substr(2);
  const auto writes = writes_in(ending.primary);
  const auto active = writes.find({"shop", "operator:" + id, "active"});
  if (active == writes.end()) return;
  const bool may = winner_of(active->second).first == "true";
  trace_.sometimes(may ? "apprentice is in at the end" : "apprentice is out at the end");
  if (!may && ending.apprentice->client().connected())
    failures_.add(kRule, "{} is revoked and still in", ending.apprentice->name());
}

}  // namespace holdfast::sim
