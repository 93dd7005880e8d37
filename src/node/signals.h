// What is never stored: that somebody is typing, and what clients saw of the other deployment.
// Dropped first under load, and without a word.
#pragma once

#include <optional>

#include "node/chats.h"
#include "node/sessions.h"

namespace holdfast::node {

// What clients could tell only long after they had seen it, as a rule because they reached nobody.
struct LateReports {
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;
  WallMs seen_at{};  // when the newest of them began, by our clock
};

class Signals {
 public:
  Signals(Turn& turn, Chats& chats) : turn_(turn), chats_(chats) {}

  void signal(Session& session, const from_client::Signal& signal);
  // The same, from another node of the deployment.
  void from_neighbour(const SiteId& site, const from_node::Signal& signal);
  void report(Session& session, const from_client::Report& report);
  // Empty: there were none since the start.
  const std::optional<LateReports>& late() const { return late_; }

 private:
  void relay(const CachedChat& chat, const from_node::Signal& signal);
  void add_late(const from_client::Report& report, Ms age);

  Turn& turn_;
  Chats& chats_;
  std::optional<LateReports> late_;
};

}  // namespace holdfast::node
