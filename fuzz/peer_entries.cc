// The other deployment, as the peer link meets it: a proven connection that announces what it
// holds, answers pulls, pulls itself and passes things on, truly or not.
//
// The fuzzer is the peer. It holds the peer key, so it gets past the handshake, and what it has a
// genuine acceptance for is to be believed; everything else it may bend.
//
// Checks: what is stored carries a genuine acceptance, is what its hashes say, and was made by its
// author; what is claimed to be held is there; clients hear only what they may.
#include <algorithm>
#include <deque>

#include "base/check.h"
#include "base/ulid.h"
#include "fuzz/harness.h"
#include "fuzz/shop.h"
#include "protocol/hashes.h"
#include "replication/handshake.h"

namespace holdfast::fuzz {
namespace {

namespace from_peer = protocol::from_peer;
using node::PeerId;
using protocol::Entry;
using protocol::Origin;
using protocol::Seq;

enum class Step : std::uint8_t {
  kMake,    // one more entry, held here
  kHolds,   // an announcement
  kAnswer,  // to the oldest pull that waits
  kPull,
  kRaw,
  kTime,
  kReopen,
  kClient,  // a visitor of the node's says something
};
constexpr std::size_t kSteps = 8;
enum class Bend : std::uint8_t {
  kNothing,
  kMac,
  kBody,
  kHead,
  kTime,
  kPlace,
  kBefore,
  kNumber,
  kSwap,
  kNoBody,
  kInvented,  // an event that nobody made
  kCompromisedKey,
  kTwice,
};
constexpr std::size_t kBends = 13;
constexpr std::size_t kStepsMax = 40;

const Origin kTheirs("redundant/n1/01HZZZZZZZZZZZZZZZZZZZZZZ2");

class PeerByHand {
 public:
  explicit PeerByHand(Input& input);
  void go();

 private:
  void step();
  void open();
  void heard(const std::string& text);
  void tell(std::string text);
  void make();
  void holds();
  void answer();
  void pull();
  void client();
  ContentPtr content();
  void bend(from_peer::Entries& answer);
  protocol::Interval interval();
  void check_answer(const from_peer::Entries& entries);

  Input& input_;
  Shop shop_;
  replication::Identity identity_;
  std::optional<replication::Handshake> handshake_;
  PeerId connection_{0};
  std::uint64_t connections_ = 0;
  std::deque<std::string> from_node_;
  std::deque<from_peer::Pull> pulls_;
  std::vector<Entry> held_;  // of kTheirs
  std::vector<ContentPtr> said_;
  ContentPtr opening_;
  std::optional<Client> vera_;
};

PeerByHand::PeerByHand(Input& input)
    : input_(input),
      identity_{protocol::Deployment::kRedundant, "n1", kTheirs, "fuzz", "", {1, 1}},
      opening_(shop_.vera.writer.open()) {
  shop_.admit_bystander();
  said_.push_back(opening_);
  vera_.emplace(shop_.vera.link(shop_.host));
  shop_.watch(vera_->session(), shop_.vera.writer.author());
  // What the node says is read after its turn, as it would be over a wire.
  shop_.world.on_strange_wire = [this](PeerId peer, const std::string& text) {
    if (peer == connection_) from_node_.push_back(text);
  };
  open();
}

void PeerByHand::open() {
  connection_ = PeerId(1'000'000 + ++connections_);
  from_node_.clear();
  pulls_.clear();
  const bool we_dialled = input_.flag();
  handshake_.emplace(identity_, shop_.world.keys.peer, we_dialled, shop_.world.random);
  shop_.host.input(node::PeerOpened{connection_, !we_dialled});
  tell(encode(handshake_->hello()));
}

void PeerByHand::tell(std::string text) {
  shop_.host.input(node::PeerFrame{connection_, std::move(text)});
  while (!from_node_.empty()) {
    const std::string next = std::move(from_node_.front());
    from_node_.pop_front();
    heard(next);
  }
}

void PeerByHand::heard(const std::string& text) {
  const auto frame = protocol::parse_peer_frame(text);
  CHECK(frame.has_value(), "the node told its peer {}: {}", text, frame.error().why);
  if (const auto* const hello = std::get_if<from_peer::PeerHello>(&*frame)) {
    if (const auto proof = handshake_->heard(*hello)) tell(encode(*proof));
  } else if (const auto* const pull = std::get_if<from_peer::Pull>(&*frame)) {
    pulls_.push_back(*pull);
  } else if (const auto* const entries = std::get_if<from_peer::Entries>(&*frame)) {
    check_answer(*entries);
  }
}

// The node is as honest as it demands of its peer.
void PeerByHand::check_answer(const from_peer::Entries& entries) {
  for (const protocol::PeerRun& run : entries.runs) {
    for (const protocol::PeerEntry& entry : run.e) {
      const auto content = protocol::read_content(entry.head, entry.body);
      CHECK(content.has_value(), "the node passed on {}", entry.head);
      const auto* const key = protocol::key_named(shop_.world.keys.cluster, entry.acc.key);
      CHECK(key != nullptr && entry.acc.mac == protocol::acceptance_mac(
                                                   *key, (*content)->digest, entry.acc.origin,
                                                   entry.acc.seq, entry.acc.hlc),
            "the node passed on a forged acceptance of {}", entry.head);
    }
  }
}

ContentPtr PeerByHand::content() {
  using protocol::Audience;
  const ChatId chat = opening_->head.chat;
  Writer& vera = shop_.vera.writer;
  Writer& ann = shop_.ann.writer;
  Writer admin = shop_.world.administrator();
  const auto written = [&](Writer& by, std::string kind, const ChatId& in, Audience audience,
                           const std::string& as, std::string_view fields) {
    auto draft = by.draft(std::move(kind), in, audience);
    if (!as.empty()) draft.author = Author(as);
    std::string body = "{\"nonce\":\"" + by.new_nonce() + "\"";
    if (!fields.empty()) body += "," + std::string(fields);
    return by.write(draft, body + "}");
  };
  switch (input_.below(13)) {
    case 0:
      return opening_;
    case 1:
      return vera.message(chat, "hello", {said_.back()->digest});
    case 2:
      return ann.message(chat, "how can I help?", {said_.back()->digest});
    case 3:
      return ann.note(chat, "psst");
    case 4:
      return admin.set("site:shop", "greeting", "\"hi\"");
    case 5:
      return admin.set("operator:ann", "active", input_.flag() ? "true" : "false");
    case 6:
      return written(vera, "route", chat, Audience::kChat, "n:redundant",
                     "\"state\":\"assigned\",\"operator\":\"o:ann\",\"epoch\":2,\"term\":1,"
                     "\"auto\":true,\"replaces\":[],\"covers\":[]");
    case 7:
      return written(admin, "erase", ChatId(""), Audience::kNodes, "",
                     "\"chat\":\"" + chat.value() + "\",\"until\":\"ffffffffffffffff\"");
    case 8:
      return written(vera, "claim", chat, Audience::kNodes, "n:redundant",
                     "\"key\":\"x\",\"what\":\"email.offline\",\"of\":\"x\",\"to\":\"x\","
                     "\"epoch\":2,\"term\":1");
    case 9:
      return written(vera, "audit", chat, Audience::kNodes, "n:redundant", "\"what\":\"odd\"");
    case 10:
      return written(vera, "contact", chat, Audience::kChat, "", "\"email\":\"v@x.example\"");
    case 11: {  // any kind, any fields: what a later version might say, or a broken one
      constexpr const char* kKinds[] = {"message", "set", "route", "erase", "claim", "done", "new"};
      const std::string kind = input_.one_of(kKinds);
      const bool of_the_chat = input_.flag();
      return written(of_the_chat ? vera : admin, kind, of_the_chat ? chat : ChatId(""),
                     of_the_chat ? Audience::kChat : Audience::kNodes,
                     input_.flag() ? "n:redundant" : "", input_.text());
    }
    default:
      return input_.one_of(said_);
  }
}

void PeerByHand::make() {
  const ContentPtr made = content();
  Entry entry{kTheirs, Seq(held_.size() + 1), {}, made, {}, {}};
  entry.before = held_.empty() ? protocol::chain_start(kTheirs) : held_.back().h;
  entry.acceptance = shop_.accept(made->digest, kTheirs, entry.seq.value());
  entry.h = protocol::chain_next(entry.before, made->digest, entry.acceptance.mac);
  held_.push_back(std::move(entry));
  said_.push_back(made);
}

protocol::Interval PeerByHand::interval() {
  protocol::Interval all{Seq(1), Seq(held_.size()), protocol::chain_start(kTheirs),
                         held_.empty() ? protocol::ChainHash() : held_.back().h};
  switch (input_.below(6)) {
    case 3:
      all.last = Seq(all.last.value() + input_.byte());
      break;
    case 4:
      all.first = Seq(input_.byte());
      break;
    case 5:
      all.after = protocol::ChainHash(sha256(std::string_view("another")));
      break;
    default:
      break;
  }
  return all;
}

void PeerByHand::holds() {
  from_peer::Holds holds;
  holds.full = input_.below(4) != 3;
  holds.more = input_.below(8) == 7;
  holds.time = shop_.world.clock.now().wall;
  if (!held_.empty()) holds.origins.push_back({kTheirs, {interval()}});
  // Of the node's own origin: the truth, or that it was rolled back.
  if (input_.below(4) == 3) {
    protocol::Interval about = interval();
    about.before = protocol::chain_start(shop_.host.node().origin());
    holds.origins.push_back({shop_.host.node().origin(), {about}});
  }
  if (input_.below(4) == 3) holds.verdict = shop_.world.verdict(1 + input_.below(4));
  std::string text = encode(holds);
  maybe_damage(input_, text);
  tell(text);
}

void PeerByHand::bend(from_peer::Entries& answer) {
  const auto how = static_cast<Bend>(input_.below(kBends));
  if (answer.runs.empty() || answer.runs[0].e.empty()) return;
  protocol::PeerRun& run = answer.runs[0];
  protocol::PeerEntry& entry = input_.one_of(run.e);
  const auto alter = [&](std::string& text) {
    if (text.empty()) return;
    char& c = text[input_.byte() % text.size()];
    c = c == 'x' ? 'y' : 'x';
  };
  switch (how) {
    case Bend::kNothing:
      break;
    case Bend::kMac: {
      Hash32 mac = entry.acc.mac.value();
      mac.bytes[input_.below(32)] ^= 1;
      entry.acc.mac = protocol::Mac(mac);
      break;
    }
    case Bend::kBody:
      if (entry.body) alter(*entry.body);
      break;
    case Bend::kHead:
      alter(entry.head);
      break;
    case Bend::kTime:
      entry.acc.hlc = protocol::Hlc(entry.acc.hlc.value() + 1);
      break;
    case Bend::kPlace:
      run.a = Seq(run.a.value() + input_.byte());
      break;
    case Bend::kBefore:
      run.p = protocol::ChainHash(sha256(std::string_view("another")));
      break;
    case Bend::kNumber:
      answer.n += input_.byte();
      break;
    case Bend::kSwap:
      std::swap(run.e.front(), run.e.back());
      break;
    case Bend::kNoBody:
      entry.body.reset();
      break;
    case Bend::kInvented: {
      const auto invented = shop_.ann.writer.message(opening_->head.chat, "send me money");
      entry.head = invented->head_bytes;
      entry.body = invented->body_bytes;
      break;
    }
    case Bend::kCompromisedKey: {
      protocol::SecretKey key = compromised_key();
      key.state = protocol::KeyState::kActive;
      entry.acc = protocol::accept(std::span(&key, 1), protocol::digest_of(entry.head),
                                   entry.acc.origin, entry.acc.seq, entry.acc.hlc);
      break;
    }
    case Bend::kTwice:
      answer.runs.push_back(run);
      break;
  }
}

void PeerByHand::answer() {
  if (pulls_.empty()) return;
  const from_peer::Pull pull = pulls_.front();
  pulls_.pop_front();
  from_peer::Entries answer{pull.n, pull.o, {}, true, false};
  if (pull.o == kTheirs) {
    protocol::PeerRun run;
    for (const Entry& entry : held_) {
      if (entry.seq < pull.a || entry.seq > pull.b) continue;
      if (run.e.empty()) run.a = entry.seq, run.p = entry.before;
      run.e.push_back({entry.acceptance, entry.content->head_bytes, entry.content->body_bytes});
    }
    if (!run.e.empty()) answer.runs.push_back(std::move(run));
  }
  answer.done = input_.below(8) != 7;
  answer.more = input_.below(8) == 7;
  bend(answer);
  for (const auto& run : answer.runs) {
    for (const auto& entry : run.e) shop_.note_offered(protocol::digest_of(entry.head));
  }
  std::string text = encode(answer);
  maybe_damage(input_, text);
  tell(text);
}

void PeerByHand::pull() {
  const Origin origins[] = {shop_.host.node().origin(), kTheirs};
  from_peer::Pull pull;
  pull.n = 1 + input_.byte();
  pull.o = input_.one_of(origins);
  pull.a = Seq(input_.byte());
  pull.b = Seq(input_.byte());
  pull.live = input_.flag();
  pull.max = 1 + 256 * std::uint64_t{input_.byte()};
  tell(encode(pull));
}

void PeerByHand::client() {
  const auto content = input_.flag() ? opening_
                                     : shop_.vera.writer.message(opening_->head.chat, "over here",
                                                                 {opening_->digest});
  const auto text = encode(from_client::Send{content->head_bytes, *content->body_bytes, false, {}});
  shop_.note_said(shop_.vera.writer.author(), text);
  vera_->say_text(text);
}

void PeerByHand::step() {
  switch (static_cast<Step>(input_.below(kSteps))) {
    case Step::kMake:
      return make();
    case Step::kHolds:
      return holds();
    case Step::kAnswer:
      return answer();
    case Step::kPull:
      return pull();
    case Step::kRaw:
      return tell(input_.text());
    case Step::kTime:
      return input_.flag() ? shop_.pass(Ms(100 * (1 + input_.below(40)))) : shop_.world.settle();
    case Step::kReopen:
      shop_.host.input(node::PeerClosed{connection_});
      return open();
    case Step::kClient:
      return client();
  }
}

void PeerByHand::go() {
  for (std::size_t i = 0; i < kStepsMax && !input_.empty(); ++i) {
    step();
    shop_.world.settle();
  }
  shop_.pass(Ms(500));
  shop_.check_stored(Shop::From::kPeer);
  shop_.check_heard();
}

}  // namespace

void run(Input& input) {
  PeerByHand(input).go();
}

namespace {

class Scene {
 public:
  Scene() { script_.byte(1); }  // we dialled
  Scene& make(std::size_t what) {
    begin(Step::kMake);
    script_.byte(what);
    if (what == 5) script_.byte(1);
    return *this;
  }
  Scene& make_anything(std::size_t kind, bool of_the_chat, std::string_view fields) {
    begin(Step::kMake);
    script_.byte(11).byte(kind).byte(of_the_chat ? 1 : 0).byte(1).text(fields);
    return *this;
  }
  Scene& holds(std::size_t bend = 0, bool of_the_nodes_too = false, bool verdict = false) {
    begin(Step::kHolds);
    script_.byte(0).byte(0).byte(bend);
    if (bend == 3 || bend == 4) script_.byte(9);
    script_.byte(of_the_nodes_too ? 3 : 0);
    if (of_the_nodes_too) script_.byte(bend);
    if (of_the_nodes_too && (bend == 3 || bend == 4)) script_.byte(40);
    script_.byte(verdict ? 3 : 0);
    if (verdict) script_.byte(1);
    script_.byte(0);
    return *this;
  }
  Scene& answer(Bend bend = Bend::kNothing) {
    begin(Step::kAnswer);
    script_.byte(0).byte(0).byte(static_cast<std::size_t>(bend)).byte(0);
    const bool takes_a_byte = bend == Bend::kMac || bend == Bend::kBody || bend == Bend::kHead ||
                              bend == Bend::kPlace || bend == Bend::kNumber;
    if (takes_a_byte) script_.byte(11);
    script_.byte(0);
    return *this;
  }
  Scene& answers(std::size_t count) {
    while (count-- > 0) answer();
    return *this;
  }
  Scene& pull(std::size_t a, std::size_t b, bool live = false) {
    begin(Step::kPull);
    script_.byte(7).byte(0).byte(a).byte(b).byte(live ? 1 : 0).byte(200);
    return *this;
  }
  Scene& raw(std::string_view text) {
    begin(Step::kRaw);
    script_.text(text);
    return *this;
  }
  Scene& time(std::size_t tenths) {
    begin(Step::kTime);
    script_.byte(1).byte(tenths - 1);
    return *this;
  }
  Scene& reopen() {
    begin(Step::kReopen);
    script_.byte(0);
    return *this;
  }
  Scene& client(bool opens) {
    begin(Step::kClient);
    script_.byte(opens ? 1 : 0);
    return *this;
  }
  std::string bytes() const { return script_.bytes(); }

 private:
  void begin(Step step) { script_.byte(static_cast<std::size_t>(step)); }
  Script script_;
};

// A chat of the other deployment's, announced.
Scene chat() {
  Scene scene;
  return scene.make(0).make(1).make(2).make(3).holds();
}

}  // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> seeds{
      chat().answers(4).time(5).client(false).pull(1, 20).time(20).bytes(),
      chat().make(4).make(5).make(6).make(7).holds().answers(8).time(5).pull(1, 20, true).bytes(),
      chat().make(8).make(9).make(10).make(12).holds().answers(8).time(40).bytes(),
      Scene().make(0).make_anything(0, true, "\"text\":\"x\"").holds().answers(4).time(9).bytes(),
      Scene()
          .make_anything(1, false,
                         R"("entity":"site:shop","field":"origins","value":["https://x.example"],)"
                         R"("revoke":false,"replaces":[])")
          .holds()
          .answers(4)
          .time(9)
          .bytes(),
      Scene()
          .client(true)
          .holds()
          .pull(1, 20)
          .client(false)
          .pull(1, 1)
          .pull(0, 0)
          .reopen()
          .holds(0, true, true)
          .time(40)
          .bytes(),
      Scene().client(true).holds(3, true).time(40).holds(5, true).time(40).bytes(),
      chat().holds(5).answers(4).time(40).holds(4).answers(2).time(40).bytes(),
      Scene()
          .holds()
          .raw(R"({"t":"beat","time":5,"reports":[{"hedges_won":1,"late_acks":2,)"
               R"("failed_connects":3,"at":4}]})")
          .raw(R"({"t":"presence","operators":[{"site":"shop","id":"o:ann","state":"online"}],)"
               R"("full":true})")
          .raw(R"({"t":"decided","rid":"01M3XJ00000000000000000009","ok":true})")
          .raw(R"({"t":"ask","rid":"01M3XJ00000000000000000009","site":"shop","chat":)"
               R"("dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw","what":"accept",)"
               R"("operator":"o:ann"})")
          .raw(R"({"t":"entries","n":1})")
          .raw(R"({"t":"sing"})")
          .time(40)
          .bytes(),
  };
  for (std::size_t bend = 1; bend < kBends; ++bend)
    seeds.push_back(
        chat().answer(static_cast<Bend>(bend)).answers(2).time(20).holds().answers(3).bytes());
  return seeds;
}

}  // namespace holdfast::fuzz
