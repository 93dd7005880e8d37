#include "node/boot.h"

#include <set>

#include "base/plant.h"

namespace holdfast::node {

Boot::Boot(Turn& turn, Batches& batches, Chats& chats, Ledger& ledger, Neighbours& neighbours,
           Peer& peer, const Settings& settings, SettingsDesk& desk, Gate& gate,
           const Erasure& erasure)
    : turn_(turn),
      batches_(batches),
      chats_(chats),
      ledger_(ledger),
      neighbours_(neighbours),
      peer_(peer),
      settings_(settings),
      desk_(desk),
      gate_(gate),
      erasure_(erasure) {}

void Boot::start() {
  started_ = turn_.mono();
  holdings_ = turn_.read(ReadHoldings{});
  settings_read_ = turn_.read(ReadSettings{});
  seeded_read_ = turn_.read(ReadSeeded{});
  branches_ = turn_.read(ReadBranches{});
  open_chats_ = turn_.read(ReadOpenChats{});
}

bool Boot::read_done(ReadId read, ReadAnswer& answer) {
  if (read == holdings_) {
    holdings_.reset();
    take_holdings(std::move(std::get<HoldingsRead>(answer)));
  } else if (read == settings_read_) {
    settings_read_.reset();
    for (const auto& stored : std::get<SettingsRead>(answer).entries) {
      desk_.hold(stored.entry);
    }
  } else if (read == settings_left_) {
    settings_left_.reset();
    enter_lost_settings(std::get<SettingsRead>(answer));
  } else if (read == seeded_read_) {
    seeded_read_.reset();
    seeded_ = std::get<SeededRead>(answer).seeded || planted(Plant::kPartForWhole);
  } else if (read == branches_) {
    branches_.reset();
    take_branches(std::get<BranchesRead>(answer).entries);
  } else if (read == open_chats_) {
    open_chats_.reset();
    // The empty chat is that of settings and audits.
    for (const ChatKey& key : std::get<OpenChatsRead>(answer).chats) {
      if (!key.chat.value().empty()) chats_.load(key);
    }
  } else {
    return false;
  }
  return true;
}

void Boot::take_holdings(HoldingsRead held) {
  if (std::exchange(first_holdings_, false)) {
    neighbours_.start(held.last);
    gate_.holdings_known();
    if (planted(Plant::kOriginReused)) {
      const auto own = held.holdings.find(turn_.origin);
      if (own != held.holdings.end())
        ledger_.resume(own->second.highest(), own->second.intervals().back().after);
    }
  }
  peer_.holdings(std::move(held.holdings));
}

// What an origin of ours had beyond the last entry in common with the peer lives on in this
// incarnation.
void Boot::take_branches(const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  for (const Entry& entry : entries) batches_.add(ledger_.carry(entry.content, entry.acceptance));
  turn_.counters.add(Count::kEntriesReentered, static_cast<std::int64_t>(entries.size()));
  batches_.then([this] { turn_.read(ClearBranches{}); });
}

void Boot::enter_lost_settings(const SettingsRead& left) {
  std::set<Digest> there;
  for (const auto& stored : left.entries) there.insert(stored.entry.content->digest);
  std::int64_t entered = 0;
  for (const auto& [digest, event] : settings_.events()) {
    if (there.contains(digest)) continue;
    for (const Acceptance& acceptance : event.acceptances) {
      batches_.add(ledger_.carry(event.content, acceptance));
      ++entered;
    }
  }
  turn_.counters.add(Count::kEntriesReentered, entered);
}

// Sites with pages; or, when the peer has nothing more than we do, what is left of them in both.
bool Boot::has_settings() const {
  if (!settings_.empty()) return true;
  return peer_.link().settings_complete() && !settings_.registers().empty();
}

std::optional<std::string> Boot::missing() const {
  const bool reads = first_holdings_ || settings_read_ || seeded_read_ || branches_ || open_chats_;
  if (reads || chats_.reading() || erasure_.is_reading()) return "the journal is being read";
  if (!has_settings()) return "no settings: this node is empty and waits for its peer";
  const replication::PeerLink& link = peer_.link();
  if (link.settings_complete()) return std::nullopt;
  if (link.alive()) return "the peer's settings are being fetched";
  if (!seeded_) return "this journal began empty, and not all settings of the peer are here yet";
  if (turn_.mono() - started_ < Ms(turn_.config.peer_grace_ms))
    return "waiting a moment for the peer";
  return std::nullopt;
}

// The settings are whole once all that a living peer has are here. What an administrator writes to
// an empty node says nothing of the rest.
void Boot::look_for_seed() {
  if (seeded_ || seeded_read_ || settings_.empty() || !peer_.link().settings_complete()) return;
  seeded_ = true;
  turn_.read(MarkSeeded{});
}

void Boot::look() {
  if (!gate_.is_loading()) return;
  look_for_seed();
  gate_.loading(missing());
}

void Boot::tick() {
  // Another node of this journal may have pulled them.
  const bool ask = gate_.is_loading() && turn_.config.shared_journal && !seeded_ && !seeded_read_;
  if (ask) seeded_read_ = turn_.read(ReadSeeded{});
  look();
}

}  // namespace holdfast::node
