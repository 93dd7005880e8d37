// Two people who change the settings, each through another deployment and often at the same moment:
// the site's name, an operator's name, and whether the apprentice may come in. Each names what the
// node that they ask knows (`holdfast operator`, `holdfast site`), so what they write at once is in
// conflict, and the more so while the deployments are cut off from each other.
//
// The apprentice is an operator who only looks: what becomes of chats when somebody is locked out
// is not for this workload.
#pragma once

#include <string>
#include <vector>

#include "sim/cluster.h"

namespace holdfast::sim {

class SettingsWriter {
 public:
  SettingsWriter(Cluster& cluster, SeededRandom random);
  void start();
  void fall_silent() { silent_ = true; }

 private:
  struct Change {
    std::string entity, field, value;
    bool revoke = false;
  };

  void wait();
  void look_after_the_apprentice();
  Change draw();
  // Asks a node what it knows, and writes over it.
  void change(NodeHost& node, const Change& what);
  void write(NodeHost& node, const Change& what, const std::string& known);
  void request(NodeHost& node, const std::string& method, const std::string& path,
               const std::string& body, std::function<void(const std::string&)> then);

  Cluster& cluster_;
  SeededRandom random_;
  Party party_;
  int number_ = 0;
  bool silent_ = false;
};

}  // namespace holdfast::sim
