#include "moderator/health.h"

#include <algorithm>
#include <cmath>

namespace holdfast::moderator {
namespace {

bool fresh(MonoMs at, std::uint32_t ms_max, Now now) {
  return now.mono - at <= Ms(ms_max);
}

// What was added since the last reading; a counter that fell was restarted at zero.
std::uint64_t added(std::uint64_t before, std::uint64_t after) {
  return after >= before ? after - before : after;
}

}  // namespace

int Signals::bad() const {
  return (chat == Signal::kBad) + (peer == Signal::kBad) + (clients == Signal::kBad) +
         (own == Signal::kBad);
}

std::string Signals::text() const {
  std::string text;
  const auto add = [&text](Signal signal, std::string_view name) {
    if (signal != Signal::kBad) return;
    if (!text.empty()) text += ", ";
    text += name;
  };
  add(chat, "chat");
  add(peer, "peer");
  add(clients, "clients");
  add(own, "own");
  return text;
}

void Health::chat(bool ok, Now) {
  looked_ = true;
  if (ok) {
    chat_worked_ = true;
    chat_failures_ = 0;
  } else {
    chat_failures_ = std::min(chat_failures_ + 1, config_.chat_failures);
  }
}

void Health::peer_says(bool link_up, const std::optional<PeerChat>& chat, Now now) {
  std::optional<MonoMs> down_since;
  if (!link_up) down_since = peer_ ? peer_->link_down_since.value_or(now.mono) : now.mono;
  peer_ = {now.mono, down_since, chat, chat ? now.mono - chat->age : MonoMs()};
}

void Health::clients_say(const ClientReports& reports, Now now) {
  if (last_reports_) {
    const std::uint64_t bad = added(last_reports_->hedges_won, reports.hedges_won) +
                              added(last_reports_->late_acks, reports.late_acks) +
                              added(last_reports_->failed_connects, reports.failed_connects);
    if (bad > 0) readings_.push_back({now.mono, bad});
  }
  last_reports_ = reports;
  reports_at_ = now.mono;
  forget_old_readings(now);
}

void Health::forget_old_readings(Now now) {
  while (!readings_.empty() && !fresh(readings_.front().at, config_.clients_window_ms, now)) {
    readings_.pop_front();
  }
}

void Health::witness_silent() {
  peer_.reset();
  reports_at_.reset();
  last_reports_.reset();  // what was counted meanwhile is not of one moment
  readings_.clear();
}

void Health::own_says(bool ready, std::uint32_t journal_ms, Now now) {
  own_fit_ = {ready && journal_ms <= config_.journal_ms_max, now.mono};
}

void Health::own_silent() {
  own_fit_.reset();
}

void Health::forget() {
  *this = Health(config_);
}

Signals Health::signals(Now now) const {
  Signals signals;
  if (chat_failures_ >= config_.chat_failures) {
    signals.chat = Signal::kBad;
  } else if (chat_worked_) {
    signals.chat = Signal::kGood;
  }
  signals.peer = peer_signal(now);
  if (reports_at_ && fresh(*reports_at_, config_.witness_ms_max, now)) {
    signals.clients = clients_suffer(now) ? Signal::kBad : Signal::kGood;
  }
  if (own_fit_ && fresh(own_fit_->second, config_.witness_ms_max, now)) {
    signals.own = own_fit_->first ? Signal::kGood : Signal::kBad;
  }
  return signals;
}

Signal Health::peer_signal(Now now) const {
  if (!peer_ || !fresh(peer_->at, config_.witness_ms_max, now)) return Signal::kUnknown;
  const bool chat_known = peer_->chat && fresh(peer_->chat_ended, config_.peer_chat_ms_max, now);
  // Chats that never worked say that the witness is not set up for them, not that we are ill.
  if (chat_known && peer_->chat->worked > 0 &&
      peer_->chat->failures >= config_.peer_chat_failures) {
    return Signal::kBad;
  }
  if (!peer_->link_down_since) return Signal::kGood;
  return chat_known && peer_chat_works_since(*peer_->link_down_since) ? Signal::kGood
                                                                      : Signal::kBad;
}

bool Health::peer_chat_works_since(MonoMs then) const {
  return peer_->chat->failures == 0 && peer_->chat_ended > then;
}

std::optional<PeerChat> Health::peer_chat(Now now) const {
  if (!peer_ || !peer_->chat) return std::nullopt;
  PeerChat chat = *peer_->chat;
  chat.age = now.mono - peer_->chat_ended;
  return chat;
}

bool Health::clients_suffer(Now now) const {
  std::uint64_t bad = 0;
  for (const Reading& reading : readings_) {
    if (fresh(reading.at, config_.clients_window_ms, now)) bad += reading.bad;
  }
  const auto share = static_cast<std::uint64_t>(
      std::ceil(config_.clients_bad_percent * static_cast<double>(last_reports_->clients) / 100));
  return bad >= std::max<std::uint64_t>(config_.clients_bad_min, share);
}

bool Health::usable(Now now) const {
  return chat_worked_ && chat_failures_ == 0 && signals(now).own != Signal::kBad;
}

void Health::settle(Now now) {
  forget_old_readings(now);
  const Signals seen = signals(now);
  const bool flawless = seen.bad() == 0 && seen.chat == Signal::kGood;
  if (!flawless) {
    flawless_since_.reset();
  } else if (!flawless_since_) {
    flawless_since_ = now.mono;
  }
}

}  // namespace holdfast::moderator
