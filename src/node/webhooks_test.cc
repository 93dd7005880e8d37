// One deployment that calls webhooks: claimed first, tried until it is done, whatever dies when.
#include "node/effect_lanes.h"
#include "node/effect_message.h"
#include "node/effects_fixture.h"
#include "protocol/test_identity.h"

namespace holdfast::node {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Webhooks : public OneNode {
 protected:
  Webhooks() { install_webhook(world, host, R"(["message.created"])"); }

  // A chat with one message, whose webhook is under way.
  protocol::ChatId say_one(const std::string& text = "hello") {
    Client link = vera.link(host);
    const auto chat = open_chat(link);
    link.send(vera.writer.message(chat, text));
    world.pass(Ms(300));
    return chat;
  }
  void restart() {
    host.stop();
    host.start();
    world.pass(Ms(12'000));  // the lease of the former life runs out
  }
  Record record(const protocol::ChatId& chat) {
    return record_in(world.journal(Deployment::kPrimary), chat);
  }
};

TEST(EffectLanes, AHostIsOneLaneWhateverStandsRoundIt) {
  const LaneName crm = EffectLanes::of_url("https://crm.example");
  for (const char* url : {"https://CRM.example/hook", "https://crm.example:8443", "crm.example",
                          "https://someone@crm.example?a=b:c", "http://crm.example:80/x@y#z"})
    EXPECT_EQ(EffectLanes::of_url(url), crm) << url;
  EXPECT_NE(EffectLanes::of_url("https://crm.example.net"), crm);
  const LaneName six = EffectLanes::of_url("http://[2001:db8::1]/");
  EXPECT_EQ(EffectLanes::of_url("http://[2001:db8::1]:8080/"), six);
  EXPECT_NE(EffectLanes::of_url("http://[2001:db8::2]/"), six);
}

TEST_F(Webhooks, AMessageIsPostedSignedAndDone) {
  const auto chat = say_one();
  ASSERT_EQ(host.performs.size(), 1u);
  const PostWebhook post = post_of(host.performs.front());
  EXPECT_EQ(post.url, "https://crm.example/hook");
  const auto body = json::parse_object(post.body).value();
  EXPECT_EQ(*json::get_text(body, "type"), "message.created");
  EXPECT_EQ(*json::get_text(**json::get_object(body, "data"), "text"), "hello");
  EXPECT_EQ(*json::get_text(**json::get_object(body, "data"), "chat"), chat.value());
  EXPECT_EQ(header(post, "webhook-signature"),
            *webhook_signature(kSecret, header(post, "webhook-id"),
                               header(post, "webhook-timestamp"), post.body));
  EXPECT_EQ(record(chat).claims.size(), 1u);
  EXPECT_THAT(record(chat).dones, IsEmpty());

  host.perform(true);
  world.settle();
  ASSERT_EQ(record(chat).dones.size(), 1u);
  EXPECT_TRUE(record(chat).dones[0].ok);
  world.pass(Ms(60'000));
  EXPECT_THAT(host.performs, IsEmpty());
  EXPECT_EQ(host.metric("effects_pending"), 0);
  EXPECT_EQ(host.metric("effects_done_total"), 1);
}

TEST_F(Webhooks, SayOfAContactWhomTheSiteVouchesForButNotByWhatToken) {
  administer(host, "site:shop", "identity_key", fmt::format("\"{}\"", protocol::kSomeIdentityKey));
  administer(host, "webhook:crm", "events", R"(["contact.updated"])");
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  const auto contact = [&](const std::string& more) {
    link.send(vera.writer.write(
        vera.writer.draft("contact", chat, protocol::Audience::kChat),
        fmt::format(R"({{"nonce":"{}","name":"Vera"{}}})", vera.writer.new_nonce(), more)));
    world.pass(Ms(300));
  };
  const std::int64_t now_s = world.clock.now().wall.value() / 1'000;
  const std::string token = protocol::make_jwt(fmt::format(
      R"({{"sub":"cust-17","aud":"shop","iat":{},"exp":{},"name":"Vera"}})", now_s, now_s + 60));
  contact(fmt::format(R"(,"identity":"{}")", token));
  ASSERT_EQ(host.performs.size(), 1u);
  const std::string told = post_of(host.performs.front()).body;
  EXPECT_THAT(told, HasSubstr(R"("name":"Vera","identity":{"sub":"cust-17"},"verified":true})"));
  EXPECT_THAT(told, ::testing::Not(HasSubstr(token)));
  host.perform(true);
  contact("");
  ASSERT_EQ(host.performs.size(), 1u);
  EXPECT_THAT(post_of(host.performs.front()).body, ::testing::EndsWith(R"("name":"Vera"}})"));
}

TEST_F(Webhooks, TheClaimIsDurableBeforeTheAttempt) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  link.send(vera.writer.message(chat, "hello"));
  world.settle();
  host.hold_disk(true);
  world.pass(Ms(5'000));
  EXPECT_THAT(host.performs, IsEmpty());
  host.hold_disk(false);
  world.pass(Ms(300));
  EXPECT_EQ(host.performs.size(), 1u);
}

TEST_F(Webhooks, AFailureIsTriedAgainUnderTheSameIdAndTheSameClaim) {
  const auto chat = say_one();
  const std::string id = header(post_of(host.performs.front()), "webhook-id");
  host.perform(false);
  EXPECT_THAT(host.performs, IsEmpty());
  world.pass(Ms(10'000));
  ASSERT_EQ(host.performs.size(), 1u);
  EXPECT_EQ(header(post_of(host.performs.front()), "webhook-id"), id);
  host.perform(true);
  world.settle();
  EXPECT_EQ(record(chat).claims.size(), 1u);
  ASSERT_EQ(record(chat).dones.size(), 1u);
  EXPECT_EQ(record(chat).dones[0].tries, 2u);
}

TEST_F(Webhooks, ThatWaitForTheirNextTryAreTriedAtOnceWhenAPersonAsks) {
  const auto chat = say_one();
  const std::string key = header(post_of(host.performs.front()), "webhook-id");
  host.perform(false);
  ASSERT_THAT(host.performs, IsEmpty());
  const RequestId id = host.admin("POST", "/v1/admin/effects/retry", R"({"key":")" + key + "\"}");
  world.pass(Ms(300));
  EXPECT_EQ(host.reply(id).status, 200);
  ASSERT_EQ(host.performs.size(), 1u);
  host.perform(true);
  world.pass(Ms(60'000));
  EXPECT_THAT(host.performs, IsEmpty()) << "the try that was due is not made any more";
  EXPECT_EQ(record(chat).dones.size(), 1u);
}

TEST_F(Webhooks, AProcessThatDiesAfterTheClaimLeavesItToItsSuccessor) {
  const auto chat = say_one();
  const std::string id = header(post_of(host.performs.front()), "webhook-id");
  restart();
  ASSERT_EQ(host.performs.size(), 1u);
  EXPECT_EQ(header(post_of(host.performs.front()), "webhook-id"), id);
  host.perform(true);
  world.settle();
  const Record now = record(chat);
  EXPECT_EQ(now.claims.size(), 2u);
  EXPECT_LT(now.claims[0].term, now.claims[1].term);
  EXPECT_EQ(now.dones.size(), 1u);
}

TEST_F(Webhooks, WhatIsDoneStaysDoneAfterARestart) {
  say_one();
  host.perform(true);
  world.settle();
  restart();
  EXPECT_THAT(host.performs, IsEmpty());
}

TEST_F(Webhooks, SayNothingOfWhatWasBeforeThem) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);  // message.created alone is asked for
  world.pass(Ms(500));
  EXPECT_THAT(host.performs, IsEmpty());
  install_webhook(world, host, R"(["chat.opened","message.created"])");
  restart();
  EXPECT_THAT(host.performs, IsEmpty());
  EXPECT_EQ(record(chat).claims.size(), 0u);
}

TEST_F(Webhooks, AreGivenUpAfterADayAndListed) {
  const auto chat = say_one();
  std::size_t tries = 0;
  for (int hour = 0; hour < 40 && record(chat).dones.empty(); ++hour) {
    for (int i = 0; i < 60; ++i) {
      while (!host.performs.empty()) {
        host.perform(false, false, "the receiver answered 500\x1b[31m");
        ++tries;
      }
      world.jump(Ms(60'000));
      world.pass(Ms(1'000));
    }
  }
  ASSERT_EQ(record(chat).dones.size(), 1u);
  const chat::Done done = record(chat).dones[0];
  EXPECT_FALSE(done.ok);
  EXPECT_EQ(done.tries, tries);
  EXPECT_EQ(done.why, "the receiver answered 500?[31m");
  EXPECT_GT(tries, 10u);
  EXPECT_LT(tries, 60u);
  EXPECT_EQ(host.metric("effects_pending"), 0);
  EXPECT_EQ(host.metric("effects_dead"), 1);
}

TEST_F(Webhooks, ThatAreHopelessAreDeadAtOnceAndAPersonMayTryAgain) {
  const auto chat = say_one();
  host.perform(false, true, "answered 410");
  world.settle();
  ASSERT_EQ(record(chat).dones.size(), 1u);
  const auto list = [&] {
    const RequestId id = host.admin("GET", "/v1/admin/effects");
    world.settle();
    return json::parse_object(host.reply(id).body).value();
  };
  const auto listed = list();
  ASSERT_EQ(*json::get_int(listed, "dead"), 1);
  const auto& line = (**json::get_array(listed, "effects")).at(0).as_object();
  EXPECT_EQ(*json::get_text(line, "state"), "dead");
  EXPECT_EQ(*json::get_text(line, "why"), "answered 410");
  const std::string key(*json::get_text(line, "key"));

  restart();
  EXPECT_EQ(host.metric("effects_dead"), 1) << "a dead letter is found again";
  const auto retry = [&](const std::string& body) {
    const RequestId id = host.admin("POST", "/v1/admin/effects/retry", body);
    world.pass(Ms(300));
    return host.reply(id).status;
  };
  EXPECT_EQ(retry("{}"), 400);
  EXPECT_EQ(retry("{"), 400);
  EXPECT_EQ(retry(R"({"key":"x"})"), 400);
  EXPECT_EQ(retry(R"({"key":")" + std::string(43, 'A') + "\"}"), 404);
  EXPECT_EQ(retry(R"({"key":")" + key + "\"}"), 200);
  ASSERT_EQ(host.performs.size(), 1u);
  EXPECT_EQ(header(post_of(host.performs.front()), "webhook-id"), key);
  host.perform(true);
  world.settle();
  EXPECT_EQ(host.metric("effects_dead"), 0);
  EXPECT_TRUE(record(chat).dones.back().ok);
  expect_single_claims(record(chat));
}

TEST_F(Webhooks, OfAHostThatFailsAreTriedOneByOneAndHoldUpNobodyElse) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  for (int i = 0; i < 10; ++i) link.send(vera.writer.message(chat, "m" + std::to_string(i)));
  world.pass(Ms(300));
  EXPECT_EQ(host.performs.size(), 4u) << "as many at once as a lane may";
  while (!host.performs.empty()) host.perform(false);
  world.pass(Ms(200));
  EXPECT_EQ(host.performs.size(), 1u) << "one finds out whether it still fails";
  host.perform(true);
  world.pass(Ms(200));
  EXPECT_EQ(host.performs.size(), 4u);
}

TEST_F(Webhooks, ThatWereSwitchedOffAreNotCalledAnyMore) {
  const auto chat = say_one();
  host.perform(false);
  world.settle();
  testing::Writer admin = world.administrator();
  const RequestId settings = host.admin("GET", "/v1/admin/settings");
  world.settle();
  std::vector<Digest> replaces;
  const auto registers = json::parse_object(host.reply(settings).body).value();
  for (const auto& each : **json::get_array(registers, "settings")) {
    const auto& object = each.as_object();
    if (*json::get_text(object, "entity") != "webhook:crm" ||
        *json::get_text(object, "field") != "active")
      continue;
    for (const auto& digest : **json::get_array(object, "unreplaced"))
      replaces.emplace_back(Hash32::from_base64url(digest.get_string()).value());
  }
  const auto off = admin.set("webhook:crm", "active", "false", replaces);
  host.admin("POST", "/v1/admin/append",
             json::serialize(
                 json::Object{{"events", json::Array{json::Object{{"head", off->head_bytes},
                                                                  {"body", *off->body_bytes}}}}}));
  world.pass(Ms(20'000));
  EXPECT_THAT(host.performs, IsEmpty());
  ASSERT_EQ(record(chat).dones.size(), 1u);
  EXPECT_FALSE(record(chat).dones[0].ok);
  EXPECT_THAT(record(chat).dones[0].why, HasSubstr("the settings ask for it no more"));
}

TEST_F(Webhooks, OfAClosedChatAreFoundAgainAfterARestart) {
  const auto chat = say_one();
  Client operator_link = ann.link(host);
  for (const auto what : {protocol::AskWhat::kAccept, protocol::AskWhat::kClose}) {
    from_client::Ask ask;
    ask.rid = vera.writer.new_id();
    ask.chat = chat;
    ask.what = what;
    operator_link.say(ask);
    world.settle();
  }
  operator_link.leave();
  host.perform(false);
  world.settle();
  EXPECT_FALSE(world.journal(Deployment::kPrimary).open_chats().value().empty());
  restart();
  ASSERT_EQ(host.performs.size(), 1u);
  host.perform(true);
  world.settle();
  EXPECT_THAT(world.journal(Deployment::kPrimary).open_chats().value(), IsEmpty());
}

TEST_F(OneNode, AnEffectWaitsForTheSettingsThatOrderedIt) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  const auto message = vera.writer.message(chat, "hello");
  link.send(message);
  world.pass(Ms(300));
  const SiteId site(testing::kSite);
  const chat::SideEffect effect{"webhook:message.created", message->digest, "crm"};
  const chat::Claim claim{chat::key_of(site, chat, effect), effect, Epoch(2), Term(1), false};
  host.stop();
  world.install(Deployment::kPrimary, Deployment::kRedundant,
                {protocol::compose({site,
                                    chat,
                                    protocol::author_of(Deployment::kRedundant),
                                    protocol::EventId(vera.writer.new_id()),
                                    "claim",
                                    protocol::Audience::kNodes,
                                    {}},
                                   chat::claim_body(claim, std::string(22, 'A')))});
  host.start();
  world.pass(Ms(12'000));  // the lease of the former life runs out
  EXPECT_EQ(host.metric("effects_pending"), 1);
  EXPECT_THAT(record_in(world.journal(Deployment::kPrimary), chat).dones, IsEmpty());

  install_webhook(world, host, R"(["message.created"])");
  world.pass(Ms(1'500));
  ASSERT_EQ(host.performs.size(), 1u);
  EXPECT_EQ(header(post_of(host.performs.front()), "webhook-id"), claim.key.value().base64url());
}

TEST_F(Webhooks, OfAChatThatLeftTheMemoryAreStillPerformed) {
  const auto chat = say_one();
  Client operator_link = ann.link(host);
  for (const auto what : {protocol::AskWhat::kAccept, protocol::AskWhat::kClose}) {
    from_client::Ask ask;
    ask.rid = vera.writer.new_id();
    ask.chat = chat;
    ask.what = what;
    operator_link.say(ask);
    world.settle();
  }
  host.perform(false);
  for (int i = 0; i < 5; ++i) {
    world.pass(Ms(20'000));
    while (!host.performs.empty()) host.perform(false);
  }
  operator_link.leave();
  world.pass(Ms(300'000));
  while (!host.performs.empty()) host.perform(true);
  world.pass(Ms(300'000));
  while (!host.performs.empty()) host.perform(true);
  world.settle();
  EXPECT_EQ(host.metric("effects_pending"), 0);
  EXPECT_TRUE(record(chat).dones.back().ok);
}

}  // namespace
}  // namespace holdfast::node
