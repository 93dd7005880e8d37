// What goes wrong, and when. Each run draws a few kinds of fault (not all of them: some bugs hide
// when everything fails at once), and for each kind how often it strikes. Every fault ends by
// itself or at the healing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/cluster.h"

namespace holdfast::sim {

// What is left out of a run that is told again, to find out what it takes to fail.
struct Spared {
  std::set<std::string> kinds;
  std::set<std::size_t> strikes;  // by their numbers
};

class Faults {
 public:
  Faults(Cluster& cluster, const ClusterPlan& plan, SeededRandom random);

  // Draws the kinds of this run and plans their strikes until `end`.
  void plan(SimMs end, std::size_t strikes_min, const Spared& spared);
  // Everything works again: mends, powers on, resumes, sets the clocks.
  void heal();
  std::string kinds_text() const;
  std::vector<std::string> kinds() const;
  // The strikes that were not spared, by their numbers.
  const std::map<std::size_t, std::string>& strikes() const { return strikes_; }

 private:
  struct Kind {
    const char* name;
    double likely;                 // that a run has it
    std::function<bool()> strike;  // false: not possible now
  };

  void define_network();
  void define_machines();
  void define_disks();
  void define_people();
  void define_moderator();
  void define_versions();
  void define_keys();
  void strike(const Kind& kind, std::uint64_t seed);

  Ms draw(Ms least, Ms most);
  bool cut_for(const std::vector<Party>& from, const std::vector<Party>& to, bool both_ways,
               Ms time);
  void later(Ms delay, std::function<void()> what);
  DataCentre& some_centre();
  NodeHost& some_node();
  Tab& some_tab();
  std::vector<Party> people();
  bool weather_for(const std::function<void(Weather&)>& change, Ms time);
  void power_off(DataCentre& centre);
  void power_on(DataCentre& centre);
  // Stops the nodes once the moderator calls it safe, starts them again, and gives them back.
  void upgrade_when_safe(DataCentre& centre);
  bool forgets_an_erasure(DataCentre& centre, journal::MemoryJournal& then);
  bool returns_behind_a_cut();
  bool sleeps_over_its_lease();
  bool newer_version_runs();
  bool restore_backup(DataCentre& centre);
  bool lose_everything(bool interrupted);
  bool promote_database();
  // Until it serves again.
  void watch_first_fetch(DataCentre& centre, std::size_t settings, bool interrupt);
  bool roll_back();
  bool clone_a_machine(bool memory_too);
  void stop_clone();
  bool rotate_cluster_key();
  bool rotate_moderator_key();
  // Everybody's files and pages have these from now on; `then`: every node runs with them.
  void hand_out(const protocol::Keys& keys, std::function<void()> then);
  void restart_with_keys(NodeHost& node);
  void once_all_have_them(std::function<void()> then);
  void tell_destroyed(DataCentre& centre, const std::set<Digest>& lost);

  Cluster& cluster_;
  ClusterPlan plan_;
  SeededRandom random_;
  std::vector<Kind> kinds_;
  std::vector<const Kind*> drawn_;
  std::map<std::size_t, std::string> strikes_;
  bool peace_ = true;
  bool healed_ = false;
  std::map<Deployment, std::vector<std::unique_ptr<journal::MemoryJournal>>> backups_;
  std::optional<Deployment> wiped_;  // only one deployment of a run loses everything
  Clone* clone_ = nullptr;           // while it runs
  bool rotating_ = false;            // keys are being changed
  std::map<std::pair<Party, Party>, Weather> fair_weather_;
};

}  // namespace holdfast::sim
