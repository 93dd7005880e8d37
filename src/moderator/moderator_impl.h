// The moderator's insides, shared by its own files: moderator.cc (what comes in, what it says of
// itself), orders.cc (what people order), decisions.cc (when the verdict changes).
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "moderator/barrier.h"
#include "moderator/keeper.h"
#include "moderator/moderator.h"
#include "moderator/self_check.h"
#include "moderator/sides.h"
#include "moderator/watch.h"
#include "protocol/names.h"

namespace holdfast::moderator {

// What freeze means, in words for people.
std::string frozen_text(bool frozen);

class ModeratorImpl {
 public:
  explicit ModeratorImpl(Config config);

  Effects handle(const Input& input, Now now);
  Status status(Now now) const;
  const std::optional<Verdict>& verdict() const { return keeper_.log().highest(); }
  std::map<std::string, std::int64_t> metrics(Now now) const;
  bool unhealthy(Deployment deployment, Now now) const {
    return watch(deployment).health().unhealthy(now);
  }

 private:
  using Order = std::variant<ManualSwitch, Freeze, Maintain>;

  void on(const Started& input, Now now);
  void on(const Stored& input, Now now);
  void on(const StoreFailed& input, Now now);
  void on(const RecordHeard& input, Now now);
  void on(const ColleaguesHeard& input, Now now);
  void on(const VerdictHeard& input, Now now);
  void on(const ProbeDone& input, Now now);
  void on(const StateReport& input, Now now);
  void on(const HoldsReport& input, Now now);
  void on(const ManualSwitch& input, Now now);
  void on(const Freeze& input, Now now);
  void on(const Maintain& input, Now now);
  void on(const Tick&, Now) {}

  // Whether the log would take it; says so of what it would not.
  bool is_news(const Verdict& verdict, Trust trust, Now now);
  // It is durable, and the highest.
  void became(const Verdict& verdict, bool signed_by_us, Now now);

  void take_order(Order order);
  void carry_out(const ManualSwitch& order, Now now);
  void carry_out(const Freeze& order, Now now);
  void carry_out(const Maintain& order, Now now);
  void begin_maintenance(const Maintain& order, Now now);
  void end_maintenance(const Maintain& order, Now now);
  void switch_now(const ManualSwitch& order, Now now);
  void cancel_waiting(std::string why);

  // The next thing that needs a Store, if none is under way. The automatic ones of them return
  // whether there is nothing left to do for those that follow.
  void advance(Now now);
  bool adopt_news(Now now);
  bool settle_epoch(Now now);
  bool fail_over(Now now);
  bool finish_waiting(Now now);
  void fail_back(Now now);
  void maintain(const Maintenance& order, Now now);

  void move(Deployment to, std::string why, Now now);
  void store(Store store) { effects_.push_back(std::move(store)); }
  void reply(const std::optional<RequestId>& request, bool ok, std::string why);

  void look_again(const std::string& why, Now now);
  void note_turns(Now now);
  void note_clock(Watch& watch, Now now);
  void note_late_reports(Watch& reporter, Now now);
  void note_versions(Now now);
  void note_maintenance(const std::optional<Maintenance>& before, Now now);
  void note(LogLevel level, std::string text, Now now);

  std::string abstains() const;
  // Why the one's clients and peer cannot talk to the other; empty: they can, or it is not known.
  std::string incompatible() const;
  std::string version_skew() const;
  // Why a person's switch is refused; empty: it is not.
  std::string refusal_of(const ManualSwitch& order, Now now) const;
  // The name of a colleague who calls it unhealthy; empty: none does.
  std::string doubted_by(Deployment deployment) const;
  // What a return to `to` after a failure waits for; empty: only for the barrier.
  std::string return_waits_for(Deployment to, Now now) const;
  // The same for the planned move away from a deployment in maintenance.
  std::string takeover_waits_for(const Maintenance& order, Now now) const;
  std::string links_missing(const Maintenance& order, Now now) const;
  bool failback_wanted() const;
  bool both_know_the_verdict() const;
  std::optional<MaintenanceStatus> maintenance_status(Now now) const;
  bool settled() const { return told_[0] || told_[1]; }
  Watch& watch(Deployment deployment) { return watches_[index_of(deployment)]; }
  const Watch& watch(Deployment deployment) const { return watches_[index_of(deployment)]; }

  const PolicyConfig policy_;
  const bool shared_;
  SelfCheck self_;
  std::array<Watch, 2> watches_;
  Keeper keeper_;
  Barrier barrier_;

  bool started_ = false;
  std::array<bool, 2> told_{};  // which deployments have told their epoch since the start
  bool epoch_is_ours_ = false;  // settle_epoch() has nothing left to do
  bool both_bad_ = false;
  bool person_insists_ = false;  // on a deployment that was unhealthy when it was made active

  std::optional<std::pair<Verdict, Trust>> news_;  // a higher verdict that waits for its Store
  std::deque<Order> orders_;
  std::optional<Deployment> was_active_;  // by the verdict before
  std::optional<Order> under_way_;        // the order behind the present Store
  std::optional<ManualSwitch> waiting_;   // a switch that waits for the barrier

  std::vector<Colleague> colleagues_;
  std::string noted_skew_, noted_incompatible_;
  std::string store_trouble_;  // why the last Store failed; "" when it did not: said once

  std::uint64_t next_probe_ = 1;
  Effects effects_;
  std::deque<Incident> incidents_;
  std::map<std::string, std::int64_t> counters_;
};

}  // namespace holdfast::moderator
