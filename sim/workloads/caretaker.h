// Somebody at the command line when nothing fails any more: settings of which every copy was
// destroyed can be brought back by no node, and are said anew (`holdfast site origins` and the
// like, docs/operations.md).
#pragma once

#include "sim/cluster.h"

namespace holdfast::sim {

class Caretaker {
 public:
  Caretaker(Cluster& cluster, SeededRandom random);
  // Looks now, and again for as long as a node did not take what it was told.
  void look();

 private:
  // Of the settings with which the world began: those without which somebody cannot be served, and
  // of these the ones whose register no journal knows.
  std::vector<protocol::ContentPtr> worth_saying() const;
  std::vector<protocol::ContentPtr> lost();
  void say_anew(const std::vector<protocol::ContentPtr>& writes);

  Cluster& cluster_;
  SeededRandom random_;
  Party party_;
};

}  // namespace holdfast::sim
