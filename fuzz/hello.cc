// Links that open, say hello, and go on: with right and wrong proofs, from right and wrong pages,
// of visitors with a secret or a key, operators with all kinds of tokens, and the moderator's
// probe; then frames of whoever was let in, and more hellos.
//
// Checks: who is welcomed has proven to be that person, on that page, to this challenge; and the
// rules of shop.h.
#include "base/check.h"
#include "base/ulid.h"
#include "bench/identity.h"
#include "fuzz/harness.h"
#include "fuzz/shop.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "protocol/token.h"

namespace holdfast::fuzz {
namespace {

using node::testing::kConsoleOrigin;
using node::testing::kHost;
using node::testing::kShopOrigin;
using node::testing::kSite;
using protocol::SiteId;

enum class Step : std::uint8_t { kOpen, kHello, kRaw, kSend, kHave, kTime, kLeave };
constexpr std::size_t kSteps = 7;
enum class Proof : std::uint8_t { kSecret, kKey, kForeignKey, kToken, kBoundToken, kProbe };
constexpr std::size_t kProofs = 6;
constexpr std::size_t kStepsMax = 40;

constexpr const char* kPages[] = {kShopOrigin, kConsoleOrigin, "", "https://shop.example.evil.net"};
constexpr const char* kHosts[] = {kHost, "lapsed.example"};

// One key of a browser for the whole process.
const bench::Identity& browser() {
  static SystemRandom random;
  static const auto identity =
      bench::make_visitor(SiteId(kSite), kShopOrigin, bench::VisitorProof::kKey, random);
  return *identity;
}

std::string browser_pub() {
  return std::get<protocol::KeyAuth>(browser().prove({}, kHost)).pub;
}

struct Link {
  Client client;
  std::string page;
  std::string host;
  std::set<Author> proven;           // by what was said on it so far
  std::set<std::string> signatures;  // that the browser's key made for this challenge and host
};

// A token, and whom it lets in.
struct Issued {
  std::string token;
  std::optional<Author> author;
  bool bound = false;
};

class Crowd {
 public:
  explicit Crowd(Input& input) : input_(input) {
    shop_.admit_bystander();
    opening_ = shop_.vera.writer.open();
    issue_tokens();
    open(kShopOrigin, kHost);
  }

  void go() {
    for (std::size_t i = 0; i < kStepsMax && !input_.empty(); ++i) step();
    shop_.world.settle();
    check();
  }

 private:
  void step();
  void open(const std::string& page, const std::string& host) {
    links_.push_back({Client(shop_.world, shop_.host, page, host), page, host, {}, {}});
  }
  void hello(Link& link);
  void send(Link& link);
  void have(Link& link);
  void say(Link& link, const std::string& text);
  protocol::Auth auth(Link& link, Proof proof);
  void issue_tokens();
  void note_proof(Link& link, const from_client::Hello& hello);
  const Writer& writer_of(const Author& author);
  void check();

  Input& input_;
  Shop shop_;
  std::vector<Link> links_;
  std::vector<Issued> tokens_;
  ContentPtr opening_;  // of vera's chat, whether she sends it or not
};

void Crowd::issue_tokens() {
  const WallMs now = shop_.world.clock.now().wall;
  const auto& keys = shop_.world.keys.session;
  const auto make = [&](const Author& author, const char* site, WallMs issued, WallMs expires) {
    return protocol::Token{SiteId(site), author,  Ulid::make(now, shop_.world.random).text(),
                           issued,       expires, {}};
  };
  const Author ann("o:ann");
  const WallMs later = now + Ms(60'000);
  protocol::Token bound = make(ann, kSite, now, later);
  bound.pub = protocol::pub_hash(browser_pub());
  std::vector<protocol::SecretKey> foreign = keys;
  foreign[0].bytes.fill(99);
  tokens_ = {
      {protocol::make_token(keys, make(ann, kSite, now, later)), ann},
      {protocol::make_token(keys, bound), ann, true},
      {protocol::make_token(keys, make(ann, kSite, now - Ms(9'000), now - Ms(1))), {}},
      {protocol::make_token(keys, make(Author("o:eve"), kSite, now, later)), {}},
      {protocol::make_token(keys, make(ann, "other", now, later)), {}},
      {protocol::make_token(foreign, make(ann, kSite, now, later)), {}},
  };
}

protocol::Auth Crowd::auth(Link& link, Proof proof) {
  const auto sign = [&](const from_node::Challenge& challenge, const std::string& host) {
    return std::get<protocol::KeyAuth>(browser().prove(challenge, host));
  };
  switch (proof) {
    case Proof::kKey: {
      const auto key = sign(link.client.challenge(), link.host);
      link.signatures.insert(key.sig);
      return key;
    }
    case Proof::kForeignKey:  // signed for another challenge, or another host
      return input_.flag() ? sign(from_node::Challenge{}, link.host)
                           : sign(link.client.challenge(), "evil.example");
    case Proof::kToken:
      return protocol::TokenAuth{input_.one_of(tokens_).token, {}, {}};
    case Proof::kBoundToken: {
      const auto key =
          std::get<protocol::KeyAuth>(auth(link, input_.flag() ? Proof::kKey : Proof::kForeignKey));
      return protocol::TokenAuth{input_.one_of(tokens_).token, key.pub, key.sig};
    }
    case Proof::kProbe:
      return link.client.probe_hello(false).auth;
    case Proof::kSecret:
      break;
  }
  return protocol::SecretAuth{input_.flag() ? sha256(input_.text()).base64url()
                                            : shop_.vera.secret};
}

// Independent of the node: a person is proven by what only they could say, on a page that is
// theirs.
void Crowd::note_proof(Link& link, const from_client::Hello& hello) {
  const auto* const secret = std::get_if<protocol::SecretAuth>(&hello.auth);
  const auto* const key = std::get_if<protocol::KeyAuth>(&hello.auth);
  const auto* const token = std::get_if<protocol::TokenAuth>(&hello.auth);
  const auto* const probe = std::get_if<protocol::ProbeAuth>(&hello.auth);
  const bool of_the_shop = hello.site.value() == kSite;
  const std::string pub = browser_pub();
  const auto signed_here = [&](const std::string& by, const std::string& sig) {
    return by == pub && link.signatures.contains(sig);
  };
  if (secret != nullptr && of_the_shop && link.page == kShopOrigin)
    link.proven.insert(protocol::visitor_of(hello.site, secret->secret));
  if (key != nullptr && of_the_shop && link.page == kShopOrigin && signed_here(key->pub, key->sig))
    link.proven.insert(browser().author);
  if (token != nullptr && of_the_shop && link.page == kConsoleOrigin) {
    for (const Issued& issued : tokens_) {
      const bool bound_here = token->pub && token->sig && signed_here(*token->pub, *token->sig);
      if (issued.token == token->token && issued.author && (!issued.bound || bound_here))
        link.proven.insert(*issued.author);
    }
  }
  if (probe != nullptr &&
      probe->mac.value() ==
          protocol::probe_mac(shop_.world.keys.probe, link.client.challenge().nonce.base64url())) {
    link.proven.insert(Author(std::string(protocol::kProbeVisitor)));
    link.proven.insert(Author(std::string(protocol::kProbeOperator)));
  }
}

void Crowd::say(Link& link, const std::string& text) {
  if (const auto frame = protocol::parse_client_frame(text)) {
    if (const auto* const hello = std::get_if<from_client::Hello>(&*frame))
      note_proof(link, *hello);
  }
  for (const Author& author : link.proven) shop_.note_said(author, text);
  if (link.proven.empty()) shop_.note_said(Author(""), text);
  link.client.say_text(text);
}

void Crowd::hello(Link& link) {
  from_client::Hello hello;
  const auto proof = static_cast<Proof>(input_.below(kProofs));
  hello.auth = auth(link, proof);
  const bool by_token = proof == Proof::kToken || proof == Proof::kBoundToken;
  const std::uint8_t odd = input_.byte();
  hello.versions = (odd & 1) != 0 ? protocol::Versions{2, 3} : protocol::Versions{1, 1};
  hello.site = SiteId(proof == Proof::kProbe ? std::string(protocol::kProbeSite)
                      : (odd & 2) != 0       ? "other"
                                             : kSite);
  hello.as = by_token != ((odd & 4) != 0) ? protocol::Role::kOperator : protocol::Role::kVisitor;
  if ((odd & 8) != 0) hello.as = protocol::Role::kProbe;
  hello.warm = (odd & 16) != 0;
  const ChatId chats[] = {opening_->head.chat, ChatId(sha256(input_.text()).base64url())};
  for (std::size_t i = input_.below(4); i > 0; --i)
    hello.chats.push_back({input_.one_of(chats), Hash32{}});
  if (input_.flag()) hello.outbox = {opening_->digest, Digest(sha256(std::string_view("x")))};
  std::string text = encode(hello);
  maybe_damage(input_, text);
  say(link, text);
}

void Crowd::send(Link& link) {
  ContentPtr content = opening_;
  auto& writer = input_.flag() ? shop_.ann.writer : shop_.vera.writer;
  switch (input_.below(4)) {
    case 0:
      break;
    case 1:
      content = writer.message(opening_->head.chat, "hello", {opening_->digest});
      break;
    case 2:
      content = writer.note(opening_->head.chat, "psst");
      break;
    default:
      content = writer.set("operator:ann", "name", "\"Anna\"");
      break;
  }
  std::string text =
      encode(from_client::Send{content->head_bytes, *content->body_bytes, input_.flag(), {}});
  maybe_damage(input_, text);
  say(link, text);
}

void Crowd::have(Link& link) {
  from_client::Have have{opening_->head.chat, {}, input_.flag()};
  if (input_.flag()) have.items.push_back({opening_->digest, {}});
  say(link, encode(have));
}

void Crowd::step() {
  const auto step = static_cast<Step>(input_.below(kSteps));
  Link& link = input_.one_of(links_);
  switch (step) {
    case Step::kOpen: {
      const char* const page = input_.one_of(kPages);
      return open(page, input_.one_of(kHosts));
    }
    case Step::kHello:
      return hello(link);
    case Step::kRaw:
      return say(link, input_.text());
    case Step::kSend:
      return send(link);
    case Step::kHave:
      return have(link);
    case Step::kTime:
      return input_.flag() ? shop_.pass(Ms(100 * (1 + input_.below(20)))) : shop_.world.settle();
    case Step::kLeave:
      return link.client.leave();
  }
}

void Crowd::check() {
  shop_.check_stored();
  for (Link& link : links_) {
    const auto welcomes = link.client.all<from_node::Welcome>();
    CHECK(welcomes.size() <= 1, "welcomed twice");
    if (welcomes.empty()) {
      for (const auto& frame : link.client.heard()) {
        CHECK(std::holds_alternative<from_node::Challenge>(frame) ||
                  std::holds_alternative<from_node::Error>(frame),
              "told to somebody who was not welcomed: {}", encode(frame));
      }
      continue;
    }
    CHECK(link.proven.contains(welcomes[0].author), "welcomed as {} without a proof",
          welcomes[0].author);
    shop_.watch(link.client.session(), welcomes[0].author);
  }
  shop_.check_heard();
  CHECK(shop_.host.restarts.empty(), "restarted: {}", shop_.host.restarts[0]);
  shop_.check_bystander_is_served();
}

}  // namespace

void run(Input& input) {
  Crowd(input).go();
}

namespace {

Script& add(Script& script, Step step, std::size_t link) {
  return script.byte(static_cast<std::size_t>(step)).byte(link);
}
void open(Script& script, std::size_t page, std::size_t host = 0) {
  add(script, Step::kOpen, 0).byte(page).byte(host);
}
// What follows the proof in hello(): nothing odd, one chat of the pool, the outbox, no damage.
void plain(Script& script) {
  script.byte(0).text("").byte(1).byte(0).byte(1).byte(0);
}
void time(Script& script, std::size_t tenths = 3) {
  add(script, Step::kTime, 0).byte(1).byte(tenths - 1);
}
void send(Script& script, std::size_t link, bool ann, std::size_t what) {
  add(script, Step::kSend, link).byte(ann ? 1 : 0).byte(what).byte(0).byte(0);
}

Script visitor_with_a_secret() {
  Script script;
  add(script, Step::kHello, 0).byte(static_cast<std::size_t>(Proof::kSecret)).byte(0);
  plain(script);
  time(script);
  send(script, 0, false, 0);
  time(script);
  send(script, 0, false, 1);
  add(script, Step::kHave, 0).byte(0).byte(1);
  time(script);
  open(script, 0);
  add(script, Step::kHello, 1).byte(static_cast<std::size_t>(Proof::kSecret)).byte(0);
  plain(script);
  time(script, 20);
  return script;
}

Script visitor_with_a_key(Proof proof) {
  Script script;
  add(script, Step::kHello, 0).byte(static_cast<std::size_t>(proof));
  if (proof == Proof::kForeignKey) script.byte(1);
  plain(script);
  time(script, 20);
  return script;
}

Script operator_with(Proof proof, std::size_t token) {
  Script script = visitor_with_a_secret();
  open(script, 1);
  add(script, Step::kHello, 2).byte(static_cast<std::size_t>(proof));
  if (proof == Proof::kBoundToken) script.byte(1);
  script.byte(token);
  plain(script);
  time(script);
  send(script, 2, true, 1);
  send(script, 2, true, 2);
  send(script, 2, true, 3);
  time(script);
  add(script, Step::kRaw, 2).text(R"({"t":"status","state":"away"})");
  add(script, Step::kRaw, 2).text(R"({"t":"view","on":true})");
  time(script);
  add(script, Step::kLeave, 2);
  time(script);
  return script;
}

Script probe() {
  Script script;
  open(script, 2);
  add(script, Step::kHello, 1).byte(static_cast<std::size_t>(Proof::kProbe));
  plain(script);
  time(script);
  return script;
}

}  // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> seeds{visitor_with_a_secret().bytes(),
                                 visitor_with_a_key(Proof::kKey).bytes(),
                                 visitor_with_a_key(Proof::kForeignKey).bytes(), probe().bytes()};
  for (std::size_t token = 0; token < 6; ++token)
    seeds.push_back(operator_with(Proof::kToken, token).bytes());
  seeds.push_back(operator_with(Proof::kBoundToken, 1).bytes());
  return seeds;
}

}  // namespace holdfast::fuzz
