// Side effects of two deployments, and e-mail: claimed once for each (epoch, term), whatever dies
// when.
#include "node/effects.h"

#include "chat/erasure.h"
#include "node/effects_fixture.h"
#include "protocol/hlc.h"

namespace holdfast::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Mails : public OneNode {
 protected:
  Mails() {
    host.stop();
    host.config().mail = true;
    host.start();
    world.pass(Ms(12'000));
    administer(host, "site:shop", "offline_to", R"(["desk@shop.example"])");
  }
};

TEST_F(Mails, WhatIsWrittenWhileNobodyIsThereIsSentToTheDesk) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  link.send(vera.writer.write(
      vera.writer.draft("message", chat, protocol::Audience::kChat),
      R"({"nonce":")" + vera.writer.new_nonce() + R"(","text":"anybody there?","offline":true})"));
  world.pass(Ms(300));
  ASSERT_EQ(host.performs.size(), 1u);
  const auto& mail = std::get<SendMail>(host.performs.front().what);
  EXPECT_EQ(mail.to, "desk@shop.example");
  EXPECT_THAT(mail.text, HasSubstr("anybody there?"));
  host.perform(true);
  world.settle();
  ASSERT_EQ(record_in(world.journal(Deployment::kPrimary), chat).dones.size(), 1u);
  EXPECT_TRUE(record_in(world.journal(Deployment::kPrimary), chat).dones[0].ok);
}

class EffectsOfTwo : public TwoDeployments {
 protected:
  EffectsOfTwo() {
    install_webhook(world, primary, R"(["message.created"])");
    world.pass(Ms(1'000));
  }
  protocol::ChatId say_one(Host& host) {
    Client link = vera.link(host);
    const auto opening = vera.writer.open();
    link.send(opening);
    link.send(vera.writer.message(opening->head.chat, "hello"));
    world.pass(Ms(1'000));
    link.leave();
    return opening->head.chat;
  }
  void judge(std::uint64_t epoch) {
    const std::string verdict = protocol::encode(world.verdict(epoch));
    for (Host* const host : {&primary, &redundant}) {
      if (host->running()) host->request("POST", "/v1/verdict", verdict);
    }
    world.settle();
  }
};

TEST_F(EffectsOfTwo, OfWhatWasErasedAreNotOwedAnyMore) {
  world.cut();
  const auto chat = say_one(redundant);
  EXPECT_EQ(redundant.metric("effects_pending"), 1);
  testing::Writer admin = world.administrator();
  const chat::Erasure what{
      SiteId(testing::kSite),
      {},
      chat,
      protocol::Hlc(static_cast<std::uint64_t>(world.clock.now().wall.value()) *
                    protocol::kHlcPerMs)};
  const auto order = admin.write(admin.draft("erase", protocol::ChatId(), Audience::kNodes),
                                 chat::erasure_body(what, admin.new_nonce(), ""));
  redundant.admin("POST", "/v1/admin/append",
                  json::serialize(json::Object{
                      {"events", json::Array{json::Object{{"head", order->head_bytes},
                                                          {"body", *order->body_bytes}}}}}));
  world.pass(Ms(500));
  EXPECT_EQ(redundant.metric("effects_pending"), 0);
}

TEST_F(EffectsOfTwo, AreTheActiveDeploymentsAlone) {
  say_one(redundant);
  EXPECT_EQ(primary.performs.size(), 1u);
  EXPECT_THAT(redundant.performs, IsEmpty());
  EXPECT_EQ(redundant.metric("effects_pending"), 1);
  primary.perform(true);
  world.pass(Ms(1'000));
  EXPECT_EQ(redundant.metric("effects_pending"), 0);
}

TEST_F(EffectsOfTwo, ThatTheActiveOneLeftUndoneAreClaimedByTheNext) {
  const auto chat = say_one(primary);
  const std::string id = header(post_of(primary.performs.front()), "webhook-id");
  primary.stop();
  world.pass(Ms(1'000));
  judge(2);
  world.pass(Ms(1'000));
  ASSERT_EQ(redundant.performs.size(), 1u) << "with the peer gone nobody is waited for";
  EXPECT_EQ(header(post_of(redundant.performs.front()), "webhook-id"), id);
  redundant.perform(true);
  world.settle();
  const Record record = record_in(world.journal(Deployment::kRedundant), chat);
  expect_single_claims(record);
  EXPECT_THAT(record.claimers, ElementsAre("n:primary", "n:redundant"));
}

TEST_F(EffectsOfTwo, AreNotDoneTwiceWhenThePlannedSwitchComesInTheMiddle) {
  const auto chat = say_one(primary);
  judge(2);
  world.pass(Ms(5'000));
  EXPECT_THAT(redundant.performs, IsEmpty()) << "the other one's claim has time for its done";
  primary.perform(true);
  world.pass(Ms(30'000));
  EXPECT_THAT(redundant.performs, IsEmpty());
  EXPECT_TRUE(record_in(world.journal(Deployment::kRedundant), chat).dones.back().ok);
}

TEST_F(EffectsOfTwo, AStandbyDoesAfterMinutesAlone) {
  primary.stop();
  world.pass(Ms(1'000));
  const auto chat = say_one(redundant);
  world.pass(Ms(200'000));
  EXPECT_THAT(redundant.performs, IsEmpty());
  world.pass(Ms(120'000));
  ASSERT_EQ(redundant.performs.size(), 1u);
  EXPECT_TRUE(record_in(world.journal(Deployment::kRedundant), chat).claims[0].autonomous);
}

TEST_F(EffectsOfTwo, OfASplitHaveOneIdOnBothSides) {
  world.cut();
  world.pass(Ms(5'000));
  Client there = vera.link(primary);
  Client here = vera.link(redundant);
  const auto opening = vera.writer.open();
  const auto message = vera.writer.message(opening->head.chat, "to both");
  for (Client* const link : {&there, &here}) {
    link->send(opening);
    link->send(message);
  }
  world.pass(Ms(1'000));
  // Redundant alone hears of the verdict; Primary goes on.
  redundant.request("POST", "/v1/verdict", protocol::encode(world.verdict(2)));
  world.pass(Ms(1'000));
  ASSERT_EQ(primary.performs.size(), 1u);
  ASSERT_EQ(redundant.performs.size(), 1u);
  EXPECT_EQ(header(post_of(primary.performs.front()), "webhook-id"),
            header(post_of(redundant.performs.front()), "webhook-id"));
  EXPECT_EQ(post_of(primary.performs.front()).url, post_of(redundant.performs.front()).url);
}

// Issue 3, shows 5. Verdicts switch, processes die at every point of an effect, receivers fail and
// lose answers: every id arrives, no claim is doubled within its (epoch, term).
TEST_F(EffectsOfTwo, SurviveAHundredFailovers) {
  SeededRandom random(17);
  std::map<std::string, int> received;  // by id
  std::vector<std::string> expected;
  std::vector<protocol::ChatId> chats;
  std::uint64_t epoch = 1;
  const auto answer = [&](Host& host) {
    while (!host.performs.empty()) {
      const bool arrives = random.chance(0.7);
      if (arrives) ++received[header(post_of(host.performs.front()), "webhook-id")];
      const bool answered = random.chance(0.8);  // or the answer is lost on its way
      host.perform(arrives && answered);
    }
  };
  const auto say = [&](Host& host) {
    ASSERT_TRUE(host.node().ready()) << host.node().not_ready_reason();
    Client link = vera.link(host);
    const auto opening = vera.writer.open();
    const auto message = vera.writer.message(opening->head.chat, "hello");
    link.send(opening);
    link.send(message);
    world.settle();
    link.leave();
    chats.push_back(opening->head.chat);
    const chat::SideEffect effect{"webhook:message.created", message->digest, "crm"};
    expected.push_back(
        chat::key_of(SiteId(testing::kSite), opening->head.chat, effect).value().base64url());
  };
  const auto wake = [&](Host& host) {
    if (host.running()) return;
    host.start();
    world.connect(primary, redundant);
    // The lease of its former life runs out before it pulls and takes chats.
    for (int s = 0; s < 30 && !host.node().ready(); ++s) world.pass(Ms(1'000));
  };

  for (int failover = 0; failover < 100; ++failover) {
    Host& dying = epoch % 2 == 1 ? primary : redundant;
    Host& heir = epoch % 2 == 1 ? redundant : primary;
    say(random.chance(0.5) ? dying : heir);
    // Somewhere between the message and its `done`.
    for (std::uint64_t steps = random.below(6); steps > 0; --steps) {
      world.pass(Ms(100));
      if (random.chance(0.5)) answer(dying);
    }
    if (random.chance(0.6)) {
      for (const Perform& lost : dying.performs) ++received[header(post_of(lost), "webhook-id")];
      dying.stop();
    }
    judge(++epoch);
    world.pass(Ms(static_cast<std::int64_t>(random.below(4'000))));
    answer(heir);
    wake(dying);
    answer(dying);
  }
  for (int i = 0; i < 200; ++i) {
    world.pass(Ms(1'000));
    for (Host* const host : {&primary, &redundant}) {
      while (!host->performs.empty()) {
        ++received[header(post_of(host->performs.front()), "webhook-id")];
        host->perform(true);
      }
    }
  }
  EXPECT_EQ(primary.metric("effects_pending"), 0);
  EXPECT_EQ(redundant.metric("effects_pending"), 0);
  for (const std::string& id : expected) EXPECT_GE(received[id], 1) << id;
  EXPECT_EQ(received.size(), expected.size()) << "and no id that nothing called for";
  std::size_t claims = 0;
  for (const auto& chat : chats) {
    const Record record = record_in(world.journal(Deployment::kPrimary), chat);
    expect_single_claims(record);
    claims += record.claims.size();
    EXPECT_FALSE(record.dones.empty());
  }
  EXPECT_GT(claims, expected.size()) << "or nothing was ever claimed a second time";
}

}  // namespace
}  // namespace holdfast::node
