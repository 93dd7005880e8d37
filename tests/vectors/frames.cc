#include "protocol/frames.gen.h"

#include "base/check.h"
#include "protocol/hashes.h"
#include "tests/vectors/fixture.h"
#include "tests/vectors/json_list.h"
#include "tests/vectors/vectors.h"

namespace holdfast::vectors {
namespace {

using namespace protocol;

Hash32 hash_of(std::string_view text) {
  return sha256(text);
}
Digest digest_of_name(std::string_view name) {
  return Digest(hash_of(name));
}
ChatId a_chat() {
  return chat_id(kShop, visitor(), EventId(ulid(0)));
}

ContentPtr a_message() {
  return compose({kShop, a_chat(), visitor(), EventId(ulid(1)), "message", Audience::kChat, {}},
                 text_body(nonce(5), "Grüße \"quoted\"\n👋"));
}

Acceptance an_acceptance() {
  return accepted(a_message(), kPrimaryOrigin, 17, 3);
}
SafeAt a_safe() {
  return {kRedundantOrigin, Seq(4), ChainHash(hash_of("h"))};
}
SignedVerdict a_verdict() {
  std::array<std::uint8_t, 32> seed;
  seed.fill(40);
  return {"{\"epoch\":2,\"why\":\"drill\",\"at\":1}", KeyId("m3"), std::string(86, 'A')};
}

std::vector<from_client::Frame> client_frames() {
  const auto message = a_message();
  const ChatDigest known{a_chat(), hash_of("set")};
  const TokenAuth token{.token = "abc.def", .pub = {}, .sig = {}};
  return {
      from_client::Hello{{1, 1},
                         Role::kVisitor,
                         kShop,
                         SecretAuth{kSecret},
                         {digest_of_name("a")},
                         {known},
                         false,
                         "https://shop.example/p?q=\"1\""},
      from_client::Hello{{1, 2},
                         Role::kVisitor,
                         kShop,
                         KeyAuth{std::string(122, 'M'), std::string(86, 'A')},
                         {},
                         {},
                         true,
                         {}},
      from_client::Hello{{1, 1}, Role::kOperator, kShop, token, {}, {}, false, {}},
      from_client::Hello{{1, 1},
                         Role::kProbe,
                         SiteId("holdfast-probe"),
                         ProbeAuth{WallMs(5), Mac(hash_of("p")), false},
                         {},
                         {},
                         false,
                         {}},
      from_client::Hello{{1, 1},
                         Role::kOperator,
                         SiteId("holdfast-probe"),
                         ProbeAuth{WallMs(5), Mac(hash_of("p")), true},
                         {},
                         {},
                         false,
                         {}},
      from_client::Send{message->head_bytes, *message->body_bytes, false, {}},
      from_client::Send{message->head_bytes, *message->body_bytes, true, {an_acceptance()}},
      from_client::Have{a_chat(),
                        {{digest_of_name("a"), {Mac(hash_of("m1")), Mac(hash_of("m2"))}},
                         {digest_of_name("b"), {}}},
                        false},
      from_client::Give{a_chat(),
                        {{message->head_bytes, message->body_bytes, {an_acceptance()}},
                         {message->head_bytes, std::nullopt, {}}}},
      from_client::Ask{ulid(9), a_chat(), AskWhat::kClose, {digest_of_name("a")}},
      from_client::Ask{ulid(9), a_chat(), AskWhat::kAccept, {}},
      from_client::Signal{a_chat(), "typing", true},
      from_client::Status{Presence::kAway},
      from_client::Report{1, 2, 3, WallMs(4), {}},
      from_client::Report{0, 0, 7, WallMs(4), 3'600'000},
      from_client::Beat{},
  };
}

std::vector<from_node::Frame> node_frames() {
  const auto message = a_message();
  from_node::Welcome visitors{1,    visitor(), Deployment::kPrimary,
                              "n1", WallMs(7), 5'000,
                              {},   {},        {"wss://b.example/v1/link"},
                              {},   {},        {},
                              true, {},        {}};
  from_node::Welcome consoles = visitors;
  consoles.author = kAnn;
  consoles.verdict = a_verdict();
  consoles.sites = {kShop};
  consoles.moderators = {"https://m.example"};
  consoles.chats = {{a_chat(), hash_of("set"), ChatState::kAssigned}};
  consoles.outbox = {{digest_of_name("a"), {an_acceptance()}, a_safe()},
                     {digest_of_name("b"), {}, {}}};
  consoles.operators = {{kAnn, "Ann", true}};
  consoles.peer = {true, 0};
  return {
      from_node::Challenge{hash_of("nonce"), Deployment::kRedundant, {1, 1}, WallMs(8)},
      visitors,
      consoles,
      from_node::Accepted{digest_of_name("a"), an_acceptance()},
      from_node::Safe{digest_of_name("a"), kRedundantOrigin, Seq(4), ChainHash(hash_of("h"))},
      from_node::Refused{digest_of_name("a"), Code::kBadText, "body.text: empty", {}},
      from_node::Refused{digest_of_name("a"), Code::kOverloaded, "", 1'500},
      from_node::Event{a_chat(), message->head_bytes, message->body_bytes, {an_acceptance()}, true},
      from_node::Event{a_chat(), message->head_bytes, std::nullopt, {}, false},
      from_node::Acc{a_chat(), digest_of_name("a"), {an_acceptance()}},
      from_node::Want{a_chat(), {digest_of_name("a"), digest_of_name("b")}},
      from_node::Wait{a_chat(), {digest_of_name("a")}},
      from_node::Chat{a_chat(), ChatState::kAssigned, kAnn, hash_of("set"), false},
      from_node::Chat{a_chat(), ChatState::kClosed, {}, hash_of("set"), true},
      from_node::Decided{ulid(9), true, {}, {}, digest_of_name("d")},
      from_node::Decided{ulid(9), false, Code::kNotAllowed, "somebody else has it", {}},
      from_node::Pending{ulid(9), "queued"},
      from_node::Signal{a_chat(), "typing", false, kAnn},
      from_node::Presence{true, {}},
      from_node::Presence{false, std::vector<OperatorSeen>{}},
      from_node::Verdict{a_verdict()},
      from_node::Peer{false, 12},
      from_node::Beat{WallMs(9), {{a_chat(), hash_of("set")}}},
      from_node::Error{Code::kBadFrame, "t: unknown frame", {}},
  };
}

std::vector<from_peer::Frame> peer_frames() {
  const auto message = a_message();
  const Interval interval{Seq(1), Seq(3), chain_start(kPrimaryOrigin), ChainHash(hash_of("h3"))};
  from_peer::Decided decided;
  decided.rid = ulid(9);
  decided.ok = true;
  return {
      from_peer::PeerHello{
          {1, 1}, Deployment::kPrimary, "n1", kPrimaryOrigin, hash_of("nonce"), "0.1.0", "c0ffee"},
      from_peer::PeerProof{Mac(hash_of("proof"))},
      from_peer::Holds{{{kPrimaryOrigin, {interval}}}, true, WallMs(3), a_verdict(), true},
      from_peer::Holds{{}, false, WallMs(3), {}, false},
      from_peer::Pull{7, kPrimaryOrigin, Seq(1), Seq(100), true, 65'536},
      from_peer::Entries{7,
                         kPrimaryOrigin,
                         {{Seq(1),
                           chain_start(kPrimaryOrigin),
                           {{an_acceptance(), message->head_bytes, message->body_bytes},
                            {an_acceptance(), message->head_bytes, {}}}}},
                         true,
                         false},
      decided,
      from_peer::Pending{ulid(9), "queued"},
      from_peer::Presence{{{kShop, kAnn, Presence::kOnline}}, true},
      from_peer::Verdict{a_verdict()},
      from_peer::Beat{WallMs(3), {}},
      from_peer::Beat{WallMs(3), {{1, 2, 3, WallMs(4)}}},
  };
}

template <class Frame>
Lines good(const std::vector<Frame>& frames, Parsed<Frame> (*parse)(std::string_view)) {
  Lines lines;
  for (const Frame& frame : frames) {
    const std::string text = encode(frame);
    const auto again = parse(text);
    CHECK(again.has_value(), "{} {}", text, again.error().why);
    CHECK(*again == frame, "{}", text);
    lines.add(text);
  }
  return lines;
}

// What a client may not say, with the answer.
class BadFrames {
 public:
  void add(std::string_view name, const std::string& text) {
    const auto frame = parse_client_frame(text);
    CHECK(!frame.has_value(), "{} must be refused", name);
    lines.add(Row()
                  .text("name", name)
                  .text("frame", text)
                  .number("code", number(frame.error().code))
                  .text("why", frame.error().why)
                  .take());
  }
  Lines lines;
};

Lines bad_client_frames() {
  BadFrames bad;
  const std::string chat = "\"" + a_chat().value() + "\"";
  const std::string digest(HashText(hash_of("a")).view());
  bad.add("empty", "");
  bad.add("not JSON", "hello");
  bad.add("a list", "[]");
  bad.add("cut off", "{\"t\":\"beat\"");
  bad.add("something after it", "{\"t\":\"beat\"} x");
  bad.add("a trailing comma", "{\"t\":\"beat\",}");
  bad.add("a comment", "{\"t\":\"beat\"/**/}");
  bad.add("single quotes", "{'t':'beat'}");
  bad.add("no t", "{}");
  bad.add("t a number", "{\"t\":4}");
  bad.add("t null", "{\"t\":null}");
  bad.add("t twice", "{\"t\":\"beat\",\"t\":\"beat\"}");
  bad.add("an unknown t", "{\"t\":\"sing\"}");
  bad.add("an unknown t, and not JSON after it", "{\"t\":\"sing\",}");
  bad.add("an unknown t with control characters", "{\"t\":\"a\\u0007\"}");
  bad.add("a frame of the other side", "{\"t\":\"welcome\"}");
  bad.add("a missing field", "{\"t\":\"signal\",\"chat\":" + chat + ",\"what\":\"typing\"}");
  bad.add("a wrong type", "{\"t\":\"signal\",\"chat\":" + chat + ",\"what\":\"typing\",\"on\":1}");
  bad.add("null where a value is due",
          "{\"t\":\"signal\",\"chat\":null,\"what\":\"typing\",\"on\":true}");
  bad.add("a short chat", "{\"t\":\"signal\",\"chat\":\"abc\",\"what\":\"typing\",\"on\":true}");
  bad.add("no enum value", "{\"t\":\"status\",\"state\":\"asleep\"}");
  bad.add("a field twice", "{\"t\":\"status\",\"state\":\"online\",\"state\":\"away\"}");
  bad.add("an unknown field twice", "{\"t\":\"status\",\"state\":\"online\",\"x\":1,\"x\":2}");
  bad.add("a field inside a list", "{\"t\":\"have\",\"chat\":" + chat + ",\"items\":[[\"" + digest +
                                       "\"],[\"abc\"]],\"more\":false}");
  bad.add("an empty row", "{\"t\":\"have\",\"chat\":" + chat + ",\"items\":[[]],\"more\":false}");
  bad.add("an empty acceptance", "{\"t\":\"send\",\"head\":\"{}\",\"body\":\"{}\",\"acc\":[{}]}");
  const auto report = [&](std::string_view name, const std::string& number) {
    bad.add(name, "{\"t\":\"report\",\"hedges_won\":" + number +
                      ",\"late_acks\":0,\"failed_connects\":0,\"at\":0}");
  };
  report("a negative number", "-1");
  report("a fraction", "1.5");
  report("an exponent", "1e3");
  report("a leading zero", "01");
  report("2^53", "9007199254740992");
  report("2^64", "18446744073709551616");
  report("a number in quotes", "\"1\"");
  report("NaN", "NaN");
  bad.add("nested nine deep", "{\"t\":\"beat\",\"x\":[[[[[[[[1]]]]]]]]}");
  bad.add("nested very deep", "{\"t\":\"beat\",\"x\":" + std::string(5'000, '['));
  bad.add("a lone surrogate", "{\"t\":\"beat\",\"x\":\"\\ud800\"}");
  bad.add("two high surrogates", "{\"t\":\"beat\",\"x\":\"\\ud800\\ud800\"}");
  bad.add("a bare control character", "{\"t\":\"beat\",\"x\":\"\x02\"}");
  bad.add("a bare line feed in a text", "{\"t\":\"beat\",\"x\":\"a\nb\"}");
  bad.add("an escape that is none", "{\"t\":\"beat\",\"x\":\"\\x41\"}");
  bad.add("16,385 bytes", "{\"t\":\"beat\",\"x\":\"" + std::string(16'385 - 19, 'x') + "\"}");
  bad.add("a head of 4,097 bytes",
          "{\"t\":\"send\",\"head\":\"" + std::string(4'097, 'x') + "\",\"body\":\"{}\"}");
  bad.add("a page with a control character",
          "{\"t\":\"hello\",\"versions\":[1,1],\"as\":\"visitor\",\"site\":\"shop\",\"auth\":{"
          "\"type\":\"secret\",\"secret\":\"" +
              kSecret + "\"},\"outbox\":[],\"chats\":[],\"warm\":false,\"page\":\"a\\u0001\"}");
  const auto hello = [&](std::string_view name, const std::string& versions,
                         const std::string& auth) {
    bad.add(name, "{\"t\":\"hello\",\"versions\":" + versions +
                      ",\"as\":\"visitor\",\"site\":\"shop\",\"auth\":" + auth +
                      ",\"outbox\":[],\"chats\":[],\"warm\":false}");
  };
  const std::string secret = "{\"type\":\"secret\",\"secret\":\"" + kSecret + "\"}";
  hello("versions of one", "[1]", secret);
  hello("versions of three", "[1,1,1]", secret);
  hello("versions an object", "{}", secret);
  hello("auth of an unknown type", "[1,1]", "{\"type\":\"magic\"}");
  hello("auth without a type", "[1,1]", "{}");
  hello("auth without its secret", "[1,1]", "{\"type\":\"secret\"}");
  hello("auth with a short secret", "[1,1]", "{\"type\":\"secret\",\"secret\":\"abc\"}");
  hello("auth with type twice", "[1,1]",
        "{\"type\":\"secret\",\"type\":\"secret\",\"secret\":\"" + kSecret + "\"}");
  std::string outbox;
  for (int i = 0; i < 201; ++i) outbox += (i == 0 ? "\"" : ",\"") + digest + "\"";
  bad.add("201 outbox ids",
          "{\"t\":\"hello\",\"versions\":[1,1],\"as\":\"visitor\",\"site\":\"shop\",\"outbox\":[" +
              outbox + "]}");
  return bad.lines;
}

}  // namespace

std::string frames_json() {
  return File()
      .add("client", good(client_frames(), parse_client_frame))
      .add("node", good(node_frames(), parse_node_frame))
      .add("peer", good(peer_frames(), parse_peer_frame))
      .add("bad_client", bad_client_frames())
      .take();
}

}  // namespace holdfast::vectors
