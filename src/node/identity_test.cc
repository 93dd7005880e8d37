// Visitors whom their site's own server vouches for: which events are accepted, under which keys,
// and what others are told.
#include "node/identity.h"

#include "base/json.h"
#include "node/test_fixture.h"
#include "protocol/hashes.h"
#include "protocol/test_identity.h"

namespace holdfast::node {
namespace {

using protocol::kOtherIdentityKey;
using protocol::kSomeIdentityKey;
using protocol::make_jwt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

class VerifiedVisitor : public TwoDeployments {
 protected:
  VerifiedVisitor() : link(vera.link(primary)) {
    const auto opening = vera.writer.open();
    chat = opening->head.chat;
    link.send(opening);
    world.settle();
  }

  void set_key(std::string_view key) {
    administer(primary, "site:shop", "identity_key", quoted(key));
    world.pass(Ms(1'500));
  }
  std::int64_t now_s() { return world.clock.now().wall.value() / 1'000; }
  std::string claims(std::int64_t issued_s, std::string_view aud = "shop") const {
    return fmt::format(R"({{"sub":"cust-17","aud":"{}","iat":{},"exp":{},)"
                       R"("name":"Vera L.","email":"vera@example.com"}})",
                       aud, issued_s, issued_s + 3'600);
  }
  std::string token(std::string_view key = kSomeIdentityKey) {
    return make_jwt(claims(now_s()), key);
  }
  protocol::ContentPtr contact(const std::string& identity, const std::string& name = "Vera L.",
                               const std::string& email = "vera@example.com") {
    json::Object body{{"nonce", vera.writer.new_nonce()}, {"identity", identity}};
    if (!name.empty()) body["name"] = name;
    if (!email.empty()) body["email"] = email;
    return vera.writer.write(vera.writer.draft("contact", chat, protocol::Audience::kChat),
                             json::serialize(body));
  }
  // "" when it was accepted.
  std::string sent(Client& to, const protocol::ContentPtr& content) {
    to.send(content);
    world.settle();
    const auto refused = to.refused(content->digest);
    if (refused) return refused->why;
    EXPECT_TRUE(to.accepted(content->digest));
    return "";
  }
  std::string sent(const protocol::ContentPtr& content) { return sent(link, content); }

  Client link;
  protocol::ChatId chat;
};

TEST_F(VerifiedVisitor, IsTakenAndTheirOperatorSeesTheEvent) {
  set_key(kSomeIdentityKey);
  Client console = ann.link(primary);
  const auto said = contact(token());
  EXPECT_EQ(sent(said), "");
  world.pass(Ms(1'500));
  EXPECT_TRUE(console.last<from_node::Event>());
  EXPECT_EQ(console.last<from_node::Event>()->head, said->head_bytes);
}

TEST_F(VerifiedVisitor, WithAWrongSignatureIsRefusedAndTheChatGoesOn) {
  set_key(kSomeIdentityKey);
  const auto forged = contact(token(kOtherIdentityKey));
  EXPECT_EQ(sent(forged), "identity: signature does not match");
  EXPECT_EQ(link.refused(forged->digest)->code, Code::kBadIdentity);
  EXPECT_EQ(protocol::client_action(Code::kBadIdentity), protocol::ClientAction::kGiveUp);
  EXPECT_EQ(sent(vera.writer.message(chat, "hello")), "");
  EXPECT_FALSE(link.closed());
}

TEST_F(VerifiedVisitor, CannotBeWhereTheSiteHasNoKey) {
  EXPECT_EQ(sent(contact(token())), "identity: this site has no identity key");
  const auto plain =
      vera.writer.write(vera.writer.draft("contact", chat, protocol::Audience::kChat),
                        fmt::format(R"({{"nonce":"{}","name":"Vera"}})", vera.writer.new_nonce()));
  EXPECT_EQ(sent(plain), "");
}

TEST_F(VerifiedVisitor, IsJudgedByTheNodesClock) {
  set_key(kSomeIdentityKey);
  EXPECT_EQ(sent(contact(make_jwt(claims(now_s() - 3'661)))), "identity: expired");
  EXPECT_EQ(sent(contact(make_jwt(claims(now_s() + 120)))), "identity: not valid yet");
  EXPECT_EQ(sent(contact(make_jwt(claims(now_s(), "other")))), "identity: aud: not \"shop\"");
}

TEST_F(VerifiedVisitor, SaysNothingBesideTheToken) {
  set_key(kSomeIdentityKey);
  const std::string name = "identity: name: not the one of the token";
  const std::string email = "identity: email: not the one of the token";
  EXPECT_EQ(sent(contact(token(), "The boss")), name);
  EXPECT_EQ(sent(contact(token(), "")), name);
  EXPECT_EQ(sent(contact(token(), "Vera L.", "boss@example.com")), email);
  EXPECT_EQ(sent(contact(token(), "Vera L.", "")), email);
  const std::string without = make_jwt(fmt::format(
      R"({{"sub":"cust-17","aud":"shop","iat":{},"exp":{}}})", now_s(), now_s() + 3'600));
  EXPECT_EQ(sent(contact(without, "Vera L.", "")), name);
  EXPECT_EQ(sent(contact(without, "", "")), "");
}

TEST_F(VerifiedVisitor, OfTooManyBytesIsRefusedByTheFormOfTheBody) {
  set_key(kSomeIdentityKey);
  EXPECT_THAT(sent(contact(std::string(2'049, 'a'))), HasSubstr("identity: 2049 characters"));
  EXPECT_THAT(sent(contact("")), HasSubstr("identity: empty"));
}

TEST_F(VerifiedVisitor, IsNothingThatOperatorsCanBe) {
  set_key(kSomeIdentityKey);
  Client console = ann.link(primary);
  const auto written = ann.writer.write(
      ann.writer.draft("contact", chat, protocol::Audience::kChat),
      fmt::format(R"({{"nonce":"{}","identity":"{}"}})", ann.writer.new_nonce(), token()));
  console.send(written);
  world.settle();
  ASSERT_TRUE(console.refused(written->digest));
  EXPECT_EQ(console.refused(written->digest)->code, Code::kNotAllowed);
}

TEST_F(VerifiedVisitor, MayRepeatAnEventThatWasTakenWhenItsTokenHasExpired) {
  set_key(kSomeIdentityKey);
  const auto said = contact(token());
  EXPECT_EQ(sent(said), "");
  world.pass(Ms(2'000));
  world.jump(Ms(4'000'000));
  world.pass(Ms(2'000));
  Client again = vera.link(primary);
  EXPECT_EQ(sent(again, said), "");
}

TEST_F(VerifiedVisitor, IsTrustedByADeploymentThatOnlyHearsOfItLater) {
  set_key(kSomeIdentityKey);
  world.cut();
  const auto said = contact(token());
  EXPECT_EQ(sent(said), "");
  const auto acceptance = link.accepted(said->digest);
  ASSERT_TRUE(acceptance);
  world.jump(Ms(4'000'000));
  world.pass(Ms(2'000));
  Client other = vera.link(redundant);
  other.send(said);
  world.settle();
  ASSERT_TRUE(other.refused(said->digest));  // by itself it proves nothing any more
  other.send(said, {*acceptance});
  world.settle();
  EXPECT_TRUE(other.accepted(said->digest));
}

TEST_F(VerifiedVisitor, GivesBackNoEventThatNobodyAccepted) {
  set_key(kSomeIdentityKey);
  const auto forged = contact(token(kOtherIdentityKey));
  link.say(from_client::Have{chat, {{forged->digest, {}}}, false});
  world.settle();
  link.say(from_client::Give{chat, {{forged->head_bytes, forged->body_bytes, {}}}});
  world.settle();
  ASSERT_TRUE(link.refused(forged->digest));
  EXPECT_EQ(link.refused(forged->digest)->why, "identity: signature does not match");
}

// ---- the keys of a site ----

TEST_F(VerifiedVisitor, IsVerifiedUnderTheOldKeyForTwoDaysAfterItWasReplaced) {
  set_key(kSomeIdentityKey);
  set_key(kOtherIdentityKey);
  EXPECT_EQ(sent(contact(token(kOtherIdentityKey))), "");
  EXPECT_EQ(sent(contact(token(kSomeIdentityKey))), "");
  world.jump(kOldIdentityKeyFor);
  world.pass(Ms(2'000));
  Client later = vera.link(primary);
  EXPECT_EQ(sent(later, contact(token(kOtherIdentityKey))), "");
  EXPECT_EQ(sent(later, contact(token(kSomeIdentityKey))), "identity: signature does not match");
}

TEST_F(VerifiedVisitor, IsNotVerifiedUnderAKeyThatWasReplacedTwice) {
  const std::string third = "idk_Q0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0M";
  set_key(kSomeIdentityKey);
  set_key(kOtherIdentityKey);
  set_key(third);
  EXPECT_EQ(sent(contact(token(kOtherIdentityKey))), "");
  EXPECT_EQ(sent(contact(token(kSomeIdentityKey))), "identity: signature does not match");
}

TEST_F(VerifiedVisitor, IsNotVerifiedUnderAKeyThatWasRevoked) {
  set_key(kSomeIdentityKey);
  administer(primary, "operator:ann", "role", "\"admin\"");
  world.pass(Ms(1'500));
  Client console = ann.link(primary);
  console.say(from_client::View{true});
  world.settle();
  std::vector<Digest> known;
  for (const auto& page : console.all<from_node::Registers>()) {
    for (const auto& each : page.registers) {
      if (each.field != "identity_key") continue;
      known = each.unreplaced;
      EXPECT_FALSE(each.value) << "a browser is told the key";
    }
  }
  EXPECT_EQ(known.size(), 1U);
  console.send(ann.writer.set("site:shop", "identity_key", quoted(kOtherIdentityKey), known, true));
  world.pass(Ms(1'500));
  EXPECT_EQ(sent(contact(token(kSomeIdentityKey))), "identity: signature does not match");
  EXPECT_EQ(sent(contact(token(kOtherIdentityKey))), "");
}

TEST_F(VerifiedVisitor, OfAKeyThatNoCommandIsTold) {
  set_key(kSomeIdentityKey);
  const std::string all = primary.reply(primary.admin("GET", "/v1/admin/settings")).body;
  EXPECT_THAT(all, HasSubstr("identity_key"));
  EXPECT_THAT(all, Not(HasSubstr(std::string(kSomeIdentityKey))));
}

TEST_F(VerifiedVisitor, IsAKeyOfTheOwnersAndAdmins) {
  administer(primary, "operator:ann", "role", "\"supervisor\"");
  world.pass(Ms(1'500));
  Client console = ann.link(primary);
  const auto write = ann.writer.set("site:shop", "identity_key", quoted(kSomeIdentityKey));
  console.send(write);
  world.settle();
  ASSERT_TRUE(console.refused(write->digest));
  EXPECT_EQ(console.refused(write->digest)->code, Code::kNotAllowed);
}

}  // namespace
}  // namespace holdfast::node
