// Invariant 5. After the faults stop both deployments and all connected clients converge, and no
// chat is stuck.
//
// Asked again and again after the healing: complaints() says what is not yet as it should be.
// Entries of the last moments are on their way and no complaint: a deployment must hold what the
// other one held a while ago.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "sim/checkers/checker.h"
#include "sim/cluster.h"

namespace holdfast::sim {

FinalJournal read_journal(journal::Journal& journal);

class Converged {
 public:
  explicit Converged(Cluster& cluster) : cluster_(cluster) {}

  // Called once a second. Empty: all is well.
  std::vector<std::string> complaints();
  // At the very end, when nothing is on its way any more: the journals are equal.
  std::vector<std::string> differences() const;
  // How many entries one deployment lacks of the other, and how many own events are not safe.
  std::size_t backlog() const;

 private:
  struct Holdings {
    protocol::Holdings primary, redundant;
  };
  void tabs(std::vector<std::string>& complaints);
  void attendance(std::vector<std::string>& complaints);
  void chats(std::vector<std::string>& complaints);

  Cluster& cluster_;
  std::deque<Holdings> past_;
};

}  // namespace holdfast::sim
