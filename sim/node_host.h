// One simulated machine that runs `holdfast serve`: the real Node, and the shell round it that the
// program has too. Sockets, disk and clock become inputs, effects are carried out in order.
//
// The machine outlives its processes; each process is one incarnation.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "bus/bus.h"
#include "journal/damage_watch.h"
#include "node/node.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/network.h"
#include "sim/process.h"
#include "sim/trace.h"

namespace holdfast::sim {

// Whose pages may open a link.
inline constexpr const char* kShopOrigin = "https://shop.example";
inline constexpr const char* kConsoleOrigin = "https://console.example";

struct NodePlan {
  node::Config config;
  std::string name;           // in traces
  std::string host;           // as clients call it
  bool dials = true;          // keeps a connection to the peer deployment
  bool keeps_inputs = false;  // for roll_back()
  double drift_ppm = 0;
  Ms start_delay{300};         // from the end of a process to the next
  std::function<void()> back;  // it runs again
  // Where effects arrive: hears the id of a webhook call. Null: nobody is there.
  std::function<void(const std::string& id)> receiver;
  std::function<bool()> receiver_fails;
};

// A machine as its virtualisation could save it: memory and disk of one moment.
struct MachineImage {
  std::uint64_t life;
  std::size_t inputs;
  std::unique_ptr<journal::MemoryJournal> journal;
  std::vector<node::SessionId> sessions;
  std::vector<node::PeerId> peers;
};

class NodeHost {
 public:
  NodeHost(Scheduler& scheduler, Trace& trace, Network& network, Disk& disk, bus::Bus& bus,
           NodePlan plan, SeededRandom random);
  ~NodeHost();

  Party party() const { return party_; }
  const std::string& name() const { return name_; }
  protocol::Deployment deployment() const { return plan_.config.deployment; }
  // The machines of the other deployment, nearest first.
  void set_peers(std::vector<Party> peers) { peer_machines_ = std::move(peers); }
  const std::vector<Party>& peers() const { return peer_machines_; }
  const NodePlan& plan() const { return plan_; }

  // ---- life ----
  void power_on();   // starts the process
  void power_off();  // nobody hears of it; the disk's fault is the caller's
  void kill();       // the process alone; it stays away until start()
  void start();
  void pause();
  void resume();
  bool running() const { return process_.alive(); }
  bool paused() const { return process_.paused(); }
  bool ready() const { return node_ != nullptr && node_->ready(); }
  std::string state_text() const;
  // Its key file is another one: read when the process starts.
  void set_keys(const protocol::Keys& keys);
  bool has_read_keys() const { return node_ != nullptr && keys_read_ == keys_written_; }
  // The database answers no more; then the connection to it breaks, and with it the incarnation.
  void hang_database();
  void lose_database();

  MachineClock& clock() { return clock_; }

  // Empty while the machine is in the middle of something.
  std::optional<MachineImage> image();
  // Makes the machine what it was then. False when the image is of an earlier process.
  bool roll_back(const MachineImage& image);
  // A machine that never ran becomes a copy of another, whose disk it has a copy of: of its files,
  // to be started, or of its memory too, and then it goes on as the same incarnation.
  void start_as_copy_of(const NodeHost& original);
  void go_on_as_copy_of(const NodeHost& original, const MachineImage& image);

  // Of all incarnations together: for what counts up, not for what says how things are.
  std::map<std::string, std::int64_t> metrics() const;
  // Effects that are not done yet, as far as its process knows.
  std::int64_t effects_pending() const;
  bool decides() const;
  std::uint64_t lives() const { return process_.life(); }

 private:
  void boot();
  void make_node();
  void relive(const MachineImage& image, std::vector<std::pair<node::Input, Now>> inputs,
              std::uint64_t next_id);
  void copy_files_of(const NodeHost& original);
  void go_on();
  void end_lease_of_former_life();
  void stop(bool say_goodbye);
  void input(node::Input input);
  void carry_out(node::Effects effects);
  void carry_out(node::Effect& effect);
  void perform(const node::Perform& perform);
  void end_incarnation(const std::string& why);
  void restart(const std::string& why);
  void tick();
  void accept(const std::string& service, const ChannelPtr& channel);
  void serve(HttpAsk ask, std::function<void(HttpAnswer)> answer);
  void open_session(const ChannelPtr& channel, const std::string& service);
  node::PeerId open_peer(const ChannelPtr& channel, bool dialled);
  ChannelHooks peer_hooks(node::PeerId id);
  void keep_dialled();
  void dial_again();
  void peer_gone(node::PeerId id);
  void keep_metrics();
  void note(const node::Input& input);

  Scheduler& scheduler_;
  Trace& trace_;
  Network& network_;
  Disk& disk_;
  bus::Bus& bus_;
  NodePlan plan_;
  SeededRandom random_;
  Party party_;
  std::string name_;
  bool powered_ = false;
  Process process_;
  MachineClock clock_;
  std::vector<Party> peer_machines_;
  std::string kept_verdict_;              // in a file
  protocol::Keys keys_;                   // likewise
  int keys_written_ = 0, keys_read_ = 0;  // how often that changed, and as of when it runs
  std::optional<node::ErasureMark> kept_erasures_;  // likewise
  std::size_t dials_ = 0;
  int failed_dials_ = 0;
  std::size_t ticks_ = 0;
  journal::DamageWatch damage_;

  // One process.
  SeededRandom node_random_;
  std::uint64_t node_seed_ = 0;
  Now booted_{};
  std::unique_ptr<node::Node> node_;
  std::unique_ptr<JournalQueue> queue_;
  std::unique_ptr<bus::Subscription> subscription_;
  bool restarting_ = false;
  std::size_t performing_ = 0;
  std::uint64_t next_id_ = 0;
  std::map<node::SessionId, ChannelPtr> sessions_;
  std::map<node::PeerId, ChannelPtr> peers_;
  ChannelPtr dialling_;
  std::optional<node::PeerId>
      dialled_;  // the connection that this machine dialled, while it is open
  std::map<node::RequestId, std::function<void(HttpAnswer)>> requests_;
  std::vector<std::pair<node::Input, Now>> inputs_;

  std::map<std::string, std::int64_t> past_metrics_;
};

}  // namespace holdfast::sim
