// The world of one run: two deployments, a moderator, browsers, and the network between them. It is
// drawn from the seed.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "bus/in_process_bus.h"
#include "protocol/keys.h"
#include "sim/client/verify_once.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/moderator_host.h"
#include "sim/network.h"
#include "sim/node_host.h"
#include "sim/tab.h"
#include "sim/trace.h"

namespace holdfast::sim {

struct ClusterPlan {
  int nodes = 1;  // in each deployment, over one journal
  int operators = 2;
  int visitors = 5;
  bool keeps_inputs = false;  // machines can be rolled back
  bool both_dial = true;      // or Primary alone
  bool genesis_in_both = true;
  bool apprentice = false;
  bool second_tabs = false;
  bool thin_line = false;   // a catch-up between the data centres takes its time
  bool walled_off = false;  // the first operator's network does not reach primary
};

// Everything in one data centre.
struct DataCentre {
  protocol::Deployment deployment;
  bus::InProcessBus bus;
  std::unique_ptr<Disk> disk;
  std::vector<std::unique_ptr<NodeHost>> nodes;

  std::vector<Party> parties() const;
};

// A machine of a data centre that was started a second time, from a copy of its disk.
struct Clone {
  explicit Clone(DataCentre& of) : centre(of) {}

  DataCentre& centre;
  bus::InProcessBus bus;
  std::unique_ptr<Disk> disk;
  std::unique_ptr<NodeHost> node;
};

class Cluster {
 public:
  Cluster(Scheduler& scheduler, Trace& trace, Watcher& watcher, const ClusterPlan& plan,
          SeededRandom random);

  Network& network() { return network_; }
  DataCentre& centre(protocol::Deployment deployment) {
    return deployment == protocol::Deployment::kPrimary ? primary_ : redundant_;
  }
  std::array<DataCentre*, 2> centres() { return {&primary_, &redundant_}; }
  std::vector<NodeHost*> nodes();
  ModeratorHost& moderator() { return *moderator_; }
  // A copy of its machine, which nobody should start.
  ModeratorHost& second_moderator() { return *second_moderator_; }
  std::vector<std::unique_ptr<Tab>>& tabs() { return tabs_; }
  // An operator who may be locked out, and only looks; null when this world has none.
  Tab* apprentice() { return apprentice_.get(); }
  // Not started; it stays where it is until the world ends.
  Clone& make_clone(DataCentre& centre, const journal::MemoryJournal& disk, SeededRandom random);
  // As people have them: in key files and pages, whoever has read these.
  const protocol::Keys& keys() const { return keys_; }
  void set_keys(protocol::Keys keys) { keys_ = std::move(keys); }
  const protocol::SiteId& site() const { return site_; }
  // The settings with which the world began.
  const std::vector<protocol::ContentPtr>& genesis() const { return genesis_; }
  Watcher& watcher() { return watcher_; }
  Scheduler& scheduler() { return scheduler_; }
  Trace& trace() { return trace_; }

  void start();
  // What people's own networks do not let through.
  void put_up_walls();
  // Whether those who receive effects fail now and then.
  void set_receivers_fail(bool fail) { receivers_fail_ = fail; }
  // Every machine of both data centres and everybody else, for faults of the network.
  std::vector<Party> everybody();

 private:
  void make_keys(SeededRandom& random);
  void make_centre(DataCentre& centre, const ClusterPlan& plan, SeededRandom& random);
  void make_moderator(SeededRandom& random);
  void make_tabs(const ClusterPlan& plan, SeededRandom& random);
  void write_genesis(const ClusterPlan& plan, SeededRandom& random);
  void make_weather(SeededRandom& random);

  Scheduler& scheduler_;
  Trace& trace_;
  Watcher& watcher_;
  protocol::SiteId site_{"shop"};
  std::vector<protocol::ContentPtr> genesis_;
  protocol::Keys keys_;
  std::array<std::uint8_t, 32> signing_seed_{};
  Network network_;
  DataCentre primary_{protocol::Deployment::kPrimary, {}, {}, {}};
  DataCentre redundant_{protocol::Deployment::kRedundant, {}, {}, {}};
  std::vector<std::unique_ptr<Clone>> clones_;
  std::unique_ptr<ModeratorHost> moderator_, second_moderator_;
  VerifyOnce verify_;
  std::vector<std::unique_ptr<Tab>> tabs_;
  std::unique_ptr<Tab> apprentice_;
  protocol::Epoch decided_{0};  // the highest that a moderator has made
  bool receivers_fail_ = true;
};

}  // namespace holdfast::sim
