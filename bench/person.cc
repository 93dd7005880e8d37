#include "bench/person.h"

#include <algorithm>

#include "base/ulid.h"
#include "protocol/content.h"
#include "protocol/names.h"

namespace holdfast::bench {
namespace {

using namespace protocol;

Place place_of(const World& world, Deployment deployment) {
  return world.places[deployment].value_or(Place{});
}

void merge(OutboxItem& item, const std::vector<Acceptance>& acceptances) {
  for (const auto& each : acceptances) {
    add_acceptance(item.acceptances, each);
    if (const auto parts = parts_of(each.origin.value())) item.held[parts->deployment] = true;
  }
}

// Acceptances of both deployments: what they vouch for is safe.
bool in_both(const OutboxItem& item) {
  PerDeployment<bool> seen;
  for (const auto& each : item.acceptances) {
    if (const auto parts = parts_of(each.origin.value())) seen[parts->deployment] = true;
  }
  return seen[Deployment::kPrimary] && seen[Deployment::kRedundant];
}

}  // namespace

std::optional<Epoch> VerdictCheck::read(const SignedVerdict& verdict) {
  const auto [known, fresh] = known_.try_emplace({verdict.p, verdict.s});
  if (fresh) {
    if (const auto genuine = read_verdict(moderators_, verdict, kFirstEpoch))
      known->second = genuine->epoch;
  }
  return known->second;
}

Person::Person(World& world, std::unique_ptr<Identity> identity, PersonEvents& events)
    : Chore(world.poller),
      world_(world),
      identity_(std::move(identity)),
      events_(events),
      primary_(world.poller, world.random, world.counters.wires, Deployment::kPrimary,
               place_of(world, Deployment::kPrimary), *identity_, *this),
      redundant_(world.poller, world.random, world.counters.wires, Deployment::kRedundant,
                 place_of(world, Deployment::kRedundant), *identity_, *this),
      alarm_(world.poller, [this] { pump(); }) {}

// ---- links ----

void Person::need(Links links) {
  need_ = links;
  apply_need();
}

void Person::apply_need() {
  const Deployment active = active_deployment(epoch_);
  for (const Deployment each : {Deployment::kPrimary, Deployment::kRedundant}) {
    const bool wanted = need_ == Links::kBoth || (need_ == Links::kOne && each == active);
    if (world_.places[each]) wire_to(each).want(wanted);
  }
}

void Person::hang_up() {
  need_ = Links::kNone;
  primary_.drop(true);
  redundant_.drop(true);
}

Wire& Person::wire_to(Deployment deployment) {
  return deployment == Deployment::kPrimary ? primary_ : redundant_;
}

bool Person::has_all_links() const {
  if (need_ == Links::kOne) return is_welcome();
  const bool primary = primary_.up() || !world_.places[Deployment::kPrimary];
  const bool redundant = redundant_.up() || !world_.places[Deployment::kRedundant];
  return need_ == Links::kBoth && primary && redundant;
}

from_client::Hello Person::hello(Wire& wire, const from_node::Challenge& challenge) {
  from_client::Hello hello;
  hello.versions = {kProtocolVersion, kProtocolVersion};
  hello.as = identity_->is_operator ? Role::kOperator : Role::kVisitor;
  hello.site = identity_->site;
  hello.auth = identity_->prove(challenge, place_of(world_, wire.deployment()).host);
  for (const auto& [key, item] : outbox_.items()) {
    if (hello.outbox.size() == kOutboxMax) break;
    hello.outbox.push_back(key.second);
  }
  for (const auto& [chat, thread] : threads_) {
    if (hello.chats.size() == kChatsMax / 2) break;
    hello.chats.push_back({chat, {}});
  }
  hello.warm = wire.deployment() != active_deployment(epoch_);
  return hello;
}

void Person::on_change(Wire& wire) {
  if (!wire.up()) failed_.insert(&wire);
  do_soon();
}

// ---- what nodes say ----

void Person::on_frame(Wire& wire, from_node::Frame& frame) {
  std::visit([&](auto& each) { take(wire, each); }, frame);
  do_soon();
}

void Person::take(Wire& wire, from_node::Welcome& frame) {
  if (frame.verdict) hear(*frame.verdict);
  for (const KnownOutbox& known : frame.outbox) {
    OutboxItem* const item = outbox_.find(known.digest);
    if (item == nullptr) continue;
    news(*item, wire.deployment(), known.acc);
    if (known.safe) outbox_.remove(known.digest);
  }
  events_.on_welcome(*this);
}

void Person::take(Wire& wire, from_node::Accepted& frame) {
  if (const auto took = wire.answered(frame.digest)) delay_.acked(*took);
  if (OutboxItem* const item = outbox_.find(frame.digest))
    news(*item, wire.deployment(), {frame.acc});
}

void Person::take(Wire&, from_node::Safe& frame) {
  outbox_.remove(frame.digest);
}

void Person::take(Wire&, from_node::Acc& frame) {
  OutboxItem* const item = outbox_.find(frame.digest);
  if (item == nullptr) return;
  merge(*item, frame.acc);
  if (in_both(*item)) outbox_.remove(frame.digest);
}

// A deployment holds an own event.
void Person::news(OutboxItem& item, Deployment by, const std::vector<Acceptance>& acc) {
  const ContentPtr content = item.content;
  const bool first = item.acceptances.empty();
  merge(item, acc);
  item.held[by] = true;
  if (first) {
    item.accepted_at = now();
    events_.on_accepted(*this, *content);
  }
  if (!until_safe_ || in_both(item)) outbox_.remove(content->digest);
}

void Person::take(Wire& wire, from_node::Refused& frame) {
  wire.answered(frame.digest);
  ++world_.counters.refused[std::string(name(frame.code))];
  OutboxItem* const item = outbox_.find(frame.digest);
  if (item == nullptr) return;
  item->flights[wire.deployment()].reset();
  const auto number = static_cast<int>(frame.code);
  const double wait_ms = number >= 4'300 ? 1e9 : number >= 4'100 ? 500 : 1'000;
  item->holds[wire.deployment()] =
      now() + ms(static_cast<double>(frame.retry_ms.value_or(0)) + world_.random.unit() * wait_ms);
}

void Person::take(Wire& wire, from_node::Event& frame) {
  const auto content = parse_content(std::move(frame.head), std::move(frame.body));
  if (!content) {
    ++world_.counters.wires.bad_frames;
    return;
  }
  const Head& head = (*content)->head;
  const Digest& digest = (*content)->digest;
  if (head.author == identity_->author) {
    OutboxItem* const item = outbox_.find(digest);
    if (item != nullptr) news(*item, wire.deployment(), frame.acc);
    if (frame.safe) outbox_.remove(digest);
    return;
  }
  if (!seen_.insert(digest).second) {
    ++world_.counters.repeats;
    return;
  }
  if (head.audience == Audience::kChat) threads_[head.chat].others = digest;
  events_.on_event(*this, **content);
}

void Person::take(Wire&, from_node::Decided& frame) {
  events_.on_decided(*this, frame);
}

void Person::take(Wire&, from_node::Verdict& frame) {
  hear(frame.verdict);
}

void Person::hear(const SignedVerdict& verdict) {
  const auto epoch = world_.verdicts.read(verdict);
  if (!epoch || *epoch <= epoch_) return;
  const bool moved = active_deployment(*epoch) != active_deployment(epoch_);
  epoch_ = *epoch;
  bypassed_ = false;
  apply_need();
  if (moved) events_.on_switch(*this);
}

// ---- what this person says ----

Draft Person::draft(const std::string& kind) {
  return {.site = identity_->site,
          .chat = {},
          .author = identity_->author,
          .id = EventId(Ulid::make(world_.clock.now().wall, world_.random).text()),
          .kind = kind,
          .audience = Audience::kChat,
          .after = {}};
}

void Person::add(ContentPtr content) {
  threads_[content->head.chat].own = content->digest;
  outbox_.add(std::move(content));
  do_soon();
}

ChatId Person::open_chat() {
  const auto content =
      compose(draft("open"), R"({"nonce":")" + nonce_text(world_.random.bytes<16>()) + R"("})");
  add(content);
  return content->head.chat;
}

void Person::say(const ChatId& chat, const std::string& text) {
  const Thread& thread = threads_[chat];
  Draft message = draft("message");
  message.chat = chat;
  for (const auto& each : {thread.own, thread.others}) {
    if (each) message.after.push_back(*each);
  }
  add(compose(message, text_body(nonce_text(world_.random.bytes<16>()), text)));
}

bool Person::ask_accept(const ChatId& chat, const std::string& rid) {
  Wire* const wire = carrier();
  return wire != nullptr && wire->send(from_client::Ask{rid, chat, AskWhat::kAccept, {}});
}

std::size_t Person::unacknowledged() {
  return static_cast<std::size_t>(std::ranges::count_if(
      outbox_.items(), [](const auto& each) { return each.second.acceptances.empty(); }));
}

}  // namespace holdfast::bench
