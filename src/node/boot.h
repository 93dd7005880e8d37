// From nothing to ready: what a new incarnation reads before it takes its first event.
//
//   holdings -> settings -> branches (re-entered) -> open chats -> each of them
//
// Then it is ready, when it has settings, and when a living peer's settings have been fetched: an
// operator who was revoked while this deployment was down must not get in. A node that has settings
// and whose peer does not answer within peer_grace_ms goes on alone. One whose journal began empty
// waits for as long as it takes until all of them were here once: that is a mark in the journal,
// for it may restart over a part of them while its peer is silent. Once ready it stays so.
//
// What both deployments have lost nobody can bring: two that waited for it would wait for each
// other, for ever. They go on with the settings that are left. A site of which no page is known has
// no visitors; its operators, as far as they are known, get in and say its pages anew.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "node/batches.h"
#include "node/chats.h"
#include "node/erasure.h"
#include "node/gate.h"
#include "node/ledger.h"
#include "node/neighbours.h"
#include "node/peer.h"
#include "node/settings_desk.h"

namespace holdfast::node {

class Boot {
 public:
  Boot(Turn& turn, Batches& batches, Chats& chats, Ledger& ledger, Neighbours& neighbours,
       Peer& peer, const Settings& settings, SettingsDesk& desk, Gate& gate,
       const Erasure& erasure);

  void start();
  // True when the read was one of ours.
  bool read_done(ReadId read, ReadAnswer& answer);
  // What is held changed under us (another node froze an origin): ask again.
  void read_holdings_again() { holdings_ = turn_.read(ReadHoldings{}); }
  // An open chat that was not on the list waits for somebody who never comes.
  void read_open_chats_again() { open_chats_ = turn_.read(ReadOpenChats{}); }
  // Rows of the journal were found damaged. The peer has them as a rule; but settings are known
  // here whatever became of their rows, and are entered again: it may have lost them, too.
  void rescue_settings() { settings_left_ = turn_.read(ReadSettings{}); }
  // Looks whether the node is ready by now.
  void look();
  void tick();

 private:
  void take_holdings(HoldingsRead holdings);
  void take_branches(const std::vector<Entry>& entries);
  void enter_lost_settings(const SettingsRead& left);
  bool has_settings() const;
  std::optional<std::string> missing() const;
  void look_for_seed();

  Turn& turn_;
  Batches& batches_;
  Chats& chats_;
  Ledger& ledger_;
  Neighbours& neighbours_;
  Peer& peer_;
  const Settings& settings_;
  SettingsDesk& desk_;
  Gate& gate_;
  const Erasure& erasure_;
  MonoMs started_{};
  std::optional<ReadId> holdings_, settings_read_, seeded_read_, branches_, open_chats_;
  std::optional<ReadId> settings_left_;
  bool first_holdings_ = true;
  bool seeded_ = false;
};

}  // namespace holdfast::node
