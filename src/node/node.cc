#include "node/node.h"

#include <variant>

#include "base/plant.h"
#include "node/node_impl.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kWaitingFramesMax = 64;
constexpr Ms kSweepEvery{5'000};
constexpr Ms kPullerUnlinked{5'000};

// The plant is the bug that a restore or a clone makes: the incarnation of a former life.
std::string new_incarnation(Random& random, Now now) {
  if (planted(Plant::kOriginReused)) return "01HZZZZZZZZZZZZZZZZZZZZZZZ";
  return Ulid::make(now.wall, random).text();
}

}  // namespace

NodeImpl::NodeImpl(Config config, Random& random, Now now)
    : config_(std::move(config)),
      turn_(config_, random,
            protocol::make_origin(config_.deployment, config_.node_name,
                                  new_incarnation(random, now)),
            now),
      sessions_(turn_),
      batches_(turn_),
      ledger_(turn_),
      chats_(turn_, sessions_),
      lease_(turn_),
      verdicts_(turn_),
      clock_guard_(config_.deployment, Ms(config_.clock_bound_ms), now),
      peer_(turn_, batches_),
      desk_(turn_, sessions_, settings_, batches_, ledger_, peer_.link()),
      erasure_(turn_, sessions_, chats_, peer_,
               [this](const ChatKey& chat, const std::vector<Digest>& events) {
                 effects_.erased(chat, events);
               }),
      delivery_(turn_, settings_),
      safety_(turn_, chats_, delivery_, peer_.link()),
      audits_(turn_, chats_, batches_, ledger_, lease_, gate_),
      intake_(
          turn_, sessions_, settings_, chats_, batches_, ledger_, delivery_, gate_,
          [this](Session& session, const ContentPtr& content,
                 const std::vector<Acceptance>& acceptances) {
            take_chatless(session, content, acceptances);
          },
          [this](const CachedChat& chat, const protocol::Content& content,
                 const std::vector<Acceptance>& acceptances) {
            return erasure_.covers(chat, content, acceptances);
          }),
      give_back_(turn_, sessions_, chats_, batches_, delivery_, intake_, gate_, peer_.link()),
      decider_(
          turn_, chats_, batches_, ledger_, gate_, settings_, verdicts_, lease_, peer_,
          [this](const SiteId& site, const Author& who) { return attendance_.online(site, who); }),
      attendance_(turn_, sessions_, settings_, peer_),
      effects_({turn_, chats_, batches_, ledger_, gate_, settings_, verdicts_, lease_, peer_}),
      signals_(turn_, chats_),
      looks_(turn_, sessions_, chats_, settings_),
      finder_(turn_, sessions_, chats_, looks_),
      reception_(turn_, sessions_, chats_, delivery_, gate_, settings_, desk_, verdicts_,
                 attendance_, clock_guard_, peer_),
      register_views_(turn_, sessions_, settings_),
      requests_(
          {turn_, sessions_, chats_, batches_, ledger_, gate_, settings_, verdicts_, lease_, peer_,
           effects_, erasure_, signals_},
          [this] { return not_ready_reason(); },
          [this](const protocol::SignedVerdict& verdict) { return hear_verdict(verdict); }),
      neighbours_(turn_),
      mailroom_(turn_, decider_, attendance_, signals_, neighbours_,
                [this](const protocol::SignedVerdict& verdict) { return hear_verdict(verdict); }),
      closed_marks_(turn_, gate_, chats_, effects_),
      retention_(turn_, batches_, ledger_, gate_, settings_, verdicts_, lease_, erasure_),
      boot_(turn_, batches_, chats_, ledger_, neighbours_, peer_, settings_, desk_, gate_,
            erasure_),
      linked_(now.mono) {
  batches_.look_with(
      [this](Entry& entry, std::vector<Entry>& same_turn) { erasure_.obey(entry, same_turn); });
}

Effects NodeImpl::start(Now now) {
  turn_.begin(now);
  erasure_.start();  // first: what it reads decides what becomes of the rest
  boot_.start();
  lease_.tick();
  return turn_.take();
}

Effects NodeImpl::handle(Input input, Now now) {
  turn_.begin(now);
  std::visit([this](auto& each) { on(each); }, input);
  finish_turn();
  return turn_.take();
}

// Entries that this turn made leave as one batch, and the rooms that remember sessions hear who
// went.
void NodeImpl::finish_turn() {
  for (const auto& control : peer_.take_control()) mailroom_.peer_says(control);
  if (peer_.take_changed()) {
    safety_.peer_changed();
    desk_.peer_changed();
  }
  if (peer_.take_holdings_stale()) boot_.read_holdings_again();
  if (const auto rollback = peer_.take_rollback(); rollback && !freezing_) {
    gate_.over(Code::kReincarnated,
               "this deployment was rolled back: it starts again as a new incarnation");
    freezing_ = turn_.read(FreezeOrigin{rollback->origin, rollback->last_common});
  }
  if (ledger_.is_contradicted() && !gate_.is_over()) {
    over(Code::kReincarnated,
         "a client holds what this incarnation accepted and does not know: it starts again as a "
         "new one");
  }
  if (!gate_.is_over()) {
    for (const SessionId id : reception_.take_ready()) welcome(id);
    for (const auto& then : batches_.flush()) then();
    erasure_.tell_what_came();
  }
  for (const Sessions::Gone& gone : sessions_.take_gone()) {
    give_back_.session_gone(gone.session);
    decider_.session_gone(gone.session);
    attendance_.session_gone(gone.session, gone.site);
  }
}

void NodeImpl::over(Code code, const std::string& why) {
  gate_.over(code, why);
  sessions_.close_all(code, why);
  turn_.emit(Restart{why});
}

// ---- clients ----

void NodeImpl::on(const SessionOpened& opened) {
  reception_.opened(opened);
}

void NodeImpl::on(const SessionClosed& closed) {
  sessions_.forget(closed.session);
}

void NodeImpl::on(ClientFrame& frame) {
  Session* const session = sessions_.find(frame.session);
  if (session == nullptr) return;
  session->last_heard = turn_.mono();
  turn_.counters.add(Count::kFramesReceived);
  if (!session->frames.take(turn_.mono()))
    return sessions_.close(*session, Code::kRateLimited, "a flood of frames", kComeBackMs);
  if (session->stage != Stage::kLoading) return obey(*session, frame.text);
  if (session->waiting_frames.size() >= kWaitingFramesMax) {
    return sessions_.close(*session, Code::kOverloaded, "too many frames before the welcome");
  }
  session->waiting_frames.push_back(std::move(frame.text));
}

void NodeImpl::obey(Session& session, std::string_view text) {
  auto frame = protocol::parse_client_frame(text);
  if (!frame) return complain_about(session, frame.error());
  const bool is_hello = std::holds_alternative<from_client::Hello>(*frame);
  if (is_hello == session.is_open()) {
    return sessions_.close(session, Code::kOutOfStep,
                           is_hello ? "a second hello" : "a frame before hello");
  }
  std::visit([&](auto& each) { obey(session, each); }, *frame);
}

// A frame that makes no sense costs its sender a complaint, and who sends many of them the link.
void NodeImpl::complain_about(Session& session, const WireError& error) {
  if (!session.faults.take(turn_.mono()))
    return sessions_.close(session, Code::kRateLimited, "too many bad frames");
  turn_.complain(session.id, error.code, error.why);
}

void NodeImpl::welcome(SessionId id) {
  Session* session = sessions_.find(id);
  if (session == nullptr || !reception_.can_be_welcomed(*session)) return;
  std::vector<ChatId> known;
  for (const protocol::ChatDigest& chat : session->hello.chats) known.push_back(chat.chat);
  reception_.welcome(*session);
  erasure_.tell(*session, known);
  auto waiting = std::exchange(session->waiting_frames, {});
  for (const std::string& text : waiting) {
    session = sessions_.find(id);
    if (session == nullptr) return;
    obey(*session, text);
  }
}

void NodeImpl::obey(Session& session, from_client::Hello& frame) {
  reception_.hello(session, std::move(frame));
}

void NodeImpl::obey(Session& session, from_client::Send& frame) {
  look_at_clock();
  intake_.send(session, std::move(frame));
}

void NodeImpl::obey(Session& session, from_client::Find& frame) {
  finder_.find(session, std::move(frame));
}

void NodeImpl::obey(Session& session, from_client::Look& frame) {
  looks_.look(session, frame);
}

void NodeImpl::obey(Session& session, from_client::View& frame) {
  register_views_.view(session, frame.on);
}

// An event that belongs to no chat, of the session's own author and of a form that it may send.
void NodeImpl::take_chatless(Session& session, const ContentPtr& content,
                             const std::vector<Acceptance>& acceptances) {
  if (content->head.kind == "set") return desk_.send(session, content, acceptances);
  turn_.refuse(session.id, content->digest, {Code::kNotAllowed, "kind: not by this node"});
}

void NodeImpl::obey(Session& session, from_client::Have& frame) {
  give_back_.have(session, std::move(frame));
}

void NodeImpl::obey(Session& session, from_client::Give& frame) {
  look_at_clock();
  give_back_.give(session, std::move(frame));
}

void NodeImpl::obey(Session& session, from_client::Ask& frame) {
  look_at_clock();
  decider_.ask(session, std::move(frame));
}

void NodeImpl::obey(Session& session, from_client::Signal& frame) {
  signals_.signal(session, frame);
}

void NodeImpl::obey(Session& session, from_client::Status& frame) {
  if (!session.is_operator)
    return complain_about(session, {Code::kNotAllowed, "only operators have a status"});
  if (session.signals.take(turn_.mono()))
    attendance_.status(session, frame.state == protocol::Presence::kOnline);
}

void NodeImpl::obey(Session& session, from_client::Report& frame) {
  signals_.report(session, frame);
}

// ---- the journal ----

void NodeImpl::on(const Committed& committed) {
  const auto batch = batches_.committed(committed.batch);
  if (!batch || gate_.is_over()) return;
  for (const Entry& entry : batch->entries) durable(entry, committed.last);
  peer_.durable(batch->entries);
  neighbours_.ring(committed.last);
  for (const auto& then : batch->then) then();
}

void NodeImpl::on(const AppendFailed& failed) {
  if (gate_.is_over()) return;
  const bool fenced = failed.error.code == ErrorCode::kFenced;
  over(fenced ? Code::kReincarnated : Code::kJournalFailed, failed.error.text());
}

void NodeImpl::durable(const Entry& entry, Arrival arrival) {
  ledger_.observe(entry.acceptance);
  const protocol::Head& head = entry.content->head;
  if (head.kind == "erase") erasure_.hold(entry);
  if (head.chat.value().empty()) return hold_setting(entry);
  if (CachedChat* const chat = chats_.find({head.site, head.chat}))
    return hold(*chat, entry, arrival);
  chats_.arrived_late(entry, arrival);
}

void NodeImpl::hold_setting(const Entry& entry) {
  const auto change = desk_.hold(entry);
  if (!change) return;
  attendance_.settings_changed(*change);
  reception_.settings_changed(*change);
  effects_.settings_changed(change->key.site);
  register_views_.changed(*change);
  const auto whose = operator_of(entity_of(change->key.entity));
  if (change->value && whose && change->key.field == "role")
    looks_.recheck(change->key.site, *whose);
}

void NodeImpl::hold(CachedChat& chat, const Entry& entry, Arrival arrival) {
  const Digest& digest = entry.content->digest;
  const auto waiters = batches_.take_waiters(digest);
  const auto before = chat.shared_visibility();
  const CachedChat::Change change = chat.hold(entry, arrival);
  chats_.index(chat, digest);
  erasure_.held(chat, change.index, entry);
  if (chat.shared_visibility() != before) looks_.recheck(chat);
  if (change.new_event) {
    if (entry.content->head.kind == "open") delivery_.line(chat);
    delivery_.event(chat, change.index, *before, waiters);
  } else if (change.new_acceptance) {
    turn_.counters.add(Count::kSecondAcceptances);
    delivery_.acceptance(chat, change.index, entry.acceptance);
  }
  for (const SessionId waiter : waiters) {
    if (sessions_.find(waiter) != nullptr) delivery_.accepted(waiter, chat, change.index);
  }
  safety_.look(chat, change.index);
  give_back_.arrived(chat.key(), digest);
  if (change.new_event) effects_.held(chat, chat.event(change.index));
  if (change.new_event || change.new_acceptance) {
    if (&chat.visibility() != before.get()) delivery_.rerouted(chat, *before);
    closed_marks_.look(chat);
  }
  if (change.conflict) audits_.id_conflict(chat);
  decider_.chat_changed(chat.key());
}

void NodeImpl::loaded(Chats::Loaded loaded) {
  CachedChat& chat = *loaded.chat;
  erasure_.loaded(chat);
  safety_.look_at_all(chat);
  effects_.loaded(chat);
  audits_.loaded(chat);
  if (!chat.empty() && chat.is_open()) delivery_.appeared(chat);
  closed_marks_.look(chat);
  for (const Chats::Late& late : loaded.late) hold(chat, late.entry, late.arrival);
  for (const auto& then : loaded.waiting) then(chat);
}

void NodeImpl::on(ReadDone& done) {
  if (freezing_ == done.read) return over(Code::kReincarnated, "the origin was frozen");
  if (gate_.is_over() || finder_.read_done(done.read, done.answer)) return;
  if (!done.answer) {
    // A pull of the peer's is answered with what can be read; without the rest of the journal
    // nothing is sound.
    if (peer_.read_done(done.read, std::unexpected(done.answer.error()))) return;
    return over(Code::kJournalFailed, done.answer.error().text());
  }
  ReadAnswer& answer = *done.answer;
  if (erasure_.read_done(done.read, answer) || retention_.read_done(done.read, answer))
    return boot_.look();
  if (auto* const chat = std::get_if<ChatRead>(&answer)) {
    if (auto read = chats_.read_done(done.read, chat->entries)) loaded(std::move(*read));
  } else if (auto* const page = std::get_if<PageRead>(&answer)) {
    if (!neighbours_.is_ours(done.read)) {
      peer_.read_done(done.read, std::move(page->page));
      return;
    }
    std::vector<Entry> entries;
    for (const auto& stored : neighbours_.read_done(std::move(page->page))) {
      durable(stored.entry, stored.arrival);
      entries.push_back(stored.entry);
    }
    peer_.durable(entries);
  } else if (auto* const lease = std::get_if<LeaseRead>(&answer)) {
    lease_.read_done(done.read, lease->lease);
    peer_.set_pulling(lease_.held());
  } else {
    boot_.read_done(done.read, answer);
  }
  boot_.look();
}

// ---- the peer, the other nodes ----

void NodeImpl::on(const PeerOpened& opened) {
  peer_.opened(opened.peer, opened.dialled);
}
void NodeImpl::on(const PeerFrame& frame) {
  peer_.frame(frame.peer, frame.text);
}
void NodeImpl::on(const PeerClosed& closed) {
  peer_.closed(closed.peer);
}

Parsed<bool> NodeImpl::hear_verdict(const protocol::SignedVerdict& verdict) {
  const auto news = verdicts_.hear(verdict);
  if (!news || !*news) return news;
  reception_.tell_verdict();
  peer_.set_verdict(protocol::encode(verdict));
  peer_.tell(encode(from_peer::Verdict{verdict}));
  if (config_.shared_journal) turn_.emit(Publish{"verdict", protocol::encode(verdict)});
  return news;
}

void NodeImpl::on(const BusMessage& message) {
  if (!gate_.is_over()) mailroom_.bus_says(message);
}

// ---- requests and time ----

void NodeImpl::on(const HttpRequest& request) {
  requests_.handle(request);
}
void NodeImpl::on(const PasswordChecked& checked) {
  requests_.password_checked(checked);
}
void NodeImpl::on(const PasswordHashed& hashed) {
  requests_.password_hashed(hashed);
}

void NodeImpl::on(const Performed& performed) {
  effects_.performed(performed);
}

void NodeImpl::look_at_clock() {
  const replication::PeerLink& link = peer_.link();
  clock_guard_.look(link.alive() ? link.clock_offset_ms() : std::nullopt, turn_.now());
  gate_.clock_off(clock_guard_.off());
}

void NodeImpl::on(const JournalDamaged&) {
  if (gate_.is_over()) return;
  boot_.read_holdings_again();
  boot_.read_open_chats_again();
  if (lease_.held()) boot_.rescue_settings();
}

void NodeImpl::on(const PeerChatDone& done) {
  requests_.peer_chat_done(done);
}

// The holder pulls from the peer. One that cannot reach it leaves the lease to a neighbour that
// can.
void NodeImpl::keep_lease() {
  if (peer_.link().alive()) {
    linked_ = turn_.mono();
    neighbours_.tell_linked();
  } else if (turn_.mono() - linked_ > kPullerUnlinked && neighbours_.another_is_linked()) {
    lease_.stand_back();
  }
  lease_.tick();
  peer_.set_pulling(lease_.held());
}

void NodeImpl::on(const Tick&) {
  if (gate_.is_over()) return;
  look_at_clock();
  peer_.tick();
  keep_lease();
  neighbours_.tell_verdict(verdicts_.signed_verdict());
  neighbours_.tick();
  boot_.tick();
  closed_marks_.tick();
  erasure_.tick();
  retention_.tick();
  give_back_.tick();
  decider_.tick();
  audits_.tick();
  effects_.tick();
  attendance_.tick();
  reception_.tick();
  if (turn_.mono() >= next_sweep_) {
    next_sweep_ = turn_.mono() + kSweepEvery;
    safety_.sweep();
    chats_.sweep([this](CachedChat& chat) {
      safety_.forget(chat);
      effects_.dropped(chat);
    });
    decider_.close_old_probes();
  }
  if (gate_.is_draining() && batches_.idle())
    sessions_.close_all(Code::kGoingAway, "this node is being drained");
}

void NodeImpl::on(const Drain&) {
  gate_.draining();
  lease_.release();
  peer_.set_pulling(false);
  if (batches_.idle()) sessions_.close_all(Code::kGoingAway, "this node is being drained");
}

std::string NodeImpl::not_ready_reason() const {
  const auto shut = gate_.shut();
  return shut ? shut->why : "";
}

std::map<std::string, std::int64_t> NodeImpl::metrics() const {
  std::map<std::string, std::int64_t> metrics;
  turn_.counters.write_to(metrics);
  metrics["sessions"] = static_cast<std::int64_t>(sessions_.size());
  metrics["chats_in_memory"] = static_cast<std::int64_t>(chats_.size());
  metrics["entries_in_flight"] = static_cast<std::int64_t>(batches_.entries_in_flight());
  metrics["events_not_safe"] = static_cast<std::int64_t>(safety_.waiting());
  metrics["give_back_wanted"] = static_cast<std::int64_t>(give_back_.wanted());
  metrics["settings_not_safe"] = static_cast<std::int64_t>(desk_.waiting());
  metrics["effects_pending"] = static_cast<std::int64_t>(effects_.open());
  metrics["effects_dead"] = static_cast<std::int64_t>(effects_.dead());
  metrics["erasures"] = static_cast<std::int64_t>(erasure_.head().count);
  metrics["erasures_carried_out"] = static_cast<std::int64_t>(erasure_.carried_out());
  metrics["erasures_in_doubt"] = erasure_.in_doubt() ? 1 : 0;
  metrics["asks_open"] = static_cast<std::int64_t>(decider_.open_asks());
  metrics["epoch"] = static_cast<std::int64_t>(verdicts_.epoch().value());
  metrics["decides"] = lease_.held() && verdicts_.we_are_active() ? 1 : 0;
  metrics["ready"] = gate_.shut() ? 0 : 1;
  metrics["journal_ms"] = batches_.journal_takes().count();
  metrics["own_seq"] = static_cast<std::int64_t>(ledger_.last().value());
  for (const auto& [name, value] : peer_.link().metrics()) metrics[name] = value;
  return metrics;
}

// ---- the contract ----

Node::Node(Config config, Random& random, Now now)
    : impl_(std::make_unique<NodeImpl>(std::move(config), random, now)) {}
Node::~Node() = default;
Node::Node(Node&&) noexcept = default;

Effects Node::start(Now now) {
  return impl_->start(now);
}
Effects Node::handle(Input input, Now now) {
  return impl_->handle(std::move(input), now);
}
const protocol::Origin& Node::origin() const {
  return impl_->origin();
}
bool Node::ready() const {
  return impl_->not_ready_reason().empty();
}
std::string Node::not_ready_reason() const {
  return impl_->not_ready_reason();
}
bool Node::peer_up() const {
  return impl_->peer_up();
}
std::map<std::string, std::int64_t> Node::metrics() const {
  return impl_->metrics();
}

}  // namespace holdfast::node
