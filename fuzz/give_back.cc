// Browsers that give events back: lists of what they hold, and events with acceptances that are
// genuine, altered, somebody else's or invented, with their bodies, without, or with others.
//
// Checks: the rules of shop.h; what carries a genuine acceptance and is whole is taken when it was
// asked for; the node restarts only for an acceptance of its own that it does not know.
#include <algorithm>

#include "base/check.h"
#include "fuzz/harness.h"
#include "fuzz/shop.h"
#include "protocol/hashes.h"

namespace holdfast::fuzz {
namespace {

using protocol::Origin;
using protocol::Seq;

enum class Step : std::uint8_t { kHave, kGive, kSend, kRaw, kTime, kRelink };
constexpr std::size_t kSteps = 6;
enum class Claim : std::uint8_t {
  kNone,
  kGenuine,  // of the other deployment
  kOurs,     // as this node told it
  kAlteredMac,
  kAlteredTime,
  kOfAnotherEvent,
  kForeignKey,  // right id, other bytes
  kUnknownKey,
  kCompromisedKey,
  kRolledBack,  // genuine, of this incarnation, which never made it
};
constexpr std::size_t kClaims = 10;
constexpr std::size_t kStepsMax = 30;

const Origin kElsewhere("redundant/n1/01HZZZZZZZZZZZZZZZZZZZZZZ2");

struct Person {
  Visitor* visitor;  // or
  Agent* agent;
  std::optional<Client> client;
  const Author& author() const { return (visitor ? visitor->writer : agent->writer).author(); }
};

class Market {
 public:
  explicit Market(Input& input) : input_(input), mallory_(shop_.world, "mallory") {
    shop_.admit_bystander();
    people_.push_back({&shop_.vera, nullptr, {}});
    people_.push_back({nullptr, &shop_.ann, {}});
    people_.push_back({&mallory_, nullptr, {}});
    for (Person& person : people_) link(person);
    fill_pool();
  }

  void go() {
    for (std::size_t i = 0; i < kStepsMax && !input_.empty(); ++i) step();
    shop_.pass(Ms(2'500));  // whoever was asked and said nothing has had their time
    shop_.check_stored();
    shop_.check_heard();
    CHECK(shop_.host.restarts.empty() || rolled_back_, "restarted: {}", shop_.host.restarts[0]);
    if (shop_.host.restarts.empty()) shop_.check_bystander_is_served();
  }

 private:
  void fill_pool();
  void link(Person& person);
  void step();
  void have(Person& person);
  void give(Person& person);
  void send(Person& person);
  void say(Person& person, std::string text);
  std::vector<Acceptance> claims(const ContentPtr& content);
  std::optional<std::string> body(const ContentPtr& content);
  std::optional<Acceptance> told(const Digest& digest) const;

  Input& input_;
  Shop shop_;
  Visitor mallory_;
  std::vector<Person> people_;
  std::vector<ContentPtr> pool_;
  std::vector<ChatId> chats_;
  bool rolled_back_ = false;
  std::uint64_t seq_ = 0;
};

void Market::fill_pool() {
  const auto opening = shop_.vera.writer.open();
  const ChatId chat = opening->head.chat;
  const auto hello = shop_.vera.writer.message(chat, "hello", {opening->digest});
  auto sticker = shop_.vera.writer.draft("sticker", chat, protocol::Audience::kChat);
  auto route = shop_.vera.writer.draft("route", chat, protocol::Audience::kChat);
  route.author = Author("n:redundant");
  const auto foreign = mallory_.writer.open("Mallory");
  pool_ = {opening,
           hello,
           shop_.ann.writer.message(chat, "how can I help?", {hello->digest}),
           shop_.ann.writer.note(chat, "she again", {hello->digest}),
           shop_.vera.writer.write(
               sticker, "{\"nonce\":\"" + shop_.vera.writer.new_nonce() + "\",\"x\":[1]}"),
           shop_.vera.writer.write(
               route, "{\"nonce\":\"" + shop_.vera.writer.new_nonce() +
                          "\",\"state\":\"assigned\",\"operator\":\"o:ann\",\"epoch\":1,\"term\":1,"
                          "\"auto\":false,\"replaces\":[],\"covers\":[]}"),
           foreign,
           mallory_.writer.message(chat, "me too"),
           shop_.ann.writer.set("operator:ann", "name", "\"Anna\""),
           mallory_.writer.write(mallory_.writer.draft("message", chat, protocol::Audience::kNodes),
                                 protocol::text_body(mallory_.writer.new_nonce(), "for nodes"))};
  chats_ = {chat, foreign->head.chat, ChatId(""),
            ChatId(sha256(std::string_view("x")).base64url())};
}

void Market::link(Person& person) {
  if (person.visitor != nullptr) {
    person.client.emplace(person.visitor->link(shop_.host));
  } else {
    person.client.emplace(person.agent->link(shop_.host));
  }
  shop_.watch(person.client->session(), person.author());
}

std::optional<Acceptance> Market::told(const Digest& digest) const {
  for (const Person& person : people_) {
    if (auto acceptance = person.client->accepted(digest)) return acceptance;
  }
  return std::nullopt;
}

std::vector<Acceptance> Market::claims(const ContentPtr& content) {
  const auto claim = static_cast<Claim>(input_.below(kClaims));
  const Digest& digest = content->digest;
  const auto under = [&](protocol::SecretKey key) {
    key.state = protocol::KeyState::kActive;
    const Seq seq(++seq_);
    return std::vector{
        protocol::accept(std::span(&key, 1), digest, kElsewhere, seq, protocol::Hlc(seq.value()))};
  };
  protocol::SecretKey key = shop_.world.keys.cluster[0];
  switch (claim) {
    case Claim::kNone:
      return {};
    case Claim::kGenuine:
      return {shop_.accept(digest, kElsewhere, ++seq_)};
    case Claim::kOurs:
      if (const auto acceptance = told(digest)) return {*acceptance};
      return {};
    case Claim::kAlteredMac: {
      Acceptance altered = under(key)[0];
      Hash32 mac = altered.mac.value();
      mac.bytes[input_.below(32)] ^= static_cast<std::uint8_t>(1 << input_.below(8));
      altered.mac = protocol::Mac(mac);
      return {altered};
    }
    case Claim::kAlteredTime: {
      Acceptance altered = under(key)[0];
      altered.hlc = protocol::Hlc(altered.hlc.value() + 1 + input_.byte());
      return {altered};
    }
    case Claim::kOfAnotherEvent: {
      const ContentPtr& other = input_.one_of(pool_);
      if (other == content) return {};
      return {protocol::accept(std::span(&key, 1), other->digest, kElsewhere, Seq(++seq_),
                               protocol::Hlc(1))};
    }
    case Claim::kForeignKey:
      key.bytes.fill(99);
      return under(key);
    case Claim::kUnknownKey:
      key.id = protocol::KeyId("c9");
      return under(key);
    case Claim::kCompromisedKey:
      return under(compromised_key());
    case Claim::kRolledBack:
      rolled_back_ = true;
      return {shop_.accept(digest, shop_.host.node().origin(), 1'000 + ++seq_)};
  }
  return {};
}

std::optional<std::string> Market::body(const ContentPtr& content) {
  switch (input_.below(6)) {
    case 4:
      return std::nullopt;
    case 5:
      return input_.one_of(pool_)->body_bytes;
    default:
      return content->body_bytes;
  }
}

void Market::say(Person& person, std::string text) {
  maybe_damage(input_, text);
  shop_.note_said(person.author(), text);
  person.client->say_text(text);
}

void Market::have(Person& person) {
  from_client::Have have{input_.one_of(chats_), {}, false};
  for (std::size_t count = input_.below(8); count > 0; --count) {
    const ContentPtr& content = input_.one_of(pool_);
    protocol::HeldItem item{content->digest, {}};
    for (const Acceptance& acceptance : claims(content)) item.macs.push_back(acceptance.mac);
    have.items.push_back(std::move(item));
  }
  have.more = input_.byte() > 200;
  say(person, encode(have));
}

void Market::give(Person& person) {
  from_client::Give give{input_.one_of(chats_), {}};
  for (std::size_t count = input_.below(4); count > 0; --count) {
    const ContentPtr& content = input_.one_of(pool_);
    protocol::GivenEvent event{content->head_bytes, body(content), claims(content)};
    std::ranges::copy(claims(content), std::back_inserter(event.acc));
    give.events.push_back(std::move(event));
  }
  say(person, encode(give));
}

void Market::send(Person& person) {
  const ContentPtr& content = input_.one_of(pool_);
  say(person,
      encode(from_client::Send{content->head_bytes, *content->body_bytes, false, claims(content)}));
}

void Market::step() {
  const auto step = static_cast<Step>(input_.below(kSteps));
  Person& person = input_.one_of(people_);
  switch (step) {
    case Step::kHave:
      return have(person);
    case Step::kGive:
      return give(person);
    case Step::kSend:
      return send(person);
    case Step::kRaw:
      return say(person, input_.text());
    case Step::kTime:
      return input_.flag() ? shop_.pass(Ms(100 * (1 + input_.below(25)))) : shop_.world.settle();
    case Step::kRelink:
      person.client->leave();
      shop_.world.settle();
      if (shop_.host.node().ready()) link(person);
      return;
  }
}

}  // namespace

void run(Input& input) {
  Market(input).go();
}

namespace {

enum Who { kVera, kAnn, kMallory };
enum Content { kOpening, kHello, kReply, kNote, kSticker, kRoute, kForeign, kIntruder };

class Scene {
 public:
  Scene& begin(Step step, Who who) {
    script_.byte(static_cast<std::size_t>(step)).byte(who);
    return *this;
  }
  Scene& send(Who who, Content content) {
    begin(Step::kSend, who);
    script_.byte(content).byte(static_cast<std::size_t>(Claim::kNone)).byte(0);
    return *this;
  }
  Scene& have(Who who, std::initializer_list<Content> contents, Claim claim) {
    begin(Step::kHave, who);
    script_.byte(0).byte(contents.size());
    for (const Content content : contents)
      script_.byte(content).byte(static_cast<std::size_t>(claim));
    script_.byte(0).byte(0);
    return *this;
  }
  // One event, with one claim.
  Scene& give(Who who, Content content, Claim claim, std::size_t body = 0) {
    begin(Step::kGive, who);
    script_.byte(0).byte(1).byte(content).byte(body);
    if (body == 5) script_.byte(kHello);
    add(claim);
    add(Claim::kNone);
    script_.byte(0);
    return *this;
  }
  Scene& time(std::size_t tenths = 1) {
    begin(Step::kTime, kVera);
    script_.byte(1).byte(tenths - 1);
    return *this;
  }
  Scene& relink(Who who) { return begin(Step::kRelink, who); }
  std::string bytes() const { return script_.bytes(); }

 private:
  void add(Claim claim) {
    script_.byte(static_cast<std::size_t>(claim));
    if (claim == Claim::kAlteredMac) script_.byte(3).byte(3);
    if (claim == Claim::kAlteredTime) script_.byte(3);
    if (claim == Claim::kOfAnotherEvent) script_.byte(kOpening);
  }
  Script script_;
};

}  // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> seeds{
      Scene()
          .have(kVera, {kOpening, kHello, kReply}, Claim::kGenuine)
          .time()
          .give(kVera, kOpening, Claim::kGenuine)
          .give(kVera, kHello, Claim::kGenuine)
          .time()
          .give(kVera, kReply, Claim::kGenuine)
          .time(25)
          .have(kVera, {kOpening}, Claim::kOurs)
          .time()
          .bytes(),
      Scene()
          .send(kVera, kOpening)
          .time()
          .send(kVera, kHello)
          .time()
          .have(kAnn, {kOpening, kHello, kReply, kNote}, Claim::kGenuine)
          .time(25)
          .give(kAnn, kReply, Claim::kGenuine)
          .give(kAnn, kNote, Claim::kGenuine)
          .give(kAnn, kRoute, Claim::kGenuine)
          .give(kAnn, kSticker, Claim::kGenuine)
          .time()
          .have(kMallory, {kOpening}, Claim::kNone)
          .relink(kAnn)
          .time()
          .bytes(),
      Scene()
          .have(kVera, {kOpening, kHello}, Claim::kGenuine)
          .have(kAnn, {kOpening, kHello}, Claim::kGenuine)
          .time(25)
          .relink(kVera)
          .time(25)
          .give(kAnn, kOpening, Claim::kGenuine)
          .time()
          .bytes(),
      Scene().give(kVera, kOpening, Claim::kNone).time().give(kVera, kReply, Claim::kNone).bytes(),
      Scene().give(kMallory, kOpening, Claim::kGenuine).time().bytes(),
      Scene().give(kAnn, kIntruder, Claim::kNone).give(kMallory, kIntruder, Claim::kNone).bytes(),
  };
  for (std::size_t claim = 2; claim < kClaims; ++claim) {
    seeds.push_back(Scene()
                        .send(kVera, kOpening)
                        .time()
                        .give(kVera, kReply, static_cast<Claim>(claim))
                        .time()
                        .bytes());
  }
  for (const std::size_t body : {4u, 5u}) {
    seeds.push_back(Scene()
                        .send(kVera, kOpening)
                        .time()
                        .give(kVera, kHello, Claim::kGenuine, body)
                        .time()
                        .bytes());
  }
  return seeds;
}

}  // namespace holdfast::fuzz
