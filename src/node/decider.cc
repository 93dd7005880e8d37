#include "node/decider.h"

#include <algorithm>
#include <utility>

#include "base/plant.h"
#include "protocol/content.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

using State = chat::Decision::State;
using protocol::AskWhat;

constexpr std::size_t kOpenMax = 20'000;
constexpr std::size_t kOutcomesKept = 4'096;
constexpr std::size_t kReplacesMax = 300;
constexpr Ms kRenewEvery{5'000};
// To another node or deployment more often: it takes silence for absence.
constexpr Ms kRenewElsewhereEvery{2'000};
constexpr Ms kForwardAgain{1'000};
// A decider that waits for the chat's opening event to arrive gives up after this.
constexpr Ms kWaitForChat{30'000};
constexpr Ms kProbeLives{3'600'000};

from_node::Decided refusal(const std::string& rid, const WireError& error) {
  return {rid, false, error.code, error.why, {}};
}

bool is_probe(const SiteId& site) {
  return site.value() == protocol::kProbeSite;
}

}  // namespace

Decider::Decider(Turn& turn, Chats& chats, Batches& batches, Ledger& ledger, Gate& gate,
                 const Settings& settings, const Verdicts& verdicts, const Lease& lease, Peer& peer,
                 IsOnline is_online)
    : turn_(turn),
      chats_(chats),
      batches_(batches),
      ledger_(ledger),
      gate_(gate),
      settings_(settings),
      verdicts_(verdicts),
      lease_(lease),
      peer_(peer),
      is_online_(std::move(is_online)),
      peer_seen_(turn.mono()) {}

void Decider::ask(Session& session, from_client::Ask frame) {
  const auto refused = [&](const WireError& error) {
    turn_.counters.told(error.code);
    turn_.counters.add(Count::kAsksRefused);
    turn_.tell(session.id, refusal(frame.rid, error));
  };
  if (!session.facts.take(turn_.mono()))
    return refused({Code::kRateLimited, "too many asks at once"});
  if (const auto shut = gate_.shut()) return refused(*shut);
  if (!session.is_operator && frame.what != AskWhat::kClose)
    return refused({Code::kNotAllowed, "a visitor may only close"});
  const from_peer::Ask asked{frame.rid,  session.site,   frame.chat,
                             frame.what, session.author, std::move(frame.covers),
                             frame.to};
  if (const auto before = answered_before(asked)) return turn_.tell(session.id, *before);
  Open* const opened = open(asked);
  if (opened == nullptr) return refused({Code::kOverloaded, "too many asks are open"});
  opened->sessions.insert(session.id);
  consider(*opened);
}

void Decider::peer_asks(const from_peer::Ask& ask) {
  if (const auto before = answered_before(ask)) {
    peer_.tell(encode(
        from_peer::Decided{before->rid, before->ok, before->code, before->why, before->digest}));
    return;
  }
  if (gate_.shut()) return;  // its silence says that we decide nothing
  Open* const opened = open(ask);
  if (opened == nullptr) return;
  opened->peer = true;
  consider(*opened);
}

void Decider::neighbour_asks(const Origin& node, const from_peer::Ask& ask) {
  if (!lease_.held() || gate_.shut()) return;
  if (const auto before = answered_before(ask)) {
    const from_peer::Decided answer{before->rid, before->ok, before->code, before->why,
                                    before->digest};
    turn_.emit(Publish{"answer", node.value() + "\n" + encode(answer)});
    return;
  }
  Open* const opened = open(ask);
  if (opened == nullptr) return;
  opened->nodes.insert(node);
  consider(*opened);
}

std::optional<from_node::Decided> Decider::answered_before(const from_peer::Ask& ask) const {
  const WireError taken{Code::kNotAllowed, "somebody else used this rid"};
  if (const auto done = outcomes_.find(ask.rid); done != outcomes_.end()) {
    return done->second.by == ask.operator_id ? done->second.answer : refusal(ask.rid, taken);
  }
  if (const auto open = asks_.find(ask.rid);
      open != asks_.end() && open->second.ask.operator_id != ask.operator_id) {
    return refusal(ask.rid, taken);
  }
  return std::nullopt;
}

Decider::Open* Decider::open(const from_peer::Ask& ask) {
  const auto found = asks_.find(ask.rid);
  if (found != asks_.end()) return &found->second;
  if (asks_.size() >= kOpenMax) return nullptr;
  Open opened;
  opened.ask = ask;
  opened.since = opened.heard = opened.forward = turn_.mono();
  opened.renew = turn_.mono();
  return &asks_.emplace(ask.rid, std::move(opened)).first->second;
}

// Synthetic chats are decided where they are made: they ask whether *this* deployment works.
Decider::Where Decider::where(const from_peer::Ask& ask) const {
  if (!verdicts_.we_are_active() && !is_probe(ask.site)) return Where::kPeer;
  return lease_.held() ? Where::kHere : Where::kOtherNode;
}

bool Decider::decider_is_silent(const Open& open) const {
  if (planted(Plant::kAutonomousWhileMainLives)) return true;
  const MonoMs heard = peer_.link().alive() ? open.heard : std::min(open.heard, peer_seen_);
  return turn_.mono() - heard >= Ms(turn_.config.autonomous_after_ms);
}

void Decider::consider(Open& open) {
  if (open.deciding) return;
  const Where decider = where(open.ask);
  if (decider == Where::kHere) return decide_here(open, !verdicts_.we_are_active());
  if (decider == Where::kPeer && open.peer)
    return;  // both think that the other one decides: a verdict is on its way
  if (decider == Where::kPeer && decider_is_silent(open) && lease_.held())
    return decide_here(open, true);
  forward(open);
  renew(open);
}

void Decider::forward(Open& open) {
  if (turn_.mono() < open.forward) return;
  open.forward = turn_.mono() + kForwardAgain;
  const std::string frame = encode(open.ask);
  if (where(open.ask) == Where::kPeer && peer_.tell(frame))
    turn_.counters.add(Count::kAsksForwarded);
  if (!lease_.held() && open.nodes.empty())
    turn_.emit(Publish{"ask", turn_.origin.value() + "\n" + frame});
}

void Decider::renew(Open& open) {
  if (turn_.mono() < open.renew) return;
  const bool elsewhere = open.peer || !open.nodes.empty();
  open.renew = turn_.mono() + (elsewhere ? kRenewElsewhereEvery : kRenewEvery);
  const std::string why =
      where(open.ask) == Where::kHere ? "the chat is not here yet" : "waiting for the decider";
  for (const SessionId session : open.sessions)
    turn_.tell(session, from_node::Pending{open.ask.rid, why});
  const std::string frame = encode(from_peer::Pending{open.ask.rid, why});
  if (open.peer) peer_.tell(frame);
  for (const Origin& node : open.nodes) turn_.emit(Publish{"answer", node.value() + "\n" + frame});
}

void Decider::decide_here(Open& open, bool autonomous) {
  const ChatKey key{open.ask.site, open.ask.chat};
  if (CachedChat* const chat = chats_.find(key)) return decide(*chat, open, autonomous);
  if (std::exchange(open.reading, true)) return;
  chats_.with(key, [this, rid = open.ask.rid](CachedChat&) {
    const auto found = asks_.find(rid);
    if (found == asks_.end()) return;
    found->second.reading = false;
    consider(found->second);
  });
}

void Decider::decide(CachedChat& chat, Open& open, bool autonomous) {
  if (deciding_.contains(chat.key())) return;  // looked at again when that one is durable
  if (chat.empty()) {
    if (turn_.mono() - open.since < kWaitForChat) return renew(open);
    return refuse_ask(open.ask.rid,
                      {Code::kUnknownChat, "no opening event of this chat ever came"});
  }
  const auto weighed = weigh(chat, open.ask);
  if (!weighed) return refuse_ask(open.ask.rid, weighed.error());
  if (!*weighed) return finish(open.ask.rid, {open.ask.rid, true, {}, {}, chat.routing().winner});
  chat::Decision decision = **weighed;
  decision.autonomous = autonomous;
  open.deciding = true;
  write(chat, std::move(decision),
        [this, rid = open.ask.rid, remark = remark_on(open.ask)](const Digest& digest) {
          finish(rid, {rid, true, {}, remark, digest});
        });
}

Parsed<void> Decider::may_ask(const CachedChat& chat, const from_peer::Ask& ask) const {
  const auto kind = protocol::author_kind(ask.operator_id.value());
  if (kind == protocol::AuthorKind::kVisitor) {
    if (ask.what != AskWhat::kClose) return refuse(Code::kNotAllowed, "a visitor may only close");
    if (chat.visitor() != ask.operator_id)
      return refuse(Code::kNotYourChat, "another visitor's chat");
    return {};
  }
  if (is_probe(ask.site)) return {};
  const Operator* const who = settings_.find_operator(ask.site, ask.operator_id);
  if (who == nullptr || !who->active)
    return refuse(Code::kRevoked, "{} is no operator here", ask.operator_id);
  return {};
}

// The decision that answers the ask; none when things are as asked already.
Parsed<std::optional<chat::Decision>> Decider::weigh(const CachedChat& chat,
                                                     const from_peer::Ask& ask) const {
  if (auto may = may_ask(chat, ask); !may) return std::unexpected(std::move(may).error());
  const chat::Routing& now = chat.routing();
  const bool theirs = now.state == State::kAssigned && now.operator_id == ask.operator_id;
  const bool anothers =
      now.state == State::kAssigned && !theirs && ask.operator_id != chat.visitor();
  if (anothers &&
      !chat::may(settings_.role_of(ask.site, ask.operator_id), chat::Action::kDirectOthers)) {
    return refuse(Code::kNotAllowed, "{} has this chat", *now.operator_id);
  }
  chat::Decision decision;
  switch (ask.what) {
    case AskWhat::kAccept:
      if (theirs) return std::nullopt;
      if (now.state == State::kClosed) return refuse(Code::kNotAllowed, "the chat is closed");
      decision.state = State::kAssigned;
      decision.operator_id = ask.operator_id;
      return decision;
    case AskWhat::kRelease:
      if (now.state == State::kQueued) return std::nullopt;
      if (now.state == State::kClosed) return refuse(Code::kNotAllowed, "the chat is closed");
      decision.state = State::kQueued;
      return decision;
    case AskWhat::kTransfer: {
      if (now.state == State::kClosed) return refuse(Code::kNotAllowed, "the chat is closed");
      const auto heir = heir_of(ask);
      if (!heir) return std::unexpected(heir.error());
      if (now.state == State::kAssigned && now.operator_id == *heir) return std::nullopt;
      decision.state = State::kAssigned;
      decision.operator_id = *heir;
      return decision;
    }
    case AskWhat::kClose:
      break;
  }
  if (now.state == State::kClosed) return std::nullopt;
  decision.state = State::kClosed;
  // What whoever closes has seen; a visitor's message outside its past queues the chat again.
  for (const Digest& digest : ask.covers) {
    if (chat.find(digest) != nullptr) decision.covers.push_back(digest);
  }
  if (decision.covers.empty()) decision.covers = chat::frontier(chat.events(), Audience::kChat);
  return decision;
}

Parsed<Author> Decider::heir_of(const from_peer::Ask& ask) const {
  if (!ask.to) return refuse(Code::kBadFrame, "to: missing");
  const Operator* const heir = settings_.find_operator(ask.site, *ask.to);
  if (heir == nullptr || !heir->active)
    return refuse(Code::kNotFound, "to: {} is no operator here", *ask.to);
  return *ask.to;
}

// Somebody who is away may be given a chat all the same: they may be on their way, and whoever
// gives it knows better than the node. But it is said.
std::optional<std::string> Decider::remark_on(const from_peer::Ask& ask) const {
  if (ask.what != AskWhat::kTransfer || is_online_(ask.site, *ask.to)) return std::nullopt;
  return fmt::format("to: {} is not online now", *ask.to);
}

void Decider::write(CachedChat& chat, chat::Decision decision,
                    std::function<void(const Digest&)> then) {
  decision.epoch = verdicts_.epoch();
  decision.term = lease_.term();
  decision.replaces = chat.routing().unreplaced;
  if (planted(Plant::kReplacesOne) && decision.replaces.size() > 1)
    decision.replaces = {*chat.routing().winner};
  if (decision.replaces.size() > kReplacesMax) decision.replaces.resize(kReplacesMax);
  const protocol::Draft draft{chat.key().site,
                              chat.key().chat,
                              protocol::author_of(turn_.config.deployment),
                              turn_.new_event_id(),
                              "route",
                              Audience::kChat,
                              chat::frontier(chat.events(), Audience::kChat)};
  const ContentPtr content =
      protocol::compose(draft, chat::decision_body(decision, turn_.new_nonce()));
  turn_.counters.add(decision.autonomous ? Count::kDecisionsAutonomous : Count::kDecisions);
  batches_.add(ledger_.accept(content));
  batches_.fence(lease_.claim());
  deciding_.insert(chat.key());
  batches_.then([this, then = std::move(then), key = chat.key(), digest = content->digest] {
    deciding_.erase(key);
    then(digest);
    chat_changed(key);
  });
}

void Decider::close_old_probes() {
  if (!lease_.held() || !verdicts_.we_are_active() || gate_.shut()) return;
  chats_.each_of(SiteId(std::string(protocol::kProbeSite)), [this](CachedChat& chat) {
    if (chat.empty() || !chat.is_open() || deciding_.contains(chat.key())) return;
    const Event& opening = chat.event(0);
    if (turn_.wall() - protocol::wall_of(opening.acceptances.front().hlc) < kProbeLives) return;
    chat::Decision decision;
    decision.state = State::kClosed;
    decision.covers = chat::frontier(chat.events(), Audience::kChat);
    write(chat, std::move(decision), [](const Digest&) {});
  });
}

void Decider::refuse_ask(const std::string& rid, const WireError& error) {
  turn_.counters.told(error.code);
  turn_.counters.add(Count::kAsksRefused);
  finish(rid, refusal(rid, error));
}

void Decider::finish(const std::string& rid, from_node::Decided answer) {
  auto done = asks_.extract(rid);
  if (done.empty()) return;
  tell(done.mapped(), answer);
  remember({done.mapped().ask.operator_id, std::move(answer)});
}

void Decider::tell(const Open& open, const from_node::Decided& answer) {
  if (!open.sessions.empty()) {
    const Frame frame = frame_of(encode(answer));
    for (const SessionId session : open.sessions) turn_.send(session, frame);
  }
  const std::string frame =
      encode(from_peer::Decided{answer.rid, answer.ok, answer.code, answer.why, answer.digest});
  if (open.peer) peer_.tell(frame);
  for (const Origin& node : open.nodes) turn_.emit(Publish{"answer", node.value() + "\n" + frame});
}

// A refusal is not kept: the same ask may be granted when something has changed.
void Decider::remember(Outcome outcome) {
  if (!outcome.answer.ok) return;
  outcome_order_.push_back(outcome.answer.rid);
  outcomes_.insert_or_assign(outcome.answer.rid, std::move(outcome));
  if (outcome_order_.size() <= kOutcomesKept) return;
  outcomes_.erase(outcome_order_.front());
  outcome_order_.pop_front();
}

void Decider::decided(const from_peer::Decided& answer) {
  const auto found = asks_.find(answer.rid);
  if (found == asks_.end() || found->second.deciding) return;
  finish(answer.rid, {answer.rid, answer.ok, answer.code, answer.why, answer.digest});
}

void Decider::pending(const from_peer::Pending& answer) {
  const auto found = asks_.find(answer.rid);
  if (found != asks_.end()) found->second.heard = turn_.mono();
}

void Decider::chat_changed(const ChatKey& key) {
  if (asks_.empty()) return;
  std::vector<std::string> rids;
  for (const auto& [rid, open] : asks_) {
    if (open.ask.site == key.site && open.ask.chat == key.chat) rids.push_back(rid);
  }
  for (const std::string& rid : rids) {
    if (const auto found = asks_.find(rid); found != asks_.end()) consider(found->second);
  }
}

void Decider::session_gone(SessionId session) {
  for (auto& [rid, open] : asks_) open.sessions.erase(session);
}

void Decider::tick() {
  if (peer_.link().alive()) peer_seen_ = turn_.mono();
  if (gate_.shut()) return;
  std::vector<std::string> rids;
  for (const auto& [rid, open] : asks_) rids.push_back(rid);
  for (const std::string& rid : rids) {
    const auto found = asks_.find(rid);
    if (found == asks_.end()) continue;
    Open& open = found->second;
    const bool wanted = !open.sessions.empty() || open.peer || !open.nodes.empty();
    const bool old = turn_.mono() - open.since >= 2 * kWaitForChat;
    if (!open.deciding && (!wanted || old)) {
      // Whoever still waits asks again.
      asks_.erase(found);
      continue;
    }
    consider(open);
  }
}

}  // namespace holdfast::node
