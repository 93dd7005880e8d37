// The machine at the third place: the real Moderator and the real synthetic chat, on the simulated
// network, with a record that takes a moment to store.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "moderator/moderator.h"
#include "moderator/signing.h"
#include "moderator/synthetic_chat.h"
#include "protocol/keys.h"
#include "sim/clock.h"
#include "sim/network.h"
#include "sim/process.h"
#include "sim/trace.h"

namespace holdfast::sim {

struct ModeratorPlan {
  std::string name = "moderator";  // in traces
  moderator::PolicyConfig policy;
  std::array<std::uint8_t, 32> signing_seed{};
  protocol::KeyId signing_key{"m1"};
  protocol::SecretKey admin, probe;
  std::vector<protocol::PublicKey> moderators;
  std::vector<Party> primary, redundant;
  std::function<void(const moderator::Verdict&)> verdict_stored;  // it is durable at the moderator
};

class ModeratorHost {
 public:
  ModeratorHost(Scheduler& scheduler, Trace& trace, Network& network, ModeratorPlan plan,
                SeededRandom random);
  ~ModeratorHost();

  Party party() const { return party_; }
  void start();
  void kill();
  // As its configuration will say when it starts next.
  void set_keys(const protocol::KeyId& own, const std::array<std::uint8_t, 32>& signing_seed,
                const std::vector<protocol::PublicKey>& moderators);
  void pause();
  void resume() { process_.resume(); }
  bool running() const { return process_.alive(); }
  bool paused() const { return process_.paused(); }
  MachineClock& clock() { return clock_; }
  // Its machine is brought back from a backup of earlier days.
  void back_up() { backup_ = record_; }
  void restore_backup();
  // Somebody starts a copy of that machine, as it was backed up or as it is.
  void start_as_copy_of(const ModeratorHost& other, bool of_backup);
  void fail_next_store() { store_fails_ = true; }
  void mend_store() { store_fails_ = false; }
  // A person's orders.
  void order_switch(protocol::Deployment to, bool wait);
  void order_freeze(bool on);
  void order_maintenance(protocol::Deployment deployment, bool on);
  // As somebody reads it who stands beside the machine.
  bool in_maintenance(protocol::Deployment deployment) const;
  bool safe_to_stop(protocol::Deployment deployment) const;

  std::optional<protocol::Epoch> epoch() const;
  std::map<std::string, std::int64_t> metrics() const;

 private:
  struct Probe;
  struct Side {
    std::vector<Party> machines;
    std::size_t turn = 0;
    std::unique_ptr<Probe> probe;
    // The verdict that it told last: each poll brings the same one again, and a signature is dear.
    std::optional<std::pair<protocol::SignedVerdict, Result<moderator::Heard>>> last_read = {};
  };

  Side& side(protocol::Deployment deployment);
  void input(const moderator::Input& input);
  void carry_out(const moderator::Probe& effect);
  void carry_out(const moderator::AskState& effect);
  void carry_out(const moderator::AskHolds& effect);
  void carry_out(const moderator::Store& effect);
  void carry_out(const moderator::Publish& effect);
  void carry_out(const moderator::Reply& effect);
  void carry_out(const moderator::Log& effect);
  void call(protocol::Deployment deployment, const std::string& method, const std::string& path,
            const std::string& body, std::function<void(std::optional<std::string>)> then);
  void told_state(protocol::Deployment deployment, const std::string& body);
  void tick();

  Trace& trace_;
  Network& network_;
  ModeratorPlan plan_;
  SeededRandom random_;
  Party party_;
  Process process_;
  MachineClock clock_;
  Side primary_, redundant_;
  std::unique_ptr<moderator::Moderator> core_;
  moderator::Record record_;  // what its disk holds
  moderator::Record backup_;
  bool store_fails_ = false;
  std::uint64_t next_request_ = 0;
};

}  // namespace holdfast::sim
