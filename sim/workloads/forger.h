// A visitor who lies: opens a chat like anybody, says that it holds words of an operator that were
// never said, and pushes them when a node asks for them, with a MAC of its own making.
#pragma once

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
  void visit();
  void text(const std::string& text);
  void on(const protocol::from_node::Welcome& welcome);
  void on(const protocol::from_node::Accepted& accepted);
  void on(const protocol::from_node::Want& want);
  void leave();

  Cluster& cluster_;
  SeededRandom random_;
  Party party_;
  std::string secret_;
  Author author_;
  ChannelPtr channel_;
  std::uint64_t visit_ = 0;
  std::string name_ = "forger";
  ContentPtr opening_;
  std::vector<Acceptance> opening_acc_;
  ContentPtr forged_;
  bool silent_ = false;
};

}  // namespace holdfast::sim
