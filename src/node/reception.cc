#include "node/reception.h"

#include <algorithm>

#include "base/check.h"

namespace holdfast::node {
namespace {

constexpr std::uint64_t kVersion = protocol::kProtocolVersion;
constexpr Ms kHelloWithin{10'000};
constexpr Ms kCheckEvery{1'000};
// What keeps a welcome and a beat below the largest frame.
constexpr std::size_t kChatsInWelcome = 150;
constexpr std::size_t kChatsInBeat = 400;
constexpr std::size_t kWelcomeBytes = 60'000;
constexpr std::size_t kOutboxBytes = 36'000;
constexpr std::size_t kAcceptanceBytes = 320;
constexpr std::size_t kPeopleInWelcome = 10;  // the others follow it

constexpr std::string_view kShownFields[] = {"name", "colour", "greeting", "away", "zone", "hours"};

}  // namespace

Reception::Reception(Turn& turn, Sessions& sessions, Chats& chats, Delivery& delivery,
                     const Gate& gate, const Settings& settings, const SettingsDesk& desk,
                     const Verdicts& verdicts, Attendance& attendance, ClockGuard& clock_guard,
                     const Peer& peer)
    : turn_(turn),
      sessions_(sessions),
      chats_(chats),
      delivery_(delivery),
      gate_(gate),
      settings_(settings),
      desk_(desk),
      verdicts_(verdicts),
      attendance_(attendance),
      clock_guard_(clock_guard),
      peer_(peer) {}

void Reception::opened(const SessionOpened& opened) {
  turn_.counters.add(Count::kSessionsOpened);
  const bool full = sessions_.size() >= turn_.config.sessions_max;
  Session& session = sessions_.open(opened);
  if (full) return sessions_.close(session, Code::kOverloaded, "too many links", kComeBackMs);
  if (gate_.is_over() || gate_.is_draining()) {
    const WireError why = *gate_.shut();
    return sessions_.close(session, why.code, why.why, kComeBackMs);
  }
  turn_.tell(session.id,
             from_node::Challenge{
                 session.nonce, turn_.config.deployment, {kVersion, kVersion}, turn_.wall()});
}

Parsed<void> Reception::check(const from_client::Hello& hello) const {
  if (hello.versions.min > kVersion || hello.versions.max < kVersion) {
    return refuse(Code::kVersionUnsupported, "versions {} to {}, this node speaks {}",
                  hello.versions.min, hello.versions.max, kVersion);
  }
  if (gate_.is_over() || gate_.is_draining() || gate_.is_loading())
    return std::unexpected(*gate_.shut());
  return {};
}

void Reception::hello(Session& session, from_client::Hello hello) {
  if (auto checked = check(hello); !checked) {
    return sessions_.close(session, checked.error().code, checked.error().why, kComeBackMs);
  }
  const auto identity = authenticate(turn_.config, settings_, session, hello, turn_.wall());
  if (!identity) return sessions_.close(session, identity.error().code, identity.error().why);
  // The peer's clock is no third one beside ours and its own.
  if (const auto* const probe = std::get_if<protocol::ProbeAuth>(&hello.auth);
      probe != nullptr && !probe->peer) {
    clock_guard_.moderator_says(probe->at, turn_.now());
  }
  sessions_.identify(session, hello.site, identity->author, identity->is_operator);
  session.token_issued = identity->token_issued;
  session.token_expires = identity->token_expires;
  session.token_sid = identity->token_sid;
  session.stage = Stage::kLoading;
  session.hello = std::move(hello);
  session.chats_to_load = session.hello.chats.size();
  if (session.chats_to_load == 0) return ready_.push_back(session.id);
  for (const protocol::ChatDigest& known : session.hello.chats) {
    chats_.with({session.site, known.chat}, [this, id = session.id](CachedChat&) {
      Session* const waiting = sessions_.find(id);
      if (waiting != nullptr && --waiting->chats_to_load == 0) ready_.push_back(id);
    });
  }
}

// The session's own open chats, and what it says it holds, as far as it may see them.
std::vector<const CachedChat*> Reception::chats_of(const Session& session) {
  std::vector<const CachedChat*> chats;
  const auto add = [&](const CachedChat& chat) {
    const bool told = std::ranges::find(chats, &chat) != chats.end();
    if (!told && !chat.empty() && Delivery::sees(session, chat)) chats.push_back(&chat);
  };
  for (const protocol::ChatDigest& known : session.hello.chats) {
    if (const CachedChat* const chat = chats_.find({session.site, known.chat})) add(*chat);
  }
  if (session.is_operator) {
    chats_.each_of(session.site, [&](const CachedChat& chat) {
      if (chats.size() < kChatsInWelcome && chat.is_open()) add(chat);
    });
  } else {
    for (const ChatId& id : session.person->chats) {
      if (chats.size() < kChatsInWelcome) add(*chats_.find({session.site, id}));
    }
  }
  return chats;
}

std::vector<protocol::KnownOutbox> Reception::outbox_of(const Session& session,
                                                        std::size_t bytes_max) {
  std::vector<protocol::KnownOutbox> outbox;
  std::size_t bytes = 0;
  for (const Digest& digest : session.hello.outbox) {
    auto known = known_outbox(session, digest);
    if (!known) continue;
    bytes += kAcceptanceBytes * (known->acc.size() + 1);
    if (bytes > bytes_max) break;  // unlisted: sent again, and answered then
    outbox.push_back(*std::move(known));
  }
  return outbox;
}

std::optional<protocol::KnownOutbox> Reception::known_outbox(const Session& session,
                                                             const Digest& digest) {
  const CachedChat* const chat = chats_.holder_of(digest);
  if (chat == nullptr) return desk_.known(session, digest);
  if (chat->key().site != session.site) return std::nullopt;
  const std::size_t index = *chat->index_of(digest);
  const Event& event = chat->event(index);
  if (event.content->head.author != session.author) return std::nullopt;
  protocol::KnownOutbox known{digest, event.acceptances, {}};
  if (const auto& at = chat->safe_at(index))
    known.safe = protocol::SafeAt{at->origin, at->seq, at->h};
  return known;
}

// Who is in a visitor's chats: the first ones in the welcome, the rest right behind it.
void Reception::add_people(Session& session, const std::vector<const CachedChat*>& chats,
                           from_node::Welcome& welcome,
                           std::vector<protocol::PersonSeen>& rest) const {
  std::vector<protocol::PersonSeen> people;
  for (const CachedChat* const chat : chats) delivery_.introduce_all(*chat, session, people);
  if (people.size() > kPeopleInWelcome) {
    const auto first_of_rest = people.begin() + kPeopleInWelcome;
    rest.assign(first_of_rest, people.end());
    people.erase(first_of_rest, people.end());
  }
  welcome.people = std::move(people);
}

void Reception::welcome(Session& session) {
  attendance_.settle(session.site);
  sessions_.welcome(session);
  turn_.counters.add(Count::kSessionsWelcomed);
  session.next_beat = turn_.mono() + Ms(turn_.config.heartbeat_ms);
  if (session.is_operator) attendance_.status(session, true);

  from_node::Welcome welcome;
  welcome.version = kVersion;
  welcome.author = session.author;
  welcome.deployment = turn_.config.deployment;
  welcome.node = turn_.config.node_name;
  welcome.time = turn_.wall();
  welcome.heartbeat_ms = turn_.config.heartbeat_ms;
  welcome.verdict = verdicts_.signed_verdict();
  welcome.peers = turn_.config.peer_urls;
  welcome.moderators = turn_.config.moderator_urls;
  welcome.available = attendance_.available(session.site);
  const auto chats = chats_of(session);
  for (const CachedChat* const chat : chats) {
    welcome.chats.push_back(
        {chat->key().chat, chat->digest(session.sees()), wire_state(chat->routing().state)});
  }
  if (const Site* const site = settings_.site(session.site)) welcome.site = view_of(*site);
  std::vector<protocol::PersonSeen> people;
  if (session.is_operator) {
    welcome.role = chat::name_of(settings_.role_of(session.site, session.author));
    welcome.sites = std::vector{session.site};
    welcome.operators = attendance_.operators(session.site);
    welcome.peer = protocol::PeerState{peer_.link().alive(), peer_.link().behind()};
  } else {
    add_people(session, chats, welcome, people);
  }
  // What is left of the frame is the outbox's.
  const std::size_t rest = kWelcomeBytes - std::min(kWelcomeBytes, encode(welcome).size());
  welcome.outbox = outbox_of(session, std::min(kOutboxBytes, rest));
  turn_.tell(session.id, welcome);
  for (const protocol::PersonSeen& person : people)
    turn_.tell(session.id, from_node::Person{person});
  if (session.is_operator) tell_other_lines(session, chats);
  session.hello = {};
}

// The rest of a console's list: who has which chat, and what became of those that it knows.
void Reception::tell_other_lines(const Session& session,
                                 const std::vector<const CachedChat*>& told) {
  for (const CachedChat* const chat : told) {
    if (chat->routing().operator_id) turn_.tell(session.id, Delivery::line_for(session, *chat));
  }
  const auto tell = [&](const CachedChat& chat) {
    const bool known = std::ranges::find(told, &chat) != told.end();
    if (!known && !chat.empty()) turn_.tell(session.id, Delivery::line_for(session, chat));
  };
  chats_.each_of(session.site, [&](const CachedChat& chat) {
    if (chat.is_open()) tell(chat);
  });
  for (const protocol::ChatDigest& named : session.hello.chats) {
    const CachedChat* const chat = chats_.find({session.site, named.chat});
    if (chat != nullptr && !chat->is_open()) tell(*chat);
  }
}

void Reception::check_on(Session& session) {
  if (!session.is_open() && turn_.mono() - session.opened > kHelloWithin) {
    sessions_.close(session, Code::kSilent, "no hello");
  } else if (turn_.mono() - session.last_heard > Ms(turn_.config.session_silent_ms)) {
    sessions_.close(session, Code::kSilent, "no sign of life");
  } else if (session.token_expires && turn_.wall() >= *session.token_expires) {
    sessions_.close(session, Code::kExpiredToken, "the token's time is over");
  }
}

void Reception::tick() {
  if (turn_.mono() >= next_check_) {
    next_check_ = turn_.mono() + kCheckEvery;
    std::vector<SessionId> all;
    for (const auto& [id, session] : sessions_.all()) all.push_back(id);
    for (const SessionId id : all) check_on(*sessions_.find(id));
  }
  Frame empty_beat;  // that of everybody without a chat
  for (const auto& [id, session] : sessions_.all()) {
    if (session->is_open() && turn_.mono() >= session->next_beat) beat(*session, empty_beat);
  }
  const protocol::PeerState peer{peer_.link().alive(), peer_.link().behind()};
  if (peer == told_peer_ || turn_.mono() < next_peer_) return;
  next_peer_ = turn_.mono() + kCheckEvery;
  told_peer_ = peer;
  const Frame frame = frame_of(encode(from_node::Peer{peer.up, peer.behind}));
  for (const auto& [site, crowd] : sessions_.crowds()) {
    for (const Session* session : crowd->operators) turn_.send(session->id, frame);
  }
}

void Reception::beat(Session& session, Frame& empty_beat) {
  session.next_beat = turn_.mono() + Ms(turn_.config.heartbeat_ms);
  from_node::Beat beat{turn_.wall(), {}};
  const auto add = [&](const CachedChat& chat) {
    if (beat.chats.size() < kChatsInBeat && !chat.empty() && Delivery::sees(session, chat)) {
      beat.chats.push_back({chat.key().chat, chat.digest(session.sees())});
    }
  };
  if (session.is_operator) {
    // A long list goes round: each beat carries the next part of it.
    const auto add_part = [&](bool after) {
      chats_.each_of(session.site, [&](const CachedChat& chat) {
        if (chat.is_open() && (chat.key().chat > session.beat_from) == after) add(chat);
      });
    };
    add_part(true);
    add_part(false);
    session.beat_from = beat.chats.size() == kChatsInBeat ? beat.chats.back().chat : ChatId();
  } else {
    for (const ChatId& id : session.person->chats) add(*chats_.find({session.site, id}));
  }
  if (!beat.chats.empty()) return turn_.tell(session.id, beat);
  if (empty_beat == nullptr) empty_beat = frame_of(encode(beat));
  turn_.send(session.id, empty_beat);
}

void Reception::settings_changed(const Settings::Change& change) {
  const auto& [site, entity, field] = change.key;
  const Entity about = entity_of(entity);
  if (about.what == Entity::What::kOperator || about.what == Entity::What::kSession)
    close_revoked(site);
  if (!change.value) return;
  const bool shown = std::ranges::find(kShownFields, field) != std::end(kShownFields);
  if (about.what == Entity::What::kSite && shown) tell_site(site);
  const auto whose = operator_of(about);
  if (whose && field == "role") tell_role(site, *whose);
  if (whose && field == "name") delivery_.renamed(sessions_.crowd(site), *whose);
}

void Reception::close_revoked(const SiteId& site) {
  std::vector<SessionId> operators;
  for (const auto& [id, session] : sessions_.all()) {
    if (session->site == site && session->token_issued) operators.push_back(id);
  }
  for (const SessionId id : operators) {
    Session& session = *sessions_.find(id);
    const auto check =
        check_operator(settings_, site, session.author, *session.token_issued, session.token_sid);
    if (!check) sessions_.close(session, check.error().code, check.error().why);
  }
}

void Reception::tell_site(const SiteId& id) {
  const Site* const site = settings_.site(id);
  const Crowd& crowd = sessions_.crowd(id);
  if (site == nullptr || (crowd.visitors.empty() && crowd.operators.empty())) return;
  const Frame frame = frame_of(encode(from_node::Site{view_of(*site), {}}));
  for (const auto* const sessions : {&crowd.visitors, &crowd.operators}) {
    for (const Session* const session : *sessions) turn_.send(session->id, frame);
  }
}

void Reception::tell_role(const SiteId& id, const Author& who) {
  const Site* const site = settings_.site(id);
  const Person* const person = sessions_.find_person(id, who);
  if (site == nullptr || person == nullptr) return;
  const from_node::Site frame{view_of(*site),
                              std::string(chat::name_of(settings_.role_of(id, who)))};
  for (const Session* const session : person->sessions) turn_.tell(session->id, frame);
}

void Reception::tell_verdict() {
  const Frame frame = frame_of(encode(from_node::Verdict{*verdicts_.signed_verdict()}));
  for (const auto& [id, session] : sessions_.all()) {
    if (session->is_open()) turn_.send(id, frame);
  }
}

}  // namespace holdfast::node
