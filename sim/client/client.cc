#include "sim/client/client.h"

#include <algorithm>
#include <utility>

#include "base/plant.h"
#include "protocol/codes.h"
#include "protocol/content.h"

namespace holdfast::sim {

namespace from_client = protocol::from_client;
namespace from_node = protocol::from_node;

namespace {

// Unanswered sends on a link. When all of a visitor's are refused for their rate that is not yet a
// flood.
constexpr std::size_t kWindowOfVisitor = 12;
constexpr std::size_t kWindowOfOperator = 64;
constexpr std::size_t kOwnNamed = 8;
constexpr std::size_t kOutboxListed = protocol::kOutboxMax;
constexpr std::size_t kDigestBytes = 46;
constexpr std::size_t kChatBytes = 112;
constexpr std::size_t kCredentialBytes = 4'096;
constexpr Ms kAdoptAfter{2'000};

}  // namespace

Client::Client(ClientOptions options, Process& process, const Env& env, Storage& storage,
               Storage::TabId tab, Watcher& watcher)
    : options_(std::move(options)),
      up_to_(options_.role == protocol::Role::kOperator ? Audience::kOperators : Audience::kChat),
      process_(process),
      tab_(fmt::format("{}#{}", options_.name, process.life())),
      env_(env),
      storage_(storage),
      storage_tab_(tab),
      watcher_(watcher),
      turns_(process, [this] { end_turn(); }),
      primary_(Deployment::kPrimary, options_.primary,
               options_.role == protocol::Role::kOperator ? "console" : "page", env, turns_, *this),
      redundant_(Deployment::kRedundant, options_.redundant,
                 options_.role == protocol::Role::kOperator ? "console" : "page", env, turns_,
                 *this),
      links_(primary_, redundant_),
      delivery_(
          env, links_, outbox_,
          options_.role == protocol::Role::kOperator ? kWindowOfOperator : kWindowOfVisitor,
          {.exchange = [this](Link& link, const ChatId& chat) { give_back_.exchange(link, chat); },
           .refuse =
               [this](OutboxItem& item, std::uint16_t code) {
                 item.held->refused = code;
                 item.set->touch();
                 keep(*item.held);
               },
           .sent =
               [this](Deployment to, bool first, bool hedge) {
                 watcher_.sent({tab_, to, first, hedge, env_.now()});
               },
           .report =
               [this](Deployment of, const char* what) {
                 env_.trace.sometimes(what);
                 std::string_view(what) == "hedge won" ? reports_.hedge_won(of)
                                                       : reports_.late_ack(of);
               }}),
      give_back_(env, up_to_, [this](const ChatId& chat) { return find_set(chat); }),
      asks_(env, links_,
            [this](Link& link, const ChatId& chat) { give_back_.exchange(link, chat); }),
      verdicts_(env, turns_, links_, options_.moderator_keys, options_.verify, options_.moderator,
                {.told =
                     [this](Link& link, Epoch epoch) {
                       watcher_.verdict_told(
                           options_.name,
                           fmt::format("{}#{}.{}", protocol::name_of(link.deployment()),
                                       process_.life(), link.connection()),
                           epoch);
                     },
                 .news =
                     [this](Epoch before, const protocol::SignedVerdict& verdict) {
                       watcher_.active_changed(options_.name, before, verdicts_.epoch());
                       unsaved_.verdict = verdict;
                     }}),
      reports_(env, links_) {
  turns_.run([this] { load(); });
}

// ---- turns ----

void Client::end_turn() {
  for (auto at = outbox_.items().begin(); at != outbox_.items().end();) {
    at = at->second.held->settled() ? outbox_.items().erase(at) : std::next(at);
  }
  links_.need(need());
  delivery_.pump();
  asks_.pump();
  verdicts_.pump();
  if (!unsaved_.empty()) storage_.write(storage_tab_, std::exchange(unsaved_, {}));
  if (std::exchange(some_set_changed_, false)) {
    for (auto& [chat, set] : sets_) {
      if (set.take_changed()) watcher_.view_changed(view(set));
    }
  }
  arm();
}

MonoMs Client::due() const {
  return std::min({primary_.due(), redundant_.due(), delivery_.due(), give_back_.due(), asks_.due(),
                   reports_.due(), verdicts_.due()});
}

// What is due is put off by nearly every frame: an alarm that rings too early is set again.
void Client::arm() {
  const MonoMs next = due();
  if (next >= alarm_at_) return;
  alarm_at_ = next;
  const MonoMs now = env_.now();
  // Rounding of a drifting clock: never the same millisecond again and again.
  const Ms wait = std::max(Ms(1), next - now);
  process_.after(wait, [this, number = ++alarm_number_] {
    if (number == alarm_number_) ring();
  });
}

void Client::ring() {
  alarm_at_ = kNever;
  const MonoMs now = env_.now(), was_due = due();
  if (was_due > now) return arm();
  turns_.run([&] {
    for (Link* link : {&primary_, &redundant_}) {
      if (link->due() <= now) link->ring(now - was_due);
    }
    give_back_.ring();
    reports_.ring();
  });
}

Need Client::need() const {
  if (options_.in_background()) return Need::kNone;
  if (options_.role == protocol::Role::kOperator || outbox_.size() > 0) return Need::kBoth;
  const bool any =
      std::ranges::any_of(sets_, [](const auto& item) { return item.second.is_open(); });
  return any ? Need::kBoth : Need::kOne;
}

// ---- what people do ----

std::string Client::next_id() {
  const Ulid drawn = Ulid::make(env_.wall(), env_.random);
  Ulid id = drawn;
  // Monotonic inside a tab.
  if (last_id_ && !(drawn > *last_id_)) {
    auto bytes = last_id_->bytes();
    for (std::size_t i = bytes.size(); i-- > 0 && ++bytes[i] == 0;) {
    }
    id = Ulid(bytes);
  }
  last_id_ = id;
  return id.text();
}

ChatId Client::open_chat(const std::string& page) {
  const protocol::Draft draft{
      options_.site,   {}, options_.author, protocol::EventId(next_id()), "open",
      Audience::kChat, {}};
  const std::string nonce = protocol::nonce_text(env_.random.bytes<16>());
  const ContentPtr content =
      protocol::compose(draft, R"({"nonce":")" + nonce + R"(","page":")" + page + R"("})");
  add_own(content, std::nullopt);
  return content->head.chat;
}

void Client::compose(const ChatId& chat, const std::string& kind, Audience audience,
                     const std::string& text) {
  const ChatSet* const set = find_set(chat);
  if (set == nullptr || set->empty()) return;
  // This author's own events in the order of their writing, as far as a reader of this audience
  // sees them.
  std::map<protocol::EventId, const Held*> own;
  for (const auto& [digest, held] : set->events()) {
    if (held.mine && !held.refused && held.content->head.audience <= audience)
      own.emplace(held.content->head.id, &held);
  }
  std::optional<Digest> own_before;
  if (!own.empty()) own_before = own.rbegin()->second->content->digest;
  const protocol::Draft draft{
      options_.site, chat,     options_.author,           protocol::EventId(next_id()),
      kind,          audience, after(*set, audience, own)};
  add_own(protocol::compose(
              draft, protocol::text_body(protocol::nonce_text(env_.random.bytes<16>()), text)),
          own_before);
}

// The frontier, and this author's own last events that are not safe as well
// (web/core/src/composer.ts).
std::vector<Digest> Client::after(const ChatSet& set, Audience audience,
                                  const std::map<protocol::EventId, const Held*>& own) {
  std::vector<Digest> named;
  for (auto at = own.rbegin(); at != own.rend() && named.size() < kOwnNamed; ++at) {
    if (at == own.rbegin() || !at->second->in_both()) named.push_back(at->second->content->digest);
  }
  std::ranges::reverse(named);
  auto others = chat::frontier(set.standing(), audience);
  std::erase_if(others, [&](const Digest& digest) {
    return std::ranges::find(named, digest) != named.end();
  });
  const std::size_t room = protocol::kAfterMax - named.size();
  if (others.size() > room)
    others.erase(others.begin(), others.end() - static_cast<std::ptrdiff_t>(room));
  named.insert(named.end(), others.begin(), others.end());
  return named;
}

void Client::add_own(const ContentPtr& content, std::optional<Digest> own_before) {
  watcher_.composed({options_.name, content, own_before});
  turns_.run([&] {
    const Received received = receive(content, {});
    outbox_.add(*received.held, *received.set);
    keep(*received.held);
  });
}

void Client::ask(const ChatId& chat, protocol::AskWhat what, Asks::Answer answer) {
  const ChatSet* const set = find_set(chat);
  std::vector<Digest> covers;
  if (what == protocol::AskWhat::kClose && set != nullptr)
    covers = chat::frontier(set->standing(), Audience::kChat);
  turns_.run([&] { asks_.ask(next_id(), chat, what, std::move(covers), std::move(answer)); });
}

void Client::set_presence(protocol::Presence state) {
  presence_ = state;
  turns_.run([&] {
    for (Link* link : {&primary_, &redundant_}) link->send(from_client::Status{state});
  });
}

void Client::typing(const ChatId& chat, bool on) {
  turns_.run([&] {
    if (Link* const link = links_.carrier()) link->send(from_client::Signal{chat, "typing", on});
  });
}

void Client::wake() {
  alarm_at_ = kNever;  // what was held back rings when the tab is seen
  turns_.run([&] {
    primary_.wake();
    redundant_.wake();
  });
}

void Client::renew() {
  trouble_ = false;
  turns_.run([&] { links_.retry(); });
}

// ---- what they see ----

bool Client::available(Deployment deployment) const {
  const auto told = available_.find(deployment);
  return told != available_.end() && told->second;
}

bool Client::connected() const {
  return primary_.usable() || redundant_.usable();
}

const ChatSet* Client::chat(const ChatId& id) const {
  const auto found = sets_.find(id);
  return found == sets_.end() ? nullptr : &found->second;
}

View Client::view(const ChatSet& set) const {
  View view{options_.name, up_to_, set.chat(), set, {}};
  for (const auto& placed : chat::fold_transcript(set.standing())) {
    view.lines.push_back({placed.event->content.get(), &placed.event->acceptances});
  }
  const auto [first, last] = doubled_.equal_range(set.chat());
  for (auto at = first; at != last; ++at) {
    for (const auto& event : set.standing()) {
      if (event.content->digest == at->second)
        view.lines.push_back({event.content.get(), &event.acceptances});
    }
  }
  return view;
}

std::set<Digest> Client::on_screen() const {
  std::set<Digest> all;
  for (const auto& [chat, set] : sets_) {
    for (const auto& event : set.standing()) all.insert(event.content->digest);
  }
  return all;
}

std::vector<std::string> Client::outbox_text() const {
  std::vector<std::string> lines;
  for (const auto& [key, item] : outbox_.items()) {
    lines.push_back(fmt::format(
        "{} of {} told={} accepted_by={} holds=[{},{}]",
        key.second.value().base64url().substr(0, 8), item.set->chat().value().substr(0, 8),
        item.held->told, accepted_by(item.held->acc), item.hold(Deployment::kPrimary).value(),
        item.hold(Deployment::kRedundant).value()));
  }
  return lines;
}

// ---- what is held ----

ChatSet& Client::ensure(const ChatId& chat) {
  return sets_.try_emplace(chat, chat, up_to_, some_set_changed_).first->second;
}

ChatSet* Client::find_set(const ChatId& chat) {
  const auto found = sets_.find(chat);
  return found == sets_.end() ? nullptr : &found->second;
}

std::pair<ChatSet*, Held*> Client::find(const Digest& digest) {
  const auto where = where_.find(digest);
  return where == where_.end() ? std::pair<ChatSet*, Held*>() : where->second;
}

Client::Received Client::receive(const ContentPtr& content,
                                 const std::vector<Acceptance>& acceptances) {
  ChatSet& set = ensure(content->head.chat);
  Held* held = set.find(content->digest);
  const bool fresh = held == nullptr;
  if (fresh) {
    held = &set.add(content, content->head.author == options_.author);
    where_.emplace(content->digest, std::pair(&set, held));
  } else if (planted(Plant::kNoDedup)) {
    doubled_.emplace(set.chat(), content->digest);
    set.touch();
  }
  // Without its body it stays, whoever still has it.
  if (held->content->body_bytes.has_value() != content->body_bytes.has_value()) erase(set, *held);
  const bool merged = set.merge(*held, acceptances);
  return {&set, held, fresh, fresh || merged};
}

void Client::erase(ChatSet& set, Held& held) {
  held.content = protocol::without_body(*held.content);
  outbox_.remove(held);
  set.touch();
  keep(held);
}

void Client::changed(ChatSet& set, Held& held) {
  if (held.hedge_won && accepted_by(held.acc) == 3) env_.trace.sometimes("hedge won on both sides");
  if (held.mine && !held.safe && held.in_both()) return settle(set, held);
  set.touch();
  keep(held);
}

void Client::settle(ChatSet& set, Held& held) {
  held.safe = true;
  held.refused.reset();
  set.touch();
  keep(held);
  if (held.mine) watcher_.told_safe(options_.name, held.content->digest);
}

void Client::keep(const Held& held) {
  unsaved_.removes.erase(held.content->digest);
  unsaved_.puts[held.content->digest] = {held, held.mine && !held.settled()};
}

// The item to send, when it is one.
Held* Client::restore(const StoredEvent& stored) {
  const Received received = receive(stored.held.content, stored.held.acc);
  Held& held = *received.held;
  held.safe |= stored.held.safe;
  held.told |= stored.held.told;
  if (held.acc.empty() && !held.refused) held.refused = stored.held.refused;
  received.set->touch();
  if (held.settled()) outbox_.remove(held);
  if (held.mine) {
    const auto id = Ulid::parse(held.content->head.id.value());
    if (id && (!last_id_ || *id > *last_id_)) last_id_ = *id;
  }
  return stored.own && !held.settled() && held.content->body_bytes ? &held : nullptr;
}

void Client::load() {
  if (storage_.verdict()) verdicts_.hear(nullptr, *storage_.verdict());
  for (const auto& [digest, stored] : storage_.events()) {
    if (Held* const own = restore(stored)) outbox_.add(*own, *find_set(own->content->head.chat));
  }
  // Ids of a machine whose clock was far ahead once do not bind it for ever.
  if (last_id_ && last_id_->when() - env_.wall() > Ms(60'000)) last_id_.reset();
}

void Client::adopt(const Storage::Changes& changes) {
  turns_.run([&] {
    if (changes.verdict) verdicts_.hear(nullptr, *changes.verdict);
    for (const auto& [digest, stored] : changes.puts) {
      Held* const own = restore(stored);
      if (own == nullptr || outbox_.find(*own) != nullptr) continue;
      OutboxItem& item = outbox_.add(*own, *find_set(own->content->head.chat));
      for (const Deployment deployment : kBoth) item.holds[deployment] = env_.now() + kAdoptAfter;
      env_.trace.sometimes("an outbox heard from another tab");
    }
  });
}

// ---- links ----

std::string Client::hello(Link& link, const from_node::Challenge&) {
  from_client::Hello hello{.versions = {1, 1},
                           .as = options_.role,
                           .site = options_.site,
                           .auth = options_.auth(),
                           .outbox = {},
                           .chats = {},
                           .warm = &link != &links_.active(),
                           .page = {}};
  std::size_t room = protocol::kFrameBytesClientMax - kCredentialBytes;
  Listed& listed = listed_[link.deployment()];
  listed = {};
  for (const auto& [key, item] : outbox_.items()) {
    if (listed.outbox.size() == kOutboxListed || room < kDigestBytes) break;
    listed.outbox.push_back(key.second);
    room -= kDigestBytes;
  }
  // Open chats first. Also those of somebody else now: their bodies may have been erased.
  for (const bool open : {true, false}) {
    for (const auto& [chat, set] : sets_) {
      if (set.empty() || set.is_open() != open || listed.chats.size() == protocol::kChatsMax ||
          room < kChatBytes)
        continue;
      listed.chats.push_back(chat);
      hello.chats.push_back({chat, set.digest()});
      room -= kChatBytes;
    }
  }
  hello.outbox = listed.outbox;
  return from_client::encode(hello);
}

void Client::health_changed(Link& link, Health health) {
  env_.trace.detail("{} link to {}: {}", options_.name, protocol::name_of(link.deployment()),
                    static_cast<int>(health));
}

void Client::fell(Link& link) {
  links_.fell(link);
}

void Client::trouble(Link& link, std::uint16_t code, const std::string& why) {
  env_.trace.line("{} in trouble with {}: {} {}", options_.name,
                  protocol::name_of(link.deployment()), code, why);
  trouble_ = true;
}

void Client::bad_frame(Link& link, const std::string& why) {
  env_.trace.line("{} got a bad frame from {}: {}", options_.name,
                  protocol::name_of(link.deployment()), why);
  env_.trace.sometimes("BAD FRAME from a node");
}

void Client::connect_failed(Link& link) {
  reports_.connect_failed(link.deployment());
}

}  // namespace holdfast::sim
