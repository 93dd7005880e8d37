// What the node counts: monotonic, one number per noun, named as in /metrics (without the holdfast_
// prefix).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "protocol/codes.h"

namespace holdfast::node {

enum class Count : std::uint8_t {
  kSessionsOpened,
  kSessionsWelcomed,
  kFramesReceived,
  kEventsAccepted,
  kEventsCarried,
  kEventsReceived,
  kEventsDuplicate,
  kEventsRefused,
  kSecondAcceptances,
  kEventsSafe,
  kChatsOpened,
  kChatsLoaded,
  kChatsEvicted,
  kHavesAnswered,
  kGiveBackWanted,
  kGiveBackWaited,
  kGiveBackLapsed,
  kGiveBackGiven,
  kGiveBackBadMac,
  kDecisions,
  kDecisionsAutonomous,
  kAsksForwarded,
  kAsksRefused,
  kIdConflicts,
  kAudits,
  kSignalsRelayed,
  kSignalsDropped,
  kVerdictsTaken,
  kVerdictsOld,
  kVerdictsRefused,
  kSignins,
  kSigninsRefused,
  kAdminRefused,
  kBusBad,
  kClientHedgesWon,
  kClientLateAcks,
  kClientFailedConnects,
  kClientReportsLate,
  kEntriesReentered,
  kEffectsClaimed,
  kEffectAttempts,
  kEffectsDone,
  kEffectsGivenUp,
  kBodiesErased,
  kBodiesRefused,
  kCount,  // how many there are
};

inline constexpr std::array<const char*, static_cast<std::size_t>(Count::kCount)> kCountNames{
    "sessions_opened_total",
    "sessions_welcomed_total",
    "frames_received_total",
    "events_accepted_total",
    "events_carried_total",
    "events_received_total",
    "events_duplicate_total",
    "events_refused_total",
    "second_acceptances_total",
    "events_safe_total",
    "chats_opened_total",
    "chats_loaded_total",
    "chats_evicted_total",
    "haves_answered_total",
    "give_back_wanted_total",
    "give_back_waited_total",
    "give_back_lapsed_total",
    "give_back_given_total",
    "give_back_bad_mac_total",
    "decisions_total",
    "decisions_autonomous_total",
    "asks_forwarded_total",
    "asks_refused_total",
    "id_conflicts_total",
    "audits_total",
    "signals_relayed_total",
    "signals_dropped_total",
    "verdicts_taken_total",
    "verdicts_old_total",
    "verdicts_refused_total",
    "signins_total",
    "signins_refused_total",
    "admin_refused_total",
    "bus_messages_bad_total",
    "client_hedges_won_total",
    "client_late_acks_total",
    "client_failed_connects_total",
    "client_reports_late_total",
    "entries_reentered_total",
    "effects_claimed_total",
    "effect_attempts_total",
    "effects_done_total",
    "effects_given_up_total",
    "bodies_erased_total",
    "erased_bodies_refused_total",
};

class Counters {
 public:
  void add(Count what, std::int64_t n = 1) { counts_[static_cast<std::size_t>(what)] += n; }
  std::int64_t get(Count what) const { return counts_[static_cast<std::size_t>(what)]; }

  // Somebody was told this code: in `error`, `refused`, `decided`, a close or an HTTP reply.
  void told(protocol::Code code) { ++told_[code]; }
  std::int64_t told_so_far(protocol::Code code) const {
    const auto found = told_.find(code);
    return found == told_.end() ? 0 : found->second;
  }

  void write_to(std::map<std::string, std::int64_t>& metrics) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) metrics[kCountNames[i]] = counts_[i];
    for (const auto& [code, count] : told_) {
      metrics["told_" + std::string(protocol::name(code)) + "_total"] = count;
    }
  }

 private:
  std::array<std::int64_t, static_cast<std::size_t>(Count::kCount)> counts_{};
  std::map<protocol::Code, std::int64_t> told_;
};

}  // namespace holdfast::node
