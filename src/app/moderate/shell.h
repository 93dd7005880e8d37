// Carries the core's effects out: probes over WebSockets, questions over HTTP, the record in its
// store.
// Turns what comes back, and time, into its inputs. Holds no opinion of its own. Loop thread.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/config/moderate_config.h"
#include "app/moderate/node_client.h"
#include "app/moderate/record_store.h"
#include "app/probe/probe_links.h"
#include "app/record/record_json.h"
#include "app/record/record_log.h"
#include "base/random.h"
#include "moderator/audit.h"
#include "moderator/moderator.h"
#include "moderator/record/observer.h"
#include "net/loop.h"

namespace holdfast::app {

class ModerateShell {
 public:
  using Answered = std::function<void(const moderator::Reply&)>;

  // `loop` and `random` must outlive it. `tls` is for https to the deployments; empty: the system's
  // authorities.
  ModerateShell(net::Loop& loop, Random& random, const ModerateConfig& config,
                std::shared_ptr<const net::TlsContext> tls, std::unique_ptr<RecordStore> store,
                const std::string& build);

  // Once, before the loop runs. The core starts when the store has been read.
  void start();

  // What a person orders. `answered` is called once, now or later.
  void order_switch(protocol::Deployment to, std::string by, bool wait, Answered answered);
  void order_freeze(bool on, std::string by, Answered answered);
  void order_maintenance(protocol::Deployment deployment, bool on, std::string by,
                         Answered answered);

  const moderator::Moderator& core() const { return core_; }
  RecordStore::Status store() const { return store_->status(); }
  const RecordLog& record_log() const { return log_; }
  // Of the synthetic messages of this process.
  const moderator::Audit::Counts& audit() const { return audit_.counts(); }
  // How far the deployment's clock was from ours when it told its state last.
  std::optional<Ms> clock_off(protocol::Deployment deployment) const {
    return clock_off_[record::index_of(deployment)];
  }
  // The record as it is now.
  PublishedRecord published() const;
  Now now() const { return loop_.wall_and_mono(); }

 private:
  struct Side {
    ProbeLinks probe;
    NodeClient node;
    // Why a call failed the last time, "" when it did not: said once, not with every call.
    std::string state_failed;
    std::string publish_failed;
    std::string hand_failed;
  };

  void input(moderator::Input input);
  void observe(const moderator::Input& input, Now now);
  void hand_record_over();
  void tick();
  void carry_out(const moderator::Probe& effect);
  void carry_out(const moderator::AskState& effect);
  void carry_out(const moderator::AskHolds& effect);
  void carry_out(const moderator::Store& effect);
  void carry_out(const moderator::Publish& effect);
  void carry_out(const moderator::Reply& effect);
  void carry_out(const moderator::Log& effect);
  Side& side(protocol::Deployment deployment);

  net::Loop& loop_;
  std::unique_ptr<RecordStore> store_;
  const RecordConfig record_config_;
  RecordLog log_;
  record::Observer observer_;
  bool hand_over_due_ = false;
  MonoMs handed_over_;
  std::array<std::optional<Ms>, 2> clock_off_;
  moderator::Moderator core_;
  moderator::Audit audit_;  // the sides write to it
  Side primary_;
  Side redundant_;
  net::Timer ticker_;

  // What a person orders, for the core; refused while it has not started.
  template <class Order>
  void take(Order order, Answered answered);

  std::deque<moderator::Input> inputs_;
  bool started_ = false;
  bool handling_ = false;
  std::uint64_t next_request_ = 1;
  std::map<moderator::RequestId, Answered> waiting_;
};

}  // namespace holdfast::app
