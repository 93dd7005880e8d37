// Everything that a client may not do: refused with a code that says what is wrong, counted, and no
// cost to anybody else.
#include <fmt/format.h>

#include "base/json.h"
#include "node/test_fixture.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

using protocol::Audience;

class BadInput : public OneNode {
 protected:
  BadInput() : link(vera.link(host)), watcher(mallory.link(host)) { chat = open_chat(link); }

  // What the node says to a frame that makes no sense.
  std::optional<Code> complaint(const std::string& text) {
    link.forget();
    link.say_text(text);
    world.settle();
    return link.error();
  }
  // The code with which `content` is refused; nothing when it was accepted.
  std::optional<Code> refusal(Client& from, const protocol::ContentPtr& content) {
    from.send(content);
    world.settle();
    const auto refused = from.refused(content->digest);
    EXPECT_NE(refused.has_value(), from.accepted(content->digest).has_value());
    if (!refused) return std::nullopt;
    return refused->code;
  }
  std::optional<Code> refusal(const protocol::ContentPtr& content) {
    return refusal(link, content);
  }
  std::int64_t told(const char* code) { return host.metric(fmt::format("told_{}_total", code)); }

  Visitor mallory{world, "mallory"};
  Client link;
  Client watcher;  // another visitor, who must notice nothing
  protocol::ChatId chat;
};

TEST_F(BadInput, FramesThatAreNotJsonOrOfAWrongType) {
  for (const std::string text :
       {"", "{", "[]", "null", "{\"t\":\"send\"}", "{\"t\":7}", "{}", "{\"t\":\"beat\"}x",
        "{\"t\":\"signal\",\"chat\":7,\"what\":\"typing\",\"on\":true}", "{\"t\":\"nonsense\"}",
        "{\"t\":\"beat\",\"t\":\"beat\"}"}) {
    EXPECT_EQ(complaint(text), Code::kBadFrame) << text;
  }
  EXPECT_EQ(told("bad_frame"), 11);
}

TEST_F(BadInput, AFrameOfMoreThan16KB) {
  EXPECT_EQ(complaint("{\"t\":\"beat\",\"x\":\"" + std::string(16'384, 'x') + "\"}"),
            Code::kFrameTooLarge);
}

TEST_F(BadInput, AFrameThatIsNestedTooDeep) {
  EXPECT_EQ(complaint("{\"t\":\"beat\",\"x\":" + std::string(8, '[') + std::string(8, ']') + "}"),
            Code::kTooDeep);
}

TEST_F(BadInput, AFrameThatIsNotUtf8) {
  EXPECT_EQ(complaint("{\"t\":\"beat\",\"x\":\"\xff\xfe\"}"), Code::kBadUtf8);
}

TEST_F(BadInput, AListThatIsLongerThanAllowed) {
  Client late(world, host, testing::kShopOrigin);
  auto hello = late.visitor_hello(vera.secret);
  for (std::uint8_t i = 0; i < 201; ++i)
    hello.outbox.push_back(Digest(sha256(std::string(1, static_cast<char>(i)))));
  late.say(hello);
  world.settle();
  EXPECT_EQ(late.error(), Code::kTooMany);
}

TEST_F(BadInput, ManyBadFramesCostTheirSenderTheLink) {
  for (int i = 0; i < 25; ++i) link.say_text("{");
  EXPECT_EQ(link.closed(), Code::kRateLimited);
  EXPECT_FALSE(watcher.closed());
}

TEST_F(BadInput, AFrameBeforeHello) {
  Client late(world, host, testing::kShopOrigin);
  late.say(from_client::Beat{});
  EXPECT_EQ(late.closed(), Code::kOutOfStep);
}

TEST_F(BadInput, ASecondHello) {
  link.say(link.visitor_hello(vera.secret));
  EXPECT_EQ(link.closed(), Code::kOutOfStep);
}

TEST_F(BadInput, AVersionThatNobodySpeaks) {
  Client late(world, host, testing::kShopOrigin);
  auto hello = late.visitor_hello(vera.secret);
  hello.versions = {2, 3};
  late.say(hello);
  EXPECT_EQ(late.closed(), Code::kVersionUnsupported);
}

TEST_F(BadInput, AWrongOriginClosesTheLink) {
  Client evil(world, host, "https://shop.example.evil.net");
  evil.say(evil.visitor_hello(vera.secret));
  EXPECT_EQ(evil.closed(), Code::kOriginRefused);
  EXPECT_EQ(told("origin_refused"), 1);
}

TEST_F(BadInput, TextsThatMayNotBeShown) {
  const auto say = [&](std::string_view text) { return refusal(vera.writer.message(chat, text)); };
  EXPECT_EQ(say(""), Code::kBadText);
  EXPECT_EQ(say("a\x01z"), Code::kBadText);
  EXPECT_EQ(say("a\x7fz"), Code::kBadText);
  EXPECT_EQ(say("a\xc2\x85z"), Code::kBadText);
  EXPECT_EQ(say(std::string(4'001, 'x')), Code::kBadText);
  EXPECT_EQ(say("tabs\tand\nlines"), std::nullopt);
  std::string wide;
  for (int i = 0; i < 3'000; ++i) wide += "\xc3\xa9";
  EXPECT_EQ(say(wide), std::nullopt);
}

TEST_F(BadInput, ABodyThatIsNotTheOneOfTheHead) {
  const auto content = vera.writer.message(chat, "one");
  const auto other = vera.writer.message(chat, "two");
  link.say(from_client::Send{content->head_bytes, *other->body_bytes, false, {}});
  ASSERT_TRUE(link.refused(content->digest));
  EXPECT_EQ(link.refused(content->digest)->code, Code::kBodyMismatch);
}

TEST_F(BadInput, AHeadThatIsNoHead) {
  const std::string head = "{\"v\":1}";
  link.say(from_client::Send{head, "{}", false, {}});
  ASSERT_TRUE(link.refused(protocol::digest_of(head)));
  EXPECT_EQ(link.refused(protocol::digest_of(head))->code, Code::kBadFrame);
}

TEST_F(BadInput, ABodyWithoutANonce) {
  const auto draft = vera.writer.draft("message", chat, Audience::kChat);
  EXPECT_EQ(refusal(vera.writer.write(draft, "{\"text\":\"hi\"}")), Code::kBadFrame);
}

TEST_F(BadInput, SomebodyElsesAuthor) {
  EXPECT_EQ(refusal(mallory.writer.message(chat, "I am vera")), Code::kWrongAuthor);
}

TEST_F(BadInput, AnotherSite) {
  Writer elsewhere(SiteId("other"), vera.writer.author(), world.clock, world.random);
  EXPECT_EQ(refusal(elsewhere.message(chat, "hi")), Code::kWrongSite);
}

TEST_F(BadInput, ASecondDigestForAnIdThatIsHeld) {
  const auto [yes, no] = vera.writer.two_under_one_id(chat);
  EXPECT_EQ(refusal(yes), std::nullopt);
  EXPECT_EQ(refusal(no), Code::kIdConflict);
}

TEST_F(BadInput, ASecondDigestWhileTheFirstIsOnItsWayToTheDisk) {
  const auto [yes, no] = vera.writer.two_under_one_id(chat);
  host.hold_disk(true);
  link.send(yes);
  link.send(no);
  EXPECT_EQ(link.refused(no->digest)->code, Code::kIdConflict);
  host.hold_disk(false);
  world.settle();
  EXPECT_TRUE(link.accepted(yes->digest));
}

TEST_F(BadInput, OpeningSomebodyElsesChat) {
  // mallory names vera's chat in an opening event of their own.
  auto draft = mallory.writer.draft("open", {}, Audience::kChat);
  const auto opening =
      mallory.writer.write(draft, "{\"nonce\":\"" + mallory.writer.new_nonce() + "\"}");
  std::string head = opening->head_bytes;
  head.replace(head.find(opening->head.chat.value()), opening->head.chat.value().size(),
               chat.value());
  watcher.say(from_client::Send{head, *opening->body_bytes, false, {}});
  world.settle();
  ASSERT_TRUE(watcher.refused(protocol::digest_of(head)));
  EXPECT_EQ(watcher.refused(protocol::digest_of(head))->code, Code::kBadChat);
}

TEST_F(BadInput, WritingIntoSomebodyElsesChat) {
  EXPECT_EQ(refusal(watcher, mallory.writer.message(chat, "let me in")), Code::kNotYourChat);
}

TEST_F(BadInput, AMessageForAChatThatNobodyOpened) {
  const auto opening = vera.writer.open();
  EXPECT_EQ(refusal(vera.writer.message(opening->head.chat, "too early")), Code::kUnknownChat);
}

TEST_F(BadInput, AForbiddenAudience) {
  const auto said = [&](Audience audience) {
    const auto draft = vera.writer.draft("message", chat, audience);
    return refusal(vera.writer.write(draft, protocol::text_body(vera.writer.new_nonce(), "psst")));
  };
  EXPECT_EQ(said(Audience::kOperators), Code::kForbiddenAudience);
  EXPECT_EQ(said(Audience::kNodes), Code::kForbiddenAudience);
}

TEST_F(BadInput, AnUnknownKind) {
  const auto draft = vera.writer.draft("sticker", chat, Audience::kChat);
  EXPECT_EQ(refusal(vera.writer.write(draft, "{\"nonce\":\"" + vera.writer.new_nonce() + "\"}")),
            Code::kUnknownKind);
}

TEST_F(BadInput, KindsThatAreNotForThisRole) {
  EXPECT_EQ(refusal(vera.writer.note(chat, "a visitor's note")), Code::kNotAllowed);
  EXPECT_EQ(refusal(vera.writer.set("site:shop", "name", "\"Mine\"")), Code::kNotAllowed);
  const auto route = vera.writer.draft("route", chat, Audience::kChat);
  EXPECT_EQ(refusal(vera.writer.write(route, "{\"nonce\":\"" + vera.writer.new_nonce() + "\"}")),
            Code::kNotAllowed);
  Client anns = ann.link(host);
  EXPECT_EQ(refusal(anns, ann.writer.open()), Code::kNotAllowed);
}

TEST_F(BadInput, AnAfterOfAnotherChat) {
  Visitor otto(world, "otto");
  Client ottos = otto.link(host);
  const auto foreign = otto.writer.open();
  ottos.send(foreign);
  world.settle();
  EXPECT_EQ(refusal(vera.writer.message(chat, "re: yours", {foreign->digest})), Code::kBadAfter);
}

TEST_F(BadInput, AnAfterForFewerEyes) {
  Client anns = ann.link(host);
  const auto note = ann.writer.note(chat, "she sounds angry");
  EXPECT_EQ(refusal(anns, note), std::nullopt);
  EXPECT_EQ(refusal(vera.writer.message(chat, "what note?", {note->digest})), Code::kBadAfter);
}

TEST_F(BadInput, AnAfterThatIsMalformedDoubledOrTooLong) {
  const auto content = vera.writer.message(chat, "hello");
  const auto with_after = [&](const std::string& list) {
    std::string head = content->head_bytes;
    head.replace(head.find("\"after\":[]"), 10, "\"after\":[" + list + "]");
    link.say(from_client::Send{head, *content->body_bytes, false, {}});
    const auto refused = link.refused(protocol::digest_of(head));
    return refused ? refused->code : Code{};
  };
  const std::string one = "\"" + sha256(std::string_view("x")).base64url() + "\"";
  EXPECT_EQ(with_after("\"short\""), Code::kBadAfter);
  EXPECT_EQ(with_after(one + "," + one), Code::kBadAfter);
  std::string many;
  for (int i = 0; i < 33; ++i)
    many += (i ? ",\"" : "\"") + sha256(std::to_string(i)).base64url() + "\"";
  EXPECT_EQ(with_after(many), Code::kBadAfter);
}

TEST_F(BadInput, AnAfterThatNobodyHereKnowsIsNoFault) {
  EXPECT_EQ(refusal(vera.writer.message(chat, "re: what the other deployment has",
                                        {Digest(sha256(std::string_view("x")))})),
            std::nullopt);
}

TEST_F(BadInput, AFloodOfOneVisitorIsRefusedAndThenClosed) {
  std::size_t accepted = 0;
  for (int i = 0; i < 200 && !link.closed(); ++i)
    link.send(vera.writer.message(chat, std::to_string(i)));
  world.settle();
  accepted = link.count<from_node::Accepted>();
  EXPECT_EQ(link.closed(), Code::kRateLimited);
  EXPECT_LE(accepted, host.config().rate_burst + 1);
  EXPECT_GT(link.last<from_node::Refused>()->retry_ms.value_or(0), 0u);

  EXPECT_FALSE(watcher.closed());
  const auto opening = mallory.writer.open();
  watcher.send(opening);
  world.settle();
  EXPECT_TRUE(watcher.accepted(opening->digest));
}

TEST_F(BadInput, AFloodOfFramesOfAnyKindCostsTheLink) {
  for (int i = 0; i < 3'000 && !link.closed(); ++i) link.say(from_client::Beat{});
  EXPECT_EQ(link.closed(), Code::kRateLimited);
  EXPECT_FALSE(watcher.closed());
}

TEST_F(BadInput, ListsThatNeverEndAreDropped) {
  from_client::Have page{chat, {}, true};
  for (int i = 0; i < 80; ++i) page.items.push_back({Digest(sha256(std::to_string(i))), {}});
  // 62 of them are 4,960 events.
  for (int i = 0; i < 63; ++i) link.say(page);
  EXPECT_EQ(link.error(), Code::kTooMany);
  link.forget();
  link.say(page);
  EXPECT_EQ(link.error(), std::nullopt) << "and the next list begins at nothing";
}

TEST_F(BadInput, WhoSlowsDownIsHeardAgain) {
  for (std::uint32_t i = 0; i < host.config().rate_burst + 5; ++i)
    link.send(vera.writer.message(chat, std::to_string(i)));
  world.pass(Ms(2'000));
  EXPECT_EQ(refusal(vera.writer.message(chat, "sorry")), std::nullopt);
}

TEST_F(BadInput, AHaveOfSomebodyElsesChat) {
  watcher.say(from_client::Have{chat, {}, false});
  world.settle();
  EXPECT_EQ(watcher.error(), Code::kNotYourChat);
  EXPECT_EQ(watcher.count<from_node::Event>(), 0u);
}

TEST_F(BadInput, AStatusOfAVisitor) {
  EXPECT_EQ(complaint("{\"t\":\"status\",\"state\":\"online\"}"), Code::kNotAllowed);
}

TEST_F(BadInput, AnAskThatIsNotForVisitors) {
  link.say(from_client::Ask{"01HZZZZZZZZZZZZZZZZZZZZZZ1", chat, protocol::AskWhat::kAccept, {}});
  ASSERT_TRUE(link.last<from_node::Decided>());
  EXPECT_EQ(link.last<from_node::Decided>()->code, Code::kNotAllowed);
}

TEST_F(BadInput, EveryRefusalIsCounted) {
  refusal(mallory.writer.message(chat, "I am vera"));
  EXPECT_EQ(told("wrong_author"), 1);
  EXPECT_EQ(host.metric("events_refused_total"), 1);
}

TEST_F(BadInput, FramesThatComeBeforeTheWelcomeWaitWithinBounds) {
  Client late(world, host, testing::kShopOrigin);
  auto hello = late.visitor_hello(vera.secret);
  hello.chats = {{protocol::ChatId(sha256(std::string_view("nothing")).base64url()), {}}};
  host.hold_disk(true);
  late.say(hello);
  for (int i = 0; i < 80; ++i) late.say(from_client::Beat{});
  EXPECT_EQ(late.closed(), Code::kOverloaded);
  host.hold_disk(false);
  world.settle();
}

}  // namespace
}  // namespace holdfast::node
