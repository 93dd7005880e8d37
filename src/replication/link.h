// The inside of PeerLink: joins its parts. See peer_link.h for what it promises; each part says
// what it does in its own header.
//
//   frames  -> Connections -> (proven) -> holds   -> HoldingsBook, Agreement
//                                         pull    -> Responder -> Reading ... read_done -> entries
//                                         entries -> Intake -> received ... held() -> HoldingsBook
//   after each of them: PullScheduler asks for more, Agreement asks our journal, ForkWatch asks
//   both sides
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "replication/agreement.h"
#include "replication/announce.h"
#include "replication/arrivals.h"
#include "replication/clock_offset.h"
#include "replication/connections.h"
#include "replication/counters.h"
#include "replication/fork_watch.h"
#include "replication/holdings_book.h"
#include "replication/intake.h"
#include "replication/peer_link.h"
#include "replication/pull_scheduler.h"
#include "replication/responder.h"
#include "replication/settings_gate.h"

namespace holdfast::replication {

class PeerLinkImpl {
 public:
  PeerLinkImpl(LinkConfig config, Random& random);

  void opened(ConnectionId connection, bool dialled, Now now, Actions& actions);
  void frame(ConnectionId connection, const std::string& text, Now now, Actions& actions);
  void closed(ConnectionId connection, Now now, Actions& actions);
  void tick(Now now, Actions& actions);
  void read_done(PullId id, const Result<journal::Page>& page, Now now, Actions& actions);
  void held(const std::vector<protocol::Entry>& entries, Now now, Actions& actions);
  void holdings(protocol::Holdings all, Now now, Actions& actions);
  void set_pulling(bool pulling, Now now, Actions& actions);
  bool send_control(const std::string& text, Actions& actions);
  void set_verdict(const std::string& verdict_json);

  const protocol::Holdings& ours() const { return book_.ours(); }
  bool alive() const { return connections_.current().has_value(); }
  bool peer_holds(const protocol::Origin& origin, protocol::Seq seq) const;
  bool peer_is_sending(const protocol::Origin& origin, protocol::Seq seq) const;
  std::uint64_t behind() const { return book_.behind(); }
  std::uint64_t lacking() const { return book_.lacking_count(); }
  bool settings_complete() const { return gate_.open(); }
  std::optional<std::int64_t> clock_offset_ms() const;
  std::map<std::string, std::int64_t> metrics() const;

 private:
  using Frames = protocol::from_peer::Frame;

  void start_session(Now now, Actions& actions);
  void end_session(Now now, Actions& actions);
  void take(ConnectionId connection, const std::string& text, Frames frame, Now now,
            Actions& actions);
  void take_unreadable(ConnectionId connection, const std::string& text,
                       const protocol::WireError& error, Now now, Actions& actions);
  void take_holds(protocol::from_peer::Holds holds, Now now, Actions& actions);
  void take_pull(const protocol::from_peer::Pull& pull, ConnectionId connection, Now now,
                 Actions& actions);
  void take_entries(protocol::from_peer::Entries entries, std::size_t bytes, Now now,
                    Actions& actions);
  void take_beat(const std::string& text, const protocol::from_peer::Beat& beat, Now now,
                 Actions& actions);
  void drop(ConnectionId connection, protocol::Code code, const std::string& why, Now now,
            Actions& actions);

  void look(const protocol::Origin& origin, Now now, Actions& actions);
  void look_everywhere(Now now, Actions& actions);
  void judge(const protocol::Origin& origin, Now now);
  // What follows from whatever has just happened: more pulls, questions, an open gate, a rollback.
  void go_on(Now now, Actions& actions);
  void pull_more(Now now, Actions& actions);
  void ask_journal(Actions& actions);
  void probe_forks(Now now, Actions& actions);
  void announce(Now now, Actions& actions);
  void keep_newest(protocol::Holdings& all) const;
  void send(const std::string& text, Actions& actions);
  PullId read(const protocol::Origin& origin, protocol::Seq seq, Actions& actions);
  Announcement announcement(Now now) const { return {now.wall, verdict_}; }
  std::optional<protocol::Interval> interval_of(std::span<const protocol::Entry> run) const;

  LinkConfig config_;
  Counters counters_;
  HoldingsBook book_;
  Agreement agreement_;
  Arrivals arrivals_;
  PullScheduler pulls_;
  Intake intake_;
  Responder responder_;
  SettingsGate gate_;
  ForkWatch forks_;
  Connections connections_;
  ClockOffset offset_;

  bool knows_ours_ = false;  // holdings() was called
  bool heard_full_ = false;  // on this connection
  bool pulling_ = false;
  std::optional<protocol::Holdings> full_so_far_;  // a full list that comes in several frames
  std::optional<protocol::SignedVerdict> verdict_;
  MonoMs last_beat_;
  protocol::Origin peer_origin_;  // of the last connection
  std::set<protocol::Origin> forked_;

  // Reads of our own journal that answer no pull, and single entries asked of the peer that fill no
  // gap.
  using Purpose = std::variant<EdgeQuestion, ForkWatch::Probe>;
  std::map<PullId, Purpose> reads_;
  std::map<std::uint64_t, ForkWatch::Probe> probes_;
  std::uint64_t next_read_ = 1;
};

}  // namespace holdfast::replication
