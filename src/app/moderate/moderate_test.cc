#include "app/moderate/moderate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/moderate/testing/moderate_fixture.h"

namespace holdfast::app {
namespace {

using moderator::testing::secret;
using protocol::Deployment;
using ::testing::HasSubstr;
using testing::LittleDeployment;

using ModerateTest = testing::ModerateFixture;

TEST_F(ModerateTest, FailsOverFromADeadPrimaryAndBackWhenItHoldsEverything) {
  until_active(Deployment::kPrimary);
  until_healthy();
  const std::uint16_t port = primary->port();
  const std::string held = fmt::format(
      R"([{{"o":"redundant/n1/01J00000000000000000000000","i":[{{"a":1,"b":2,"p":"{0}","h":"{0}"}}]}}])",
      std::string(43, 'A'));
  redundant->origins = held;
  primary->die();
  redundant->peer_up = false;
  until_active(Deployment::kRedundant);
  EXPECT_EQ(primary->epoch(), 1u);

  primary.emplace(loop, Deployment::kPrimary, keys, port);
  redundant->peer_up = true;
  until([&] { return status().barrier == "primary lacks 2 entries"; }, "the barrier");
  EXPECT_EQ(primary->epoch(), 2u) << "the returning deployment is told";
  primary->origins = held;
  until_active(Deployment::kPrimary);
  EXPECT_EQ(primary->refused + redundant->refused, 0);
}

TEST_F(ModerateTest, ASilentDeploymentIsTimedOutAndSaysOnWhat) {
  until_healthy();
  primary->node.accepts = false;
  until([&] { return status().primary.signals.chat == moderator::Signal::kBad; },
        "the chat's signal");
  EXPECT_THAT(status().primary.probe_why, HasSubstr("timed out waiting for"));
  EXPECT_EQ(status().active, Deployment::kPrimary) << "one signal is not enough";
}

TEST_F(ModerateTest, FailsOverFromOneThatAcknowledgesAndDeliversToNobody) {
  redundant->peer_chat = R"({"ok":true,"worked":9,"failures":0,"took_ms":9,"age_ms":20})";
  until_healthy();
  primary->node.delivers = false;
  until([&] { return status().primary.signals.chat == moderator::Signal::kBad; },
        "the chat's signal");
  EXPECT_THAT(status().primary.probe_why, HasSubstr("the visitor's message at the operator"));
  EXPECT_EQ(status().active, Deployment::kPrimary) << "the peer link is up, and says nothing";
  redundant->peer_chat =
      R"({"ok":false,"worked":9,"failures":2,"took_ms":1500,"age_ms":20,"why":"timed out"})";
  until_active(Deployment::kRedundant);
  EXPECT_THAT(status().why, HasSubstr("(chat, peer)"));
}

TEST_F(ModerateTest, ADeadNodeOfTwoIsNoDeadDeployment) {
  moderate.reset();
  LittleDeployment dead(loop, Deployment::kPrimary, keys);
  dead.die();
  ModerateConfig two = config();
  two.primary = {dead.url(), primary->url()};
  moderate = Moderate::open(loop, random, two, "test").value();
  until_active(Deployment::kPrimary);
  until_healthy();
  EXPECT_EQ(status().epoch, protocol::Epoch(1));
}

TEST_F(ModerateTest, TheLinksOfItsChatsAreDialledAnewNowAndThen) {
  moderate.reset();
  ModerateConfig config = this->config();
  config.policy.links_renew_ms = 300;
  moderate = Moderate::open(loop, random, config, "test").value();
  until_healthy();
  until([&] { return primary->node.hellos.size() >= 8; }, "new links");
  EXPECT_EQ(status().primary.signals.chat, moderator::Signal::kGood);
  EXPECT_THAT(get("/metrics").body, HasSubstr("primary_probes_failed_total 0\n"));
}

TEST_F(ModerateTest, ServesTheVerdictToBrowsersOfAnySite) {
  until_active(Deployment::kPrimary);
  const auto answer = get("/v1/verdict");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.get("Access-Control-Allow-Origin"), "*");
  const auto verdict = protocol::read_verdict(
      keys, protocol::parse_signed_verdict(answer.body).value(), protocol::Epoch(0));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->epoch, protocol::Epoch(1));
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/v1/nothing").status, 404);
  EXPECT_THAT(get("/metrics").body, HasSubstr("holdfast_moderator_epoch 1\n"));
  EXPECT_THAT(get("/v1/status").body, HasSubstr(R"("active":"primary")"));
}

TEST_F(ModerateTest, ServesAPageForPeople) {
  until_active(Deployment::kPrimary);
  const auto page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy")),
              HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.body, HasSubstr("<h1>Primary is active</h1>"));
}

TEST_F(ModerateTest, KeepsARecordShowsItAndHandsItToBothDeployments) {
  until_healthy();
  until([&] { return get("/status").body.find("Both deployments carry") != std::string::npos; },
        "the public page");
  primary->die();
  redundant->peer_up = false;
  until_active(Deployment::kRedundant);
  const auto handed = [&] {
    const auto read = read_record_json(redundant->record);
    return read && read->summary.epoch == protocol::Epoch(2);
  };
  until(handed, "the record at the deployment that is left");
  EXPECT_THAT(get("/status").body, HasSubstr("Primary did not carry chats; Redundant took over"));
  EXPECT_THAT(get("/v1/record").body, HasSubstr(R"("failovers":1)"));
  EXPECT_THAT(get("/metrics").body, HasSubstr("holdfast_moderator_record_failing 0\n"));

  moderate.reset();
  start();
  const auto kept = read_record_json(get("/v1/record").body);
  ASSERT_TRUE(kept) << kept.error().why;
  ASSERT_FALSE(kept->summary.incidents.empty()) << "it outlives a restart";
  EXPECT_TRUE(kept->summary.incidents[0].was_active);
}

TEST_F(ModerateTest, BeforeTheFirstVerdictItIsAliveButNotReady) {
  moderate.reset();
  std::filesystem::remove_all(folder);
  primary->die();
  redundant->die();
  start();
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_THAT(get("/readyz").body, HasSubstr("no deployment has told its epoch yet"));
  EXPECT_EQ(get("/v1/verdict").status, 404);
}

TEST_F(ModerateTest, AnOrderIsObeyedOnceAndOnlyWhenItIsSigned) {
  until_active(Deployment::kPrimary);
  const WallMs now = clock.now().wall;
  const std::string body = R"({"to":"redundant"})";
  EXPECT_EQ(order("/v1/switch", body, secret(9), now).status, 401) << "another key";
  EXPECT_EQ(order("/v1/switch", body, secret(2), now - Ms(120'000)).status, 401) << "too old";
  const auto answer = order("/v1/switch", body, secret(2), now);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("7 entries of primary are not yet in both"));
  EXPECT_EQ(order("/v1/switch", body, secret(2), now).status, 401) << "a copy";
  until_active(Deployment::kRedundant);
  EXPECT_THAT(get("/metrics").body, HasSubstr("orders_refused_total 3\n"));
}

TEST_F(ModerateTest, ADeploymentIsTakenIntoMaintenanceAndGivenBack) {
  until_active(Deployment::kPrimary);
  until_healthy();
  const auto begun = order("/v1/maintenance", R"({"deployment":"primary","on":true,"by":"a:ann"})");
  EXPECT_EQ(begun.status, 200) << begun.body;
  until_active(Deployment::kRedundant);
  until([&] { return get("/v1/status").body.find(R"("step":"safe")") != std::string::npos; },
        "safe to stop");
  EXPECT_THAT(get("/v1/status").body, HasSubstr(R"("by":"a:ann")"));
  EXPECT_THAT(get("/metrics").body, HasSubstr("primary_in_maintenance 1\n"));
  EXPECT_EQ(order("/v1/maintenance", R"({"deployment":"redundant","on":true})").status, 409);

  moderate.reset();
  start();
  EXPECT_TRUE(status().maintenance) << "it outlives a restart";
  until_healthy();
  EXPECT_EQ(order("/v1/maintenance", R"({"deployment":"primary","on":false})").status, 200);
  until_active(Deployment::kPrimary);
  EXPECT_THAT(status().why, HasSubstr("failback"));
}

TEST_F(ModerateTest, ABadOrderNamesItsField) {
  EXPECT_THAT(order("/v1/switch", R"({"to":"third"})").body, HasSubstr("to: "));
  EXPECT_THAT(order("/v1/switch", "{").body, HasSubstr("4300"));
  EXPECT_THAT(order("/v1/freeze", R"({"on":1})").body, HasSubstr("on: "));
  EXPECT_THAT(order("/v1/maintenance", R"({"deployment":"both","on":true})").body,
              HasSubstr("deployment: "));
  EXPECT_THAT(order("/v1/maintenance", R"({"deployment":"primary"})").body, HasSubstr("on: "));
  EXPECT_THAT(order("/v1/maintenance", R"({"deployment":"primary","on":true,"by":7})").body,
              HasSubstr("by: "));
  EXPECT_EQ(order("/v1/nothing", "{}").status, 404);
}

TEST_F(ModerateTest, VerdictAndFreezeOutliveARestart) {
  until_active(Deployment::kPrimary);
  ASSERT_EQ(order("/v1/switch", R"({"to":"redundant"})").status, 200);
  ASSERT_EQ(order("/v1/freeze", R"({"on":true,"by":"a:ann"})").status, 200);
  moderate.reset();
  primary->die();
  redundant->die();
  start();
  EXPECT_EQ(status().epoch, protocol::Epoch(2));
  EXPECT_TRUE(status().frozen);
  EXPECT_THAT(get("/v1/verdict").body, HasSubstr("manual"));
}

TEST_F(ModerateTest, RefusesToStartWithoutItsOwnPublicKey) {
  moderate.reset();
  ModerateConfig wrong = config();
  wrong.moderators[0].id = protocol::KeyId("k9");
  EXPECT_THAT(Moderate::open(loop, random, wrong, "test").error().why,
              HasSubstr("no [[moderator]] has the id of the signing key, s1"));
  wrong = config();
  wrong.moderators[0].bytes[0] ^= 1;
  EXPECT_THAT(Moderate::open(loop, random, wrong, "test").error().why,
              HasSubstr("is not the public half"));
}

TEST_F(ModerateTest, StartedWithoutTheSharedStoreItWaitsTakesNoOrderAndSaysWhy) {
  moderate.reset();
  ModerateConfig away = config();
  away.store.etcd = {*net::parse_url("http://127.0.9.1:9")};
  moderate = Moderate::open(loop, random, away, "test").value();
  until([&] { return get("/readyz").body.find("127.0.9.1:9") != std::string::npos; }, "why");
  const auto answer = order("/v1/freeze", R"({"on":true})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("the record is not known yet: "));
  EXPECT_THAT(get("/v1/status").body, HasSubstr(R"("answers":false,"why":)"));
  EXPECT_THAT(get("/metrics").body, HasSubstr("store_answers 0\n"));
}

TEST_F(ModerateTest, ASecondModeratorOverTheSameRecordIsRefused) {
  EXPECT_THAT(Moderate::open(loop, random, config(), "test").error().why,
              HasSubstr("in use by another moderator"));
}

}  // namespace
}  // namespace holdfast::app
