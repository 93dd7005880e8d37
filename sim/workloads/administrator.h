// Somebody at the command line who is asked, now and then, to erase a visitor: `holdfast erase`.
// What was accepted must hold for ever, whatever fails.
#pragma once

#include "sim/cluster.h"

namespace holdfast::sim {

class Administrator {
 public:
  Administrator(Cluster& cluster, SeededRandom random);
  void start() { wait(); }
  void fall_silent() { silent_ = true; }

 private:
  void wait();
  void erase_somebody();

  Cluster& cluster_;
  SeededRandom random_;
  Party party_;
  bool silent_ = false;
};

}  // namespace holdfast::sim
