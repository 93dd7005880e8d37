#include "sim/faults/faults.h"

#include <algorithm>

#include "protocol/names.h"

namespace holdfast::sim {

void Faults::power_off(DataCentre& centre) {
  for (const auto& node : centre.nodes) node->power_off();
  centre.disk->lose_power();
}

void Faults::power_on(DataCentre& centre) {
  for (const auto& node : centre.nodes) node->power_on();
}

// It is healthy again long before it hears what the other one took meanwhile.
bool Faults::returns_behind_a_cut() {
  DataCentre& centre = cluster_.centre(Deployment::kPrimary);
  if (!std::ranges::all_of(centre.nodes, [](const auto& node) { return node->running(); }))
    return false;
  const Ms away = draw(Ms(12'000), Ms(40'000));
  cut_for(centre.parties(), cluster_.centre(Deployment::kRedundant).parties(), true,
          away + draw(Ms(20'000), Ms(150'000)));
  power_off(centre);
  later(away, [this, &centre] { power_on(centre); });
  return true;
}

// Somebody else takes the lease while what it decided still waits for its disk.
bool Faults::sleeps_over_its_lease() {
  DataCentre& centre = some_centre();
  NodeHost& node = *centre.nodes[random_.below(centre.nodes.size())];
  if (!node.running() || node.paused()) return false;
  centre.disk->slow_down(draw(Ms(500), Ms(3'000)));
  later(draw(Ms(1'000), Ms(8'000)), [&node] {
    if (node.running() && !node.paused()) node.pause();
  });
  later(draw(Ms(9'000), Ms(12'000)), [&centre] { centre.disk->speed_up(); });
  later(draw(Ms(20'000), Ms(45'000)), [&node] { node.resume(); });
  return true;
}

// Somebody starts a copy of a machine while the machine goes on, and both have its address: who
// calls from now on may reach either. `memory_too`: not from its disk alone.
bool Faults::clone_a_machine(bool memory_too) {
  DataCentre& centre = some_centre();
  NodeHost& node = *centre.nodes.front();
  if (clone_ != nullptr || plan_.nodes != 1 || !node.ready() || node.paused()) return false;
  const auto image = memory_too ? node.image() : std::nullopt;
  if (memory_too && !image) return false;
  const auto disk = centre.disk->backup();
  clone_ = &cluster_.make_clone(centre, *disk, random_.fork());
  NodeHost& clone = *clone_->node;
  cluster_.watcher().cloned(centre.deployment);
  // What each of the two decides is beyond the lease of the other.
  cluster_.watcher().destroyed(centre.deployment, {});
  cluster_.trace().sometimes(memory_too ? "machine cloned, memory and all" : "disk cloned");
  if (memory_too) {
    clone.go_on_as_copy_of(node, *image);
  } else {
    clone.start_as_copy_of(node);
  }
  const DataCentre& others = cluster_.centre(protocol::other(centre.deployment));
  for (const Party other : others.parties()) {
    if (random_.chance(0.5)) cluster_.network().divert(other, node.party(), clone.party());
  }
  for (const Party person : people()) {
    if (!random_.chance(0.5)) continue;
    cluster_.network().divert(person, node.party(), clone.party());
    cluster_.network().reset_one(person, node.party());
  }
  // They may go on for a while before anybody can tell them.
  if (random_.chance(0.5)) {
    cut_for({node.party(), clone.party()}, others.parties(), true, draw(Ms(3'000), Ms(25'000)));
  } else if (random_.chance(0.5)) {
    const Ms time = draw(Ms(3'000), Ms(25'000));
    cut_for({random_.chance(0.5) ? node.party() : clone.party()}, others.parties(), true, time);
  }
  later(draw(Ms(5'000), Ms(90'000)), [this] { stop_clone(); });
  return true;
}

// Its disk is thrown away. What it alone took lives on in browsers, and where the peer pulled it.
void Faults::stop_clone() {
  if (clone_ == nullptr) return;
  Clone& clone = *std::exchange(clone_, nullptr);
  clone.node->kill();
  cluster_.network().end_diverting();
  if (clone.node->metrics()["peer_rollbacks_total"] > 0)
    cluster_.trace().sometimes("a clone was told that it is one");
  std::set<Digest> lost;
  const auto its = clone.disk->digests(), ours = clone.centre.disk->digests();
  std::ranges::set_difference(its, ours, std::inserter(lost, lost.end()));
  tell_destroyed(clone.centre, lost);
  const auto its_chain = clone.disk->chain(), our_chain = clone.centre.disk->chain();
  std::set<protocol::ChainHash> gone;
  std::ranges::set_difference(its_chain, our_chain, std::inserter(gone, gone.end()));
  cluster_.watcher().entries_gone(clone.centre.deployment, gone);
}

void Faults::define_machines() {
  kinds_.push_back({"node killed", 0.4, [this] {
                      NodeHost& node = some_node();
                      if (!node.running()) return false;
                      node.kill();
                      later(draw(Ms(200), Ms(30'000)), [&node] { node.start(); });
                      return true;
                    }});
  kinds_.push_back({"data centre loses power", 0.35, [this] {
                      DataCentre& centre = some_centre();
                      power_off(centre);
                      later(draw(Ms(500), Ms(60'000)), [this, &centre] { power_on(centre); });
                      return true;
                    }});
  kinds_.push_back(
      {"data centre returns behind a cut", 0.15, [this] { return returns_behind_a_cut(); }});
  kinds_.push_back({"node sleeps over its lease", plan_.nodes > 1 ? 0.5 : 0.05,
                    [this] { return sleeps_over_its_lease(); }});
  kinds_.push_back({"machine cloned, memory and all", plan_.keeps_inputs ? 0.4 : 0.02,
                    [this] { return clone_a_machine(true); }});
  kinds_.push_back({"disk of a machine cloned", plan_.nodes == 1 ? 0.2 : 0.02,
                    [this] { return clone_a_machine(false); }});
  kinds_.push_back({"node stands still", 0.3, [this] {
                      NodeHost& node = some_node();
                      if (!node.running() || node.paused()) return false;
                      node.pause();
                      later(draw(Ms(500), Ms(40'000)), [&node] { node.resume(); });
                      return true;
                    }});
  kinds_.push_back({"node's clock steps", 0.3, [this] {
                      NodeHost& node = some_node();
                      const std::int64_t size = random_.chance(0.5) ? 20'000 : 3'600'000;
                      node.clock().step(Ms(static_cast<std::int64_t>(random_.below(
                                               static_cast<std::uint64_t>(2 * size))) -
                                           size));
                      later(draw(Ms(5'000), Ms(60'000)), [&node] { node.clock().correct(); });
                      return true;
                    }});
}

}  // namespace holdfast::sim
