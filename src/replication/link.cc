#include "replication/link.h"

#include <algorithm>
#include <span>
#include <utility>

#include "protocol/hashes.h"
#include "protocol/names.h"
#include "replication/frame_type.h"
#include "replication/seq_ranges.h"

namespace holdfast::replication {

using protocol::AddResult;
using protocol::ChainHash;
using protocol::Code;
using protocol::Entry;
using protocol::Gap;
using protocol::Holdings;
using protocol::Interval;
using protocol::IntervalSet;
using protocol::Origin;
using protocol::Seq;
namespace from_peer = protocol::from_peer;

namespace {

constexpr std::size_t kEdgeReadsMax = 32;  // under way at once
constexpr std::uint64_t kProbeNumbers = 1ULL
                                        << 48;  // pulls numbered from here on are probes of a fork

// Its hash, when the page holds the entry that was asked for.
std::optional<ChainHash> hash_in(const journal::Page& page, Seq seq) {
  if (page.entries.empty() || page.entries.front().entry.seq != seq) return std::nullopt;
  return page.entries.front().entry.h;
}

}  // namespace

PeerLinkImpl::PeerLinkImpl(LinkConfig config, Random& random)
    : config_(std::move(config)),
      book_(config_.origin),
      agreement_(config_.origin),
      pulls_({config_.pulls_max, config_.window_bytes, config_.retry_bad_ms, config_.answer_ms,
              config_.history_bytes_per_s},
             book_, arrivals_),
      intake_(config_.keys.cluster, book_, arrivals_, pulls_, agreement_, counters_),
      responder_(config_.window_bytes, counters_),
      forks_(config_.origin, config_.dead_ms, config_.retry_bad_ms),
      connections_({config_.deployment,
                    config_.node_name,
                    config_.origin,
                    config_.build,
                    config_.config_digest,
                    {config_.version_min, config_.version_max}},
                   config_.keys.peer, config_.dead_ms, random, counters_) {}

// ---- connections ----

void PeerLinkImpl::opened(ConnectionId connection, bool dialled, Now now, Actions& actions) {
  connections_.open(connection, dialled, now.mono, actions);
}

void PeerLinkImpl::closed(ConnectionId connection, Now now, Actions& actions) {
  if (connections_.closed(connection)) end_session(now, actions);
}

void PeerLinkImpl::drop(ConnectionId connection, Code code, const std::string& why, Now now,
                        Actions& actions) {
  if (connections_.close(connection, code, why, actions)) end_session(now, actions);
}

void PeerLinkImpl::start_session(Now now, Actions& actions) {
  end_session(now, actions);
  last_beat_ = now.mono;
  const protocol::Origin& theirs = connections_.peer()->origin;
  if (std::exchange(peer_origin_, theirs) != theirs) pulls_.reincarnated();
  if (!knows_ours_) return;
  book_.take_changed();
  for (std::string& text : announce_all(book_.ours(), announcement(now)))
    send(std::move(text), actions);
}

void PeerLinkImpl::end_session(Now now, Actions& actions) {
  actions.peer_changed = true;
  heard_full_ = false;
  full_so_far_.reset();
  offset_.clear();
  pulls_.disconnected();
  responder_.disconnected();
  probes_.clear();
  forks_.disconnected();
  go_on(now, actions);
}

void PeerLinkImpl::send(const std::string& text, Actions& actions) {
  if (connections_.current()) actions.outgoing.push_back({*connections_.current(), text});
}

bool PeerLinkImpl::send_control(const std::string& text, Actions& actions) {
  send(text, actions);
  return alive();
}

void PeerLinkImpl::set_verdict(const std::string& verdict_json) {
  if (auto verdict = protocol::parse_signed_verdict(verdict_json)) verdict_ = *std::move(verdict);
}

// ---- frames ----

void PeerLinkImpl::frame(ConnectionId connection, const std::string& text, Now now,
                         Actions& actions) {
  if (!connections_.known(connection)) return;
  if (!connections_.proven(connection)) {
    if (connections_.prove(connection, text, now.mono, actions)) start_session(now, actions);
    return;
  }
  connections_.heard(connection, now.mono);
  auto frame = protocol::parse_peer_frame(text);
  if (frame) {
    take(connection, text, *std::move(frame), now, actions);
  } else {
    take_unreadable(connection, text, frame.error(), now, actions);
  }
  go_on(now, actions);
}

void PeerLinkImpl::take(ConnectionId connection, const std::string& text, Frames frame, Now now,
                        Actions& actions) {
  if (auto* holds = std::get_if<from_peer::Holds>(&frame)) {
    if (!holds->full && !heard_full_ && !full_so_far_) {
      ++counters_.bad_frames;
      return drop(connection, Code::kOutOfStep, "holds before a full one", now, actions);
    }
    take_holds(std::move(*holds), now, actions);
  } else if (const auto* pull = std::get_if<from_peer::Pull>(&frame)) {
    take_pull(*pull, connection, now, actions);
  } else if (auto* entries = std::get_if<from_peer::Entries>(&frame)) {
    take_entries(std::move(*entries), text.size(), now, actions);
  } else if (const auto* beat = std::get_if<from_peer::Beat>(&frame)) {
    take_beat(text, *beat, now, actions);
  } else if (std::holds_alternative<from_peer::Ask>(frame)) {
    actions.control.push_back({"ask", text});
  } else if (std::holds_alternative<from_peer::Decided>(frame)) {
    actions.control.push_back({"decided", text});
  } else if (std::holds_alternative<from_peer::Pending>(frame)) {
    actions.control.push_back({"pending", text});
  } else if (std::holds_alternative<from_peer::Presence>(frame)) {
    actions.control.push_back({"presence", text});
  } else if (std::holds_alternative<from_peer::Verdict>(frame)) {
    actions.control.push_back({"verdict", text});
  } else {
    ++counters_.bad_frames;
    drop(connection, Code::kOutOfStep, "a handshake after the proof", now, actions);
  }
}

// A frame of a type that this version does not know costs nothing. Entries that cannot be read are
// asked for in smaller pieces, so that one of them cannot keep the others away for ever. Anything
// else that is broken leaves us in doubt of what the peer holds: begin again with a full list.
void PeerLinkImpl::take_unreadable(ConnectionId connection, const std::string& text,
                                   const protocol::WireError& error, Now now, Actions& actions) {
  const auto type = type_of(text);
  if (type && !is_known_type(*type)) {
    ++counters_.unknown_frames;
    return;
  }
  ++counters_.bad_frames;
  const auto n = type == "entries" ? number_of(text) : std::nullopt;
  if (!n) return drop(connection, error.code, error.why, now, actions);
  ++counters_.unreadable_answers;
  if (pulls_.find(*n) != nullptr) pulls_.unreadable(*n, now.mono);
}

void PeerLinkImpl::take_beat(const std::string& text, const from_peer::Beat& beat, Now now,
                             Actions& actions) {
  offset_.sample(beat.time, now.wall);
  if (!beat.reports.empty()) actions.control.push_back({"beat", text});
}

void PeerLinkImpl::take_holds(from_peer::Holds holds, Now now, Actions& actions) {
  offset_.sample(holds.time, now.wall);
  if (holds.verdict) {
    actions.control.push_back({"verdict", from_peer::encode(from_peer::Verdict{*holds.verdict})});
  }
  if (holds.full) full_so_far_.emplace();
  for (auto& [origin, intervals] : holds.origins) {
    IntervalSet set;
    for (const Interval& interval : intervals) {
      const bool sound = interval.first > Seq(0) && interval.first <= interval.last;
      if (!sound || set.add(interval) == AddResult::kFork) ++counters_.bad_frames;
    }
    if (full_so_far_) {
      (*full_so_far_)[origin] = std::move(set);
    } else {
      book_.set_theirs(origin, std::move(set));
      look(origin, now, actions);
    }
  }
  if (full_so_far_ && !holds.more) {
    book_.replace_theirs(*std::exchange(full_so_far_, std::nullopt));
    heard_full_ = true;
    pulls_.nothing_due();
    look_everywhere(now, actions);
    if (knows_ours_) gate_.heard_full(book_);
  }
  actions.peer_changed = true;
}

void PeerLinkImpl::take_pull(const from_peer::Pull& pull, ConnectionId connection, Now now,
                             Actions& actions) {
  const bool sound = pull.a > Seq(0) && pull.a <= pull.b;
  if (sound && responder_.asked(pull, PullId(next_read_), connection, actions)) {
    ++next_read_;
    return;
  }
  ++counters_.bad_frames;
  drop(connection, sound ? Code::kTooMany : Code::kBadFrame,
       sound ? "pulls at once" : "a pull of nothing", now, actions);
}

void PeerLinkImpl::take_entries(from_peer::Entries entries, std::size_t bytes, Now now,
                                Actions& actions) {
  if (const auto probe = probes_.find(entries.n); probe != probes_.end()) {
    std::optional<ChainHash> h;
    if (!entries.runs.empty() && entries.runs[0].a == probe->second.seq &&
        !entries.runs[0].e.empty()) {
      const protocol::PeerEntry& entry = entries.runs[0].e[0];
      h = protocol::chain_next(entries.runs[0].p, protocol::digest_of(entry.head), entry.acc.mac);
    }
    if (!h && !entries.done) return;
    forks_.theirs(probe->second, h);
    probes_.erase(probe);
    return;
  }
  const Pull* pull = pulls_.find(entries.n);
  if (pull == nullptr || pull->origin != entries.o) {
    ++counters_.stray_answers;
    return;
  }
  const Origin origin = entries.o;
  if (!intake_.take(std::move(entries), bytes, now.mono, actions.received)) judge(origin, now);
}

// ---- our own journal ----

void PeerLinkImpl::read_done(PullId id, const Result<journal::Page>& page, Now now,
                             Actions& actions) {
  if (responder_.owns(id)) return responder_.answer(id, page, actions);
  const auto found = reads_.find(id);
  if (found == reads_.end()) return;
  const Purpose purpose = std::move(found->second);
  reads_.erase(found);
  if (const auto* probe = std::get_if<ForkWatch::Probe>(&purpose)) {
    forks_.ours(*probe, page ? hash_in(*page, probe->seq) : std::nullopt);
  } else if (const auto& edge = std::get<EdgeQuestion>(purpose); !page) {
    agreement_.forget(edge);
  } else if (agreement_.answer(edge, hash_in(*page, edge.seq))) {
    actions.peer_changed = true;
    judge(edge.origin, now);
  }
  go_on(now, actions);
}

// A run's hash before its first entry: it says so itself, or its predecessor does.
std::optional<Interval> PeerLinkImpl::interval_of(std::span<const Entry> run) const {
  const Entry& first = run.front();
  ChainHash before = first.before;
  if (before == ChainHash{}) {
    const auto known = first.seq == Seq(1)
                           ? protocol::chain_start(first.origin)
                           : edge_hash(book_.ours(first.origin), previous(first.seq));
    if (!known) return std::nullopt;
    before = *known;
  }
  return Interval{first.seq, run.back().seq, before, run.back().h};
}

void PeerLinkImpl::held(const std::vector<Entry>& entries, Now now, Actions& actions) {
  std::set<Origin> touched;
  for (std::span<const Entry> rest = entries; !rest.empty();) {
    std::size_t size = 1;
    while (size < rest.size() && rest[size].origin == rest[0].origin &&
           rest[size].seq.value() == rest[size - 1].seq.value() + 1) {
      ++size;
    }
    const auto run = rest.first(size);
    rest = rest.subspan(size);
    const Origin& origin = run[0].origin;
    const auto interval = interval_of(run);
    if (!interval || book_.add_ours(origin, *interval) == AddResult::kFork) {
      actions.holdings_stale = true;
      continue;
    }
    const Gap range{interval->first, interval->last};
    arrivals_.held(origin, range);
    pulls_.held(origin, range);
    for (const Entry& entry : run) agreement_.held(origin, entry.seq, entry.h);
    touched.insert(origin);
  }
  for (const Origin& origin : touched) look(origin, now, actions);
  announce(now, actions);
  go_on(now, actions);
}

void PeerLinkImpl::holdings(Holdings all, Now now, Actions& actions) {
  keep_newest(all);
  const bool first = !std::exchange(knows_ours_, true);
  book_.replace_ours(std::move(all));
  agreement_.clear();
  arrivals_.clear();
  forked_.clear();
  if (first && alive()) {
    book_.take_changed();
    for (std::string& text : announce_all(book_.ours(), announcement(now)))
      send(std::move(text), actions);
  } else {
    announce(now, actions);
  }
  look_everywhere(now, actions);
  if (first && heard_full_) gate_.heard_full(book_);
  actions.peer_changed = true;
  go_on(now, actions);
}

// The read may be older than our newest commits. What of this incarnation lies above all that was
// read is still there.
void PeerLinkImpl::keep_newest(Holdings& all) const {
  const auto& known = book_.ours(config_.origin).intervals();
  if (known.empty()) return;
  IntervalSet& read = all[config_.origin];
  const Seq highest = read.highest();
  Interval newest = known.back();
  if (newest.last <= highest) return;
  if (newest.first <= highest) {
    newest.first = Seq(highest.value() + 1);
    newest.before = read.intervals().back().after;
  }
  read.add(newest);
}

void PeerLinkImpl::announce(Now now, Actions& actions) {
  if (!alive() || !knows_ours_) return;
  for (std::string& text :
       announce_changes(book_.ours(), book_.take_changed(), announcement(now))) {
    send(std::move(text), actions);
  }
}

// ---- what follows ----

void PeerLinkImpl::look(const Origin& origin, Now now, Actions& actions) {
  pulls_.changed(origin);
  if (!knows_ours_) return;
  if (agreement_.look(origin, book_.ours(origin), book_.theirs(origin)))
    actions.peer_changed = true;
  judge(origin, now);
}

void PeerLinkImpl::look_everywhere(Now now, Actions& actions) {
  for (const auto& [origin, set] : book_.theirs()) look(origin, now, actions);
}

void PeerLinkImpl::judge(const Origin& origin, Now now) {
  const auto differs = agreement_.contradiction(origin);
  if (!differs) {
    forked_.erase(origin);
    forks_.agrees(origin);
    return;
  }
  if (forked_.insert(origin).second) ++counters_.forks_seen;
  const Seq beyond(book_.ours(origin).highest().value() + 1);
  const Seq until = std::min(*differs, beyond);
  forks_.contradicted(origin, agreement_.common_below(origin, until), until, pulling_, now.mono);
}

void PeerLinkImpl::go_on(Now now, Actions& actions) {
  ask_journal(actions);
  probe_forks(now, actions);
  pull_more(now, actions);
  if (gate_.look(book_, pulls_, arrivals_)) actions.peer_changed = true;
}

void PeerLinkImpl::pull_more(Now now, Actions& actions) {
  if (!pulling_ || !knows_ours_ || !heard_full_ || !alive()) return;
  for (const Pull& pull : pulls_.next(forked_, now.mono)) {
    ++counters_.pulls_sent;
    send(from_peer::encode(from_peer::Pull{.n = pull.n,
                                           .o = pull.origin,
                                           .a = pull.range.first,
                                           .b = pull.range.last,
                                           .live = pull.live,
                                           .max = pull.bytes_max}),
         actions);
  }
}

PullId PeerLinkImpl::read(const Origin& origin, Seq seq, Actions& actions) {
  const PullId id(next_read_++);
  actions.reading.push_back({id, {origin, seq, seq, false, 1}});
  return id;
}

void PeerLinkImpl::ask_journal(Actions& actions) {
  if (reads_.size() >= kEdgeReadsMax) return;
  for (const EdgeQuestion& question : agreement_.take_questions(kEdgeReadsMax - reads_.size())) {
    ++counters_.edges_read;
    reads_.emplace(read(question.origin, question.seq, actions), question);
  }
}

void PeerLinkImpl::probe_forks(Now now, Actions& actions) {
  if (auto rollback = forks_.take_rollback(now.mono)) {
    ++counters_.rollbacks;
    if (!actions.rollback) actions.rollback = std::move(rollback);
  }
  if (!alive()) return;
  for (const ForkWatch::Probe& probe : forks_.take_probes(now.mono)) {
    reads_.emplace(read(probe.origin, probe.seq, actions), probe);
    const std::uint64_t n = kProbeNumbers + next_read_++;
    probes_.emplace(n, probe);
    send(from_peer::encode(
             from_peer::Pull{.n = n, .o = probe.origin, .a = probe.seq, .b = probe.seq, .max = 1}),
         actions);
  }
}

void PeerLinkImpl::set_pulling(bool pulling, Now now, Actions& actions) {
  pulling_ = pulling;
  go_on(now, actions);
}

void PeerLinkImpl::tick(Now now, Actions& actions) {
  if (connections_.tick(now.mono, actions)) end_session(now, actions);
  arrivals_.expire(now.mono - Ms(config_.retry_bad_ms));
  pulls_.tick(now.mono);
  for (const Origin& origin : std::set<Origin>(forked_)) judge(origin, now);
  if (alive() && now.mono - last_beat_ >= Ms(config_.beat_ms)) {
    last_beat_ = now.mono;
    send(from_peer::encode(from_peer::Beat{now.wall, {}}), actions);
  }
  go_on(now, actions);
}

// ---- what is known of the peer ----

bool PeerLinkImpl::peer_holds(const Origin& origin, Seq seq) const {
  return agreement_.confirmed(origin, seq, book_.ours(origin), book_.theirs(origin));
}

bool PeerLinkImpl::peer_is_sending(const Origin& origin, Seq seq) const {
  if (arrivals_.contains(origin, seq)) return true;
  if (!alive() || forked_.contains(origin) || pulls_.set_aside(origin, seq)) return false;
  if (book_.ours(origin).contains(seq)) return false;
  if (book_.theirs(origin).contains(seq)) return true;
  // Accepted over there a moment ago: its report is on the wire.
  const from_peer::PeerHello* peer = connections_.peer();
  return peer != nullptr && peer->origin == origin && seq > book_.theirs(origin).highest();
}

std::optional<std::int64_t> PeerLinkImpl::clock_offset_ms() const {
  return offset_.ms();
}

std::map<std::string, std::int64_t> PeerLinkImpl::metrics() const {
  std::map<std::string, std::int64_t> metrics;
  counters_.add_to(metrics);
  metrics["peer_up"] = alive() ? 1 : 0;
  metrics["peer_behind_entries"] = static_cast<std::int64_t>(book_.behind());
  metrics["peer_lacking_entries"] = static_cast<std::int64_t>(book_.lacking_count());
  metrics["peer_pulls_under_way"] = static_cast<std::int64_t>(pulls_.under_way());
  metrics["peer_pulls_given_up_total"] = static_cast<std::int64_t>(pulls_.given_up());
  metrics["peer_arriving_bytes"] = static_cast<std::int64_t>(arrivals_.bytes());
  metrics["peer_set_aside_entries"] = static_cast<std::int64_t>(pulls_.aside_count());
  metrics["peer_forked_origins"] = static_cast<std::int64_t>(forked_.size());
  metrics["peer_clock_offset_ms"] = offset_.ms().value_or(0);
  return metrics;
}

}  // namespace holdfast::replication
