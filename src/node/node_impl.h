// The rooms of a node and the ways between them: which input goes to which room, and what follows
// when an entry becomes durable. Everything with rules of its own is a room; here is only the order
// of things.
#pragma once

#include "node/attendance.h"
#include "node/audits.h"
#include "node/boot.h"
#include "node/clock_guard.h"
#include "node/closed_marks.h"
#include "node/decider.h"
#include "node/delivery.h"
#include "node/effects.h"
#include "node/erasure.h"
#include "node/finder.h"
#include "node/give_back.h"
#include "node/intake.h"
#include "node/looks.h"
#include "node/mailroom.h"
#include "node/neighbours.h"
#include "node/reception.h"
#include "node/register_views.h"
#include "node/requests.h"
#include "node/retention.h"
#include "node/safety.h"
#include "node/settings_desk.h"
#include "node/signals.h"

namespace holdfast::node {

class NodeImpl {
 public:
  NodeImpl(Config config, Random& random, Now now);

  Effects start(Now now);
  Effects handle(Input input, Now now);

  const Origin& origin() const { return turn_.origin; }
  std::string not_ready_reason() const;
  bool peer_up() const { return peer_.link().alive(); }
  std::map<std::string, std::int64_t> metrics() const;

 private:
  // Inputs.
  void on(const SessionOpened& opened);
  void on(ClientFrame& frame);
  void on(const SessionClosed& closed);
  void on(const Committed& committed);
  void on(const AppendFailed& failed);
  void on(ReadDone& done);
  void on(const PeerOpened& opened);
  void on(const PeerFrame& frame);
  void on(const PeerClosed& closed);
  void on(const BusMessage& message);
  void on(const PasswordChecked& checked);
  void on(const Performed& performed);
  void on(const PasswordHashed& hashed);
  void on(const HttpRequest& request);
  void on(const JournalDamaged&);
  void on(const PeerChatDone& done);
  void on(const Tick&);
  void on(const Drain&);

  // Client frames, once the session is open.
  void obey(Session& session, std::string_view text);
  void obey(Session& session, from_client::Hello& frame);
  void obey(Session& session, from_client::Send& frame);
  void obey(Session& session, from_client::Have& frame);
  void obey(Session& session, from_client::Give& frame);
  void obey(Session& session, from_client::Ask& frame);
  void obey(Session& session, from_client::Signal& frame);
  void obey(Session& session, from_client::Status& frame);
  void obey(Session& session, from_client::Report& frame);
  void obey(Session& session, from_client::Find& frame);
  void obey(Session& session, from_client::Look& frame);
  void obey(Session& session, from_client::View& frame);
  void obey(Session&, from_client::Beat&) {}
  void take_chatless(Session& session, const ContentPtr& content,
                     const std::vector<Acceptance>& acceptances);
  void complain_about(Session& session, const WireError& error);
  void welcome(SessionId id);

  // What follows when an entry is durable here.
  void durable(const Entry& entry, Arrival arrival);
  void hold_setting(const Entry& entry);
  void hold(CachedChat& chat, const Entry& entry, Arrival arrival);
  void loaded(Chats::Loaded loaded);

  Parsed<bool> hear_verdict(const protocol::SignedVerdict& verdict);
  void finish_turn();
  void look_at_clock();
  void keep_lease();
  void over(Code code, const std::string& why);

  const Config config_;
  Turn turn_;
  Gate gate_;
  Sessions sessions_;
  Settings settings_;
  Batches batches_;
  Ledger ledger_;
  Chats chats_;
  Lease lease_;
  Verdicts verdicts_;
  ClockGuard clock_guard_;
  Peer peer_;
  SettingsDesk desk_;
  Erasure erasure_;
  Delivery delivery_;
  Safety safety_;
  Audits audits_;
  Intake intake_;
  GiveBack give_back_;
  Decider decider_;
  Attendance attendance_;
  SideEffects effects_;
  Signals signals_;
  Looks looks_;
  Finder finder_;
  Reception reception_;
  RegisterViews register_views_;
  Requests requests_;
  Neighbours neighbours_;
  Mailroom mailroom_;
  ClosedMarks closed_marks_;
  Retention retention_;
  Boot boot_;
  std::optional<ReadId> freezing_;
  MonoMs next_sweep_{};
  MonoMs linked_;  // when the link to the peer was last alive
};

}  // namespace holdfast::node
