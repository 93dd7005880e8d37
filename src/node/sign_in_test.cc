// Passwords: how they are guessed, changed, and never a way to lock somebody out. New chats from
// one address.
#include "base/json.h"
#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

using ::testing::HasSubstr;

class SigningIn : public OneNode {
 protected:
  int sign_in(const std::string& who, const std::string& password, const std::string& pub = "") {
    json::Object body{{"site", "shop"}, {"operator", who}, {"password", password}};
    if (!pub.empty()) body["pub"] = pub;
    const RequestId id =
        host.request("POST", "/v1/signin", json::serialize(body), testing::kConsoleOrigin);
    world.settle();
    return host.reply(id).status;
  }
  // Tries until the node has had enough; how often it did not.
  int guess(const std::string& who, int times) {
    int tried = 0;
    for (int i = 0; i < times; ++i) {
      if (sign_in(who, "") != 429) ++tried;
    }
    return tried;
  }
  const HttpReply& hash(const std::string& password, const std::string& authorization) {
    const RequestId id =
        host.request("POST", "/v1/password", json::serialize(json::Object{{"password", password}}),
                     testing::kConsoleOrigin, authorization);
    world.settle();
    return host.reply(id);
  }
};

TEST_F(SigningIn, AGuesserElsewhereDoesNotKeepTheOperatorOut) {
  host.address = "203.0.113.9";
  EXPECT_EQ(guess("ann", 30), 10);
  EXPECT_EQ(sign_in("ann", "secret"), 429);
  host.address = "192.0.2.7";
  EXPECT_EQ(sign_in("ann", "secret"), 200);
}

TEST_F(SigningIn, GuessersAtManyAddressesAreSlowTogether) {
  int tried = 0;
  for (int i = 0; i < 20; ++i) {
    host.address = "203.0.113." + std::to_string(i);
    tried += guess("ann", 5);
  }
  EXPECT_EQ(tried, 50);
}

TEST_F(SigningIn, OneAddressThatGoesThroughTheOperatorsIsSlow) {
  int tried = 0;
  for (int i = 0; i < 20; ++i) tried += guess("user" + std::to_string(i), 5);
  EXPECT_EQ(tried, 60);
}

// Behind a proxy all have one address, and an attacker could empty every bucket for ever.
TEST_F(SigningIn, ABrowserThatSignedInBeforeIsNeverKeptOutByOthers) {
  const std::string browser(91, 'A');
  EXPECT_EQ(sign_in("ann", "secret", browser), 200);
  guess("ann", 80);
  EXPECT_EQ(sign_in("ann", "secret"), 429);
  EXPECT_EQ(sign_in("ann", "secret", browser), 200);
  // Slow as well, though.
  for (int i = 0; i < 10; ++i) sign_in("ann", "", browser);
  EXPECT_EQ(sign_in("ann", "", browser), 429);
}

TEST_F(SigningIn, WhoWaitsMayTryAgain) {
  guess("ann", 10);
  EXPECT_EQ(sign_in("ann", "secret"), 429);
  world.pass(Ms(5'100));
  EXPECT_EQ(sign_in("ann", "secret"), 200);
}

TEST_F(SigningIn, APasswordBecomesItsArgon2idString) {
  const HttpReply& reply = hash("correct horse battery", "Bearer " + ann.token);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto body = json::parse_object(reply.body).value();
  const std::string made(*json::get_text(body, "hash"));
  EXPECT_TRUE(verify_password(made, "correct horse battery"));
  Client console = ann.link(host);
  const auto write = ann.writer.set("operator:ann", "password", json::serialize(json::Value(made)));
  console.send(write);
  world.settle();
  EXPECT_TRUE(console.accepted(write->digest));
  EXPECT_EQ(sign_in("ann", "correct horse battery"), 200);
  EXPECT_EQ(sign_in("ann", "secret"), 401);
}

TEST_F(SigningIn, ANewPasswordNeedsAToken) {
  EXPECT_EQ(hash("correct horse battery", "").status, 401);
  EXPECT_EQ(hash("correct horse battery", "Bearer nonsense").status, 401);
  administer(host, "operator:ann", "active", "false");
  EXPECT_THAT(hash("correct horse battery", "Bearer " + ann.token).body, HasSubstr("revoked"));
}

TEST_F(SigningIn, ANewPasswordHasASaneLength) {
  for (const std::string& password : {std::string("short"), std::string(201, 'x')}) {
    const HttpReply& reply = hash(password, "Bearer " + ann.token);
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr("password: 10 to 200 characters"));
  }
  EXPECT_THAT(host.reply(host.request("POST", "/v1/password", "{}", testing::kConsoleOrigin,
                                      "Bearer " + ann.token))
                  .body,
              HasSubstr("password: missing"));
  EXPECT_EQ(host.reply(host.request("POST", "/v1/password", "{", testing::kConsoleOrigin,
                                    "Bearer " + ann.token))
                .status,
            400);
}

TEST_F(SigningIn, NobodyHasThousandsOfPasswordsHashed) {
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    host.request("POST", "/v1/password", "{\"password\":\"correct horse battery\"}",
                 testing::kConsoleOrigin, "Bearer " + ann.token);
  }
  world.settle();
  const HttpReply& reply = hash("correct horse battery", "Bearer " + ann.token);
  refused += reply.status == 429;
  EXPECT_EQ(refused, 1);
  EXPECT_THAT(reply.body, HasSubstr("retry_ms"));
}

// ---- a thousand new chats from one address ----

class NewChats : public OneNode {};

TEST_F(NewChats, FromOneAddressAreLimitedAndOthersDoNotNotice) {
  host.address = "203.0.113.9";
  int accepted = 0;
  std::optional<from_node::Refused> refused;
  for (int i = 0; i < 1'000; ++i) {
    Visitor someone(world, "bot" + std::to_string(i));
    Client link = someone.link(host);
    const auto opening = someone.writer.open();
    link.send(opening);
    world.settle();
    accepted += link.accepted(opening->digest).has_value();
    if (const auto no = link.refused(opening->digest)) refused = no;
    link.leave();
  }
  EXPECT_EQ(accepted, 300);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, Code::kRateLimited);
  EXPECT_GT(refused->retry_ms.value_or(0), 0u);
  host.address = "192.0.2.7";
  Client veras = vera.link(host);
  const auto opening = vera.writer.open();
  veras.send(opening);
  world.settle();
  EXPECT_TRUE(veras.accepted(opening->digest));
}

TEST_F(NewChats, WhoeverHasAChatGoesOnWriting) {
  host.stop();
  host.config().new_chats_per_address_per_minute = 1;
  host.start();
  world.pass(Ms(1'500));
  Client veras = vera.link(host);
  const auto opening = vera.writer.open();
  veras.send(opening);
  const auto message = vera.writer.message(opening->head.chat, "hello");
  veras.send(message);
  const auto second = vera.writer.open();
  veras.send(second);
  world.settle();
  EXPECT_TRUE(veras.accepted(message->digest));
  EXPECT_EQ(veras.refused(second->digest)->code, Code::kRateLimited);
  // The same bytes are welcome later.
  world.pass(Ms(60'000));
  Client back = vera.link(host);
  back.send(second);
  world.settle();
  EXPECT_TRUE(back.accepted(second->digest));
}

TEST_F(NewChats, BehindAProxyOnThisMachineNobodyIsLimitedByAddress) {
  host.stop();
  host.config().new_chats_per_address_per_minute = 1;
  host.address = "127.0.0.1";
  host.start();
  world.pass(Ms(1'500));
  Client veras = vera.link(host);
  for (int i = 0; i < 3; ++i) {
    const auto opening = vera.writer.open();
    veras.send(opening);
    world.settle();
    EXPECT_TRUE(veras.accepted(opening->digest));
  }
}

}  // namespace
}  // namespace holdfast::node
