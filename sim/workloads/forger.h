// A visitor who lies, at both deployments at once: opens a chat like anybody, and then
//   - says that it holds words of an operator that were never said, and pushes them when asked;
//   - sends events as somebody else, of a kind or for eyes that are not a visitor's to choose;
//   - says two things under one id, one here and the other one there.
// What it sends as itself is composed like anybody's; the lies are not, and must show nowhere.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocol/frames.gen.h"
#include "sim/cluster.h"

namespace holdfast::sim {

class Forger {
 public:
  Forger(Cluster& cluster, SeededRandom random);
  void start() { visit(); }
  void fall_silent() { silent_ = true; }

 private:
  // One connection, of one visit.
  struct Door {
    Deployment at;
    ChannelPtr channel;
    bool lied = false;
  };

  void visit();
  void dial(Door& door);
  void leave();
  void text(Door& door, const std::string& text);
  void on(Door& door, const protocol::from_node::Accepted& accepted);
  void on(Door& door, const protocol::from_node::Want& want);

  // What it says.
  ContentPtr make(const ChatId& chat, const Author& author, const char* kind, Audience audience,
                  const std::string& text, std::optional<protocol::EventId> id = std::nullopt);
  void write_its_part();
  void send(const Door& door, const protocol::Content& content);
  void claim_to_hold_a_lie(const Door& door, const Acceptance& genuine);
  void speak_as_others(const Door& door);
  void speak_with_two_tongues(const Door& door);

  Cluster& cluster_;
  SeededRandom random_;
  Party party_;
  std::string secret_;
  Author author_;
  std::uint64_t visit_ = 0;
  std::string name_ = "forger";
  std::map<Deployment, Door> doors_;
  ContentPtr opening_;
  std::optional<Acceptance> opening_acc_;
  ContentPtr forged_;
  ContentPtr yes_, no_;  // one id
  bool silent_ = false;
};

}  // namespace holdfast::sim
