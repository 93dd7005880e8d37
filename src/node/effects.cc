#include "node/effects.h"

#include <algorithm>

#include "node/effect_message.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

constexpr Ms kLookAtYieldAgain{1'000};
constexpr Ms kBuryEvery{60'000};
// What was never claimed and comes out of the journal is begun if it is no older than this; a dead
// letter is listed for as long.
constexpr Ms kWeek{7 * 86'400'000};
constexpr std::size_t kLettersMax = 1'000;
// Visitors can cause mail: so much of it in one chat.
constexpr std::size_t kMailsPerChat = 30;
constexpr std::size_t kWhyMax = 200;
constexpr std::string_view kMailPrefix = "email.";

bool is_mail(const chat::SideEffect& effect) {
  return effect.what.starts_with(kMailPrefix);
}
bool is_webhook(const chat::SideEffect& effect) {
  return effect.what.starts_with(chat::kWebhookPrefix);
}

WallMs accepted_at(const Event& event) {
  return protocol::wall_of(std::ranges::min_element(event.acceptances, {}, &Acceptance::hlc)->hlc);
}

// A receiver's own words stand in it: printable ASCII goes on record, whatever it said.
// Mail servers repeat the address that they refuse, and a `done` outlives the person's erasure.
std::string without(std::string text, std::string_view address) {
  constexpr std::string_view kInstead = "(the address)";
  if (address.empty()) return text;
  for (auto at = text.find(address); at != std::string::npos; at = text.find(address, at))
    text.replace(at, address.size(), kInstead);
  return text;
}

std::string clean(std::string_view why) {
  std::string text(why.substr(0, kWhyMax));
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

// ---- what is open ----

const EffectSettings& SideEffects::settings_of(const SiteId& site) {
  const auto found = settings_.find(site);
  if (found != settings_.end()) return found->second;
  return settings_
      .emplace(site, read_effect_settings(rooms_.settings, site, rooms_.turn.config.mail))
      .first->second;
}

void SideEffects::settings_changed(const SiteId& site) {
  const auto found = settings_.find(site);
  if (found == settings_.end()) return;  // nobody asked yet
  auto now = read_effect_settings(rooms_.settings, site, rooms_.turn.config.mail);
  if (now == found->second) return;
  found->second = std::move(now);
  // Whatever waits may be for another host now.
  for (auto& [key, open] : open_) {
    if (open.chat.site != site || open.attempt || open.finishing) continue;
    lanes_.take_out(open.lane, key, open.due);
    open.lane = lane_of(site, open.effect);
    wait(key, open, open.due);
  }
  // An event may have come before the order that it falls under.
  rooms_.chats.each_of(site, [this](CachedChat& chat) { look_for_causes(chat); });
}

void SideEffects::held(const CachedChat& chat, const Event& event) {
  const std::string& kind = event.content->head.kind;
  if (kind == "claim") return note_claim(chat.key(), event);
  if (kind == "done") return note_done(chat.key(), event);
  const auto& orders = settings_of(chat.key().site).orders;
  if (orders.empty()) return;
  for (const chat::SideEffect& effect : chat::effects_of(event, orders))
    call_for(chat.key(), effect, accepted_at(event));
  if (!chat.is_open()) owe_transcript(chat);
}

void SideEffects::loaded(const CachedChat& chat) {
  if (const auto known = known_.find(chat.key()); known != known_.end()) {
    for (const Key& key : known->second.open) open_.at(key).claims = 0;
  }
  for (const std::string_view kind : {"claim", "done"}) {
    for (const Event& event : chat.events()) {
      if (event.content->head.kind != kind || event.acceptances.empty()) continue;
      kind == "claim" ? note_claim(chat.key(), event) : note_done(chat.key(), event);
    }
  }
  look_for_causes(chat);
}

void SideEffects::look_for_causes(const CachedChat& chat) {
  const auto& orders = settings_of(chat.key().site).orders;
  if (orders.empty()) return;
  for (const Event& event : chat.events()) {
    for (const chat::SideEffect& effect : chat::effects_of(event, orders)) {
      const WallMs caused = accepted_at(event);
      if (rooms_.turn.wall() - caused < kWeek) call_for(chat.key(), effect, caused);
    }
  }
  if (!chat.empty() && !chat.is_open()) owe_transcript(chat);
}

void SideEffects::owe_transcript(const CachedChat& chat) {
  const auto owed = chat::transcript_owed(chat.events(), settings_of(chat.key().site).orders);
  if (!owed) return;
  const WallMs closed = accepted_at(*chat.find(*chat.routing().winner));
  if (rooms_.turn.wall() - closed < kWeek) call_for(chat.key(), *owed, closed);
}

void SideEffects::call_for(const ChatKey& chat, const chat::SideEffect& effect, WallMs caused) {
  const Key key = chat::key_of(chat.site, chat.chat, effect);
  Known& known = known_[chat];
  if (known.open.contains(key) || known.dead.contains(key) || known.done.contains(key)) return;
  if (is_mail(effect)) {
    if (known.mails.size() >= kMailsPerChat && !known.mails.contains(key)) return;
    known.mails.insert(key);
  }
  Open open;
  open.chat = chat;
  open.effect = effect;
  open.since = caused;
  add(key, std::move(open));
}

SideEffects::Open& SideEffects::add(const Key& key, Open open) {
  known_[open.chat].open.insert(key);
  open.lane = lane_of(open.chat.site, open.effect);
  Open& added = open_.insert_or_assign(key, std::move(open)).first->second;
  wait(key, added, rooms_.turn.mono());
  return added;
}

void SideEffects::note_claim(const ChatKey& chat, const Event& event) {
  const auto claim = chat::parse_claim(*event.content);
  if (!claim) return;
  const Key& key = claim->key;
  Known& known = known_[chat];
  if (is_mail(claim->effect)) known.mails.insert(key);
  const bool ours =
      event.content->head.author == protocol::author_of(rooms_.turn.config.deployment);
  if (const auto dead = dead_.find(key); dead != dead_.end()) {
    if (ours) dead->second.our_claims.emplace(claim->epoch, claim->term);
    return;
  }
  if (known.done.contains(key)) return;
  const WallMs at = accepted_at(event);
  const auto found = open_.find(key);
  if (found == open_.end()) {
    Open open;
    open.chat = chat;
    open.effect = claim->effect;
    open.since = at;
    add(key, std::move(open));
  }
  Open& open = open_.at(key);
  ++open.claims;
  const WallMs until = at + Ms(rooms_.turn.config.effect_give_up_ms);
  open.given_until = std::min(open.given_until.value_or(until), until);
  if (ours) {
    open.our_claims.emplace(claim->epoch, claim->term);
    return;
  }
  const Ms patience(rooms_.turn.config.effect_patience_ms);
  const Ms age = std::max(Ms(0), rooms_.turn.wall() - at);
  if (age < patience) open.yield_until = rooms_.turn.mono() + (patience - age);
}

void SideEffects::note_done(const ChatKey& chat, const Event& event) {
  const auto done = chat::parse_done(*event.content);
  if (!done) return;
  Known& known = known_[chat];
  if (known.done.contains(done->key)) return;
  if (!done->ok && open_.contains(done->key)) return bury(done->key, *done, accepted_at(event));
  if (!done->ok && known.dead.contains(done->key)) return;
  if (open_.contains(done->key)) remove(done->key);
  dead_.erase(done->key);
  known.dead.erase(done->key);
  known.done.insert(done->key);
}

void SideEffects::bury(const Key& key, const chat::Done& done, WallMs at) {
  Open open = open_.at(key);
  remove(key);
  Known& known = known_[open.chat];
  if (rooms_.turn.wall() - at >= kWeek) {
    known.done.insert(key);
    return;
  }
  known.dead.insert(key);
  dead_[key] = {open.chat, std::move(open.effect), open.since, at, done.tries,
                done.why,  open.our_claims};
  if (dead_.size() <= kLettersMax) return;
  const auto oldest =
      std::ranges::min_element(dead_, {}, [](const auto& letter) { return letter.second.died; });
  const ChatKey chat = oldest->second.chat;
  known_[chat].dead.erase(oldest->first);
  known_[chat].done.insert(oldest->first);
  dead_.erase(oldest);
  let_go(chat);
}

void SideEffects::remove(const Key& key) {
  const auto found = open_.find(key);
  lanes_.take_out(found->second.lane, key, found->second.due);
  known_[found->second.chat].open.erase(key);
  open_.erase(found);
}

void SideEffects::let_go_of_old_letters() {
  std::vector<ChatKey> over;
  for (auto at = dead_.begin(); at != dead_.end();) {
    if (rooms_.turn.wall() - at->second.died < kWeek) {
      ++at;
      continue;
    }
    Known& known = known_[at->second.chat];
    known.dead.erase(at->first);
    known.done.insert(at->first);
    over.push_back(at->second.chat);
    at = dead_.erase(at);
  }
  for (const ChatKey& chat : over) let_go(chat);
}

// Nothing of this chat is open any more, and no event of it says so: the journal is told now.
void SideEffects::let_go(const ChatKey& chat) {
  if (concerns(chat) || rooms_.gate.is_loading()) return;
  rooms_.chats.with(chat, [this](CachedChat& here) {
    if (!here.empty() && !here.is_open() && !concerns(here.key()))
      rooms_.turn.read(MarkClosed{here.key(), here.last_arrival()});
  });
}

// One that somebody claimed may be under way, and its `done` will come; of an e-mail the claim was
// erased as well.
void SideEffects::erased(const ChatKey& chat, const std::vector<Digest>& events) {
  const auto found = known_.find(chat);
  if (found == known_.end()) return;
  const auto is_erased = [&events](const chat::SideEffect& effect) {
    return std::ranges::find(events, effect.of) != events.end();
  };
  for (const Key& key : std::set(found->second.open)) {
    const Open& open = open_.at(key);
    const bool under_way = open.attempt || open.finishing;
    if (!under_way && is_erased(open.effect) && (open.claims == 0 || is_mail(open.effect)))
      remove(key);
  }
  for (const Key& key : std::set(found->second.dead)) {
    const Dead& letter = dead_.at(key);
    if (!is_erased(letter.effect) || !is_mail(letter.effect)) continue;
    dead_.erase(key);
    found->second.dead.erase(key);
  }
  let_go(chat);
}

void SideEffects::dropped(const CachedChat& chat) {
  const auto found = known_.find(chat.key());
  if (found == known_.end()) return;
  found->second.done.clear();
  if (!concerns(chat.key())) known_.erase(found);
}

bool SideEffects::concerns(const ChatKey& chat) const {
  const auto found = known_.find(chat);
  return found != known_.end() && !(found->second.open.empty() && found->second.dead.empty());
}

LaneName SideEffects::lane_of(const SiteId& site, const chat::SideEffect& effect) {
  if (is_mail(effect)) return EffectLanes::of_mail();
  const auto& urls = settings_of(site).urls;
  const auto url = urls.find(effect.to);
  return EffectLanes::of_url(url == urls.end() ? "" : url->second);
}

// Somebody still asks for it.
bool SideEffects::is_wanted(const Open& open) {
  const bool transcript = open.effect.what == chat::kTranscriptMail;
  const std::string to = transcript ? "" : open.effect.to;
  return std::ranges::any_of(settings_of(open.chat.site).orders,
                             [&](const chat::StandingOrder& order) {
                               return order.what == open.effect.what && order.to == to;
                             });
}

// ---- what is done about it ----

bool SideEffects::performs_here() const {
  if (rooms_.gate.shut() || !rooms_.lease.held()) return false;
  if (rooms_.verdicts.we_are_active()) return true;
  return rooms_.turn.mono() - peer_seen_ >= Ms(rooms_.turn.config.effect_alone_ms);
}

void SideEffects::tick() {
  const MonoMs now = rooms_.turn.mono();
  if (rooms_.peer.link().alive()) peer_seen_ = now;
  if (now >= next_burial_) {
    next_burial_ = now + kBuryEvery;
    let_go_of_old_letters();
  }
  start_due();
}

void SideEffects::start_due() {
  if (!performs_here()) return;
  while (const auto key = lanes_.next(rooms_.turn.mono())) start(*key);
}

void SideEffects::start(const Key& key) {
  Open& open = open_.at(key);
  const PerformId id(++last_attempt_);
  attempts_.emplace(id, Attempt{key, open.chat, open.lane});
  open.attempt = id;
  const MonoMs now = rooms_.turn.mono();
  if (open.yield_until > now && rooms_.peer.link().alive()) {
    end_attempt(id);
    return wait(key, open, std::min(open.yield_until, now + kLookAtYieldAgain));
  }
  if (open.claims == 0 && !is_wanted(open)) {
    const ChatKey chat = open.chat;
    end_attempt(id);
    remove(key);
    return let_go(chat);
  }
  const auto now_as = std::pair(rooms_.verdicts.epoch(), rooms_.lease.term());
  if (open.our_claims.contains(now_as)) return attempt(key, id);
  claim(key, open, id);
}

void SideEffects::claim(const Key& key, const Open& open, PerformId id) {
  const chat::Claim claim{key, open.effect, rooms_.verdicts.epoch(), rooms_.lease.term(),
                          !rooms_.verdicts.we_are_active()};
  rooms_.batches.add(rooms_.ledger.accept(
      compose(open.chat, "claim", chat::claim_body(claim, rooms_.turn.new_nonce()))));
  rooms_.batches.fence(rooms_.lease.claim());
  rooms_.turn.counters.add(Count::kEffectsClaimed);
  rooms_.batches.then([this, key, id] { attempt(key, id); });
}

// Its claim is durable.
void SideEffects::attempt(const Key& key, PerformId id) {
  const auto found = open_.find(key);
  if (found == open_.end() || found->second.attempt != id) return end_attempt(id);
  if (!performs_here()) {
    end_attempt(id);
    return wait(key, found->second, rooms_.turn.mono());
  }
  rooms_.chats.with(found->second.chat, [this, key, id](CachedChat& chat) { send(key, chat, id); });
}

void SideEffects::send(const Key& key, const CachedChat& chat, PerformId id) {
  const auto found = open_.find(key);
  if (found == open_.end() || found->second.attempt != id) return end_attempt(id);
  Open& open = found->second;
  // A claim may arrive before the event that it is about, and before the settings that ordered it:
  // that is no reason to give up at once.
  const bool over = open.given_until && rooms_.turn.wall() >= *open.given_until;
  const bool is_whole = chat.find(open.effect.of) != nullptr &&
                        decides_about(rooms_.settings, open.chat.site, open.effect);
  if (!is_whole && !over) {
    end_attempt(id);
    return wait(key, open, rooms_.turn.mono() + kLookAtYieldAgain);
  }
  const auto message = [&]() -> Result<Perform> {
    if (!is_wanted(open)) return fail(ErrorCode::kDenied, "the settings ask for it no more");
    if (is_mail(open.effect)) {
      HF_TRY(mail, mail_message(chat, open.effect, rooms_.settings));
      return Perform{id, std::move(mail)};
    }
    const SiteWebhook& webhook = rooms_.settings.site(chat.key().site)->webhooks.at(open.effect.to);
    HF_TRY(post, webhook_message(chat, open.effect, webhook, rooms_.settings, rooms_.turn.wall()));
    return Perform{id, std::move(post)};
  }();
  if (!message) {
    end_attempt(id);
    return failed(key, open, message.error().why, true);
  }
  ++open.tries;
  rooms_.turn.counters.add(Count::kEffectAttempts);
  rooms_.turn.emit(*message);
}

// Nothing was learned about the receiver.
void SideEffects::end_attempt(PerformId id) {
  const auto ended = attempts_.extract(id);
  if (!ended.empty()) lanes_.ended(ended.mapped().lane, std::nullopt);
}

void SideEffects::performed(const Performed& performed) {
  const auto ended = attempts_.extract(performed.attempt);
  if (ended.empty() || rooms_.gate.is_over()) return;
  const auto& [key, chat, lane] = ended.mapped();
  lanes_.ended(lane, performed.hopeless ? std::nullopt : std::optional(performed.ok));
  const auto found = open_.find(key);
  const bool current = found != open_.end() && found->second.attempt == performed.attempt;
  if (performed.ok && !known_[chat].done.contains(key)) {
    finish(key, chat, {key, true, found == open_.end() ? 1 : found->second.tries, ""});
  } else if (!performed.ok && current) {
    const chat::SideEffect& effect = found->second.effect;
    const std::string why = is_mail(effect) ? without(performed.why, effect.to) : performed.why;
    failed(key, found->second, clean(why), performed.hopeless);
  }
  start_due();
}

void SideEffects::failed(const Key& key, Open& open, const std::string& why, bool hopeless) {
  ++open.failures;
  open.why = why;
  const bool over = open.given_until && rooms_.turn.wall() >= *open.given_until;
  if (hopeless || over) return finish(key, open.chat, {key, false, open.tries, why});
  wait(key, open, rooms_.turn.mono() + pause_after(open.failures));
}

// Whatever became of the lease meanwhile: that it was delivered is a fact.
void SideEffects::finish(const Key& key, const ChatKey& chat, const chat::Done& done) {
  if (const auto found = open_.find(key); found != open_.end()) found->second.finishing = true;
  rooms_.batches.add(
      rooms_.ledger.accept(compose(chat, "done", chat::done_body(done, rooms_.turn.new_nonce()))));
  rooms_.turn.counters.add(done.ok ? Count::kEffectsDone : Count::kEffectsGivenUp);
}

ContentPtr SideEffects::compose(const ChatKey& chat, const std::string& kind, std::string body) {
  return protocol::compose({chat.site,
                            chat.chat,
                            protocol::author_of(rooms_.turn.config.deployment),
                            rooms_.turn.new_event_id(),
                            kind,
                            Audience::kNodes,
                            {}},
                           std::move(body));
}

// Mail is left to whoever can send it, and what a newer version invented to newer nodes.
void SideEffects::wait(const Key& key, Open& open, MonoMs due) {
  open.attempt.reset();
  open.due = due;
  const bool ours = is_mail(open.effect) ? rooms_.turn.config.mail : is_webhook(open.effect);
  if (ours) lanes_.put(open.lane, key, due);
}

Ms SideEffects::pause_after(std::uint64_t failures) {
  double pause = rooms_.turn.config.effect_retry_ms;
  for (std::uint64_t i = 1; i < failures && pause < rooms_.turn.config.effect_retry_max_ms; ++i)
    pause *= 3;
  pause = std::min<double>(pause, rooms_.turn.config.effect_retry_max_ms);
  return Ms(static_cast<std::int64_t>(pause * (0.5 + rooms_.turn.random.unit())));
}

// ---- what people ask ----

std::vector<SideEffects::Line> SideEffects::list(std::size_t most) const {
  std::vector<Line> lines;
  for (const auto& [key, dead] : dead_)
    lines.push_back({key, dead.chat, dead.effect, true, dead.tries, dead.why, dead.since});
  for (const auto& [key, open] : open_)
    lines.push_back({key, open.chat, open.effect, false, open.tries, open.why, open.since});
  std::ranges::stable_sort(lines, {},
                           [](const Line& line) { return std::pair(!line.dead, line.since); });
  if (lines.size() > most) lines.resize(most);
  return lines;
}

Parsed<void> SideEffects::retry(const Key& key) {
  if (!performs_here())
    return refuse(Code::kNotReady, "this deployment performs nothing now: ask the active one");
  if (const auto open = open_.find(key); open != open_.end()) {
    if (open->second.attempt || open->second.finishing)
      return refuse(Code::kNotAllowed, "it is being tried at this moment");
    lanes_.take_out(open->second.lane, key, open->second.due);
    wait(key, open->second, rooms_.turn.mono());
    return {};
  }
  const auto dead = dead_.extract(key);
  if (dead.empty()) return refuse(Code::kNotFound, "key: no open effect and no dead letter");
  Open open;
  open.chat = dead.mapped().chat;
  open.effect = dead.mapped().effect;
  open.since = dead.mapped().since;
  open.given_until = rooms_.turn.wall();  // once
  open.our_claims = dead.mapped().our_claims;
  open.claims = 1;
  open.tries = dead.mapped().tries;
  known_[open.chat].dead.erase(key);
  add(key, std::move(open));
  return {};
}

}  // namespace holdfast::node
