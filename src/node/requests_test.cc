// The node over HTTP: readiness, sign-in, the command line.
#include "base/json.h"
#include "node/test_fixture.h"
#include "protocol/hashes.h"
#include "protocol/token.h"

namespace holdfast::node {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Requests : public OneNode {
 protected:
  const HttpReply& sign_in(const std::string& who, const std::string& password,
                           const std::string& origin = testing::kConsoleOrigin) {
    const json::Object body{{"site", "shop"}, {"operator", who}, {"password", password}};
    const RequestId id = host.request("POST", "/v1/signin", json::serialize(body), origin);
    world.settle();
    return host.reply(id);
  }
  const HttpReply& append(const std::vector<protocol::ContentPtr>& events) {
    json::Array list;
    for (const auto& each : events)
      list.push_back(json::Object{{"head", each->head_bytes}, {"body", *each->body_bytes}});
    const RequestId id = host.admin("POST", "/v1/admin/append",
                                    json::serialize(json::Object{{"events", std::move(list)}}));
    world.settle();
    return host.reply(id);
  }
  json::Object admin_get(const std::string& target) {
    const RequestId id = host.admin("GET", target);
    world.settle();
    EXPECT_EQ(host.reply(id).status, 200);
    return json::parse_object(host.reply(id).body, {.depth_max = 16}).value();
  }
};

TEST_F(Requests, AReadyNodeSaysSo) {
  EXPECT_EQ(host.reply(host.request("GET", "/readyz")).status, 200);
}

TEST_F(Requests, WhatDoesNotExistIsNotFound) {
  EXPECT_EQ(host.reply(host.request("GET", "/v1/nothing")).status, 404);
  EXPECT_EQ(host.reply(host.request("DELETE", "/v1/verdict")).status, 404);
}

TEST_F(Requests, ASignInYieldsATokenThatOpensALink) {
  const HttpReply& reply = sign_in("ann", "secret");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto body = json::parse_object(reply.body).value();
  EXPECT_EQ(*json::get_text(body, "author"), "o:ann");
  Client link(world, host, testing::kConsoleOrigin);
  link.say(link.operator_hello(std::string(*json::get_text(body, "token"))));
  world.settle();
  EXPECT_TRUE(link.last<from_node::Welcome>());
}

TEST_F(Requests, AWrongPasswordAndAnUnknownOperatorLookAlike) {
  const HttpReply& wrong = sign_in("ann", "Secret");
  const HttpReply& unknown = sign_in("eve", "secret");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_THAT(wrong.body, HasSubstr("bad_password"));
  EXPECT_EQ(host.metric("signins_refused_total"), 2);
}

TEST_F(Requests, OfAnUnknownOperatorAPasswordIsCheckedAllTheSame) {
  host.request("POST", "/v1/signin", "{\"site\":\"shop\",\"operator\":\"eve\",\"password\":\"x\"}");
  EXPECT_TRUE(host.work());
}

TEST_F(Requests, ASignInFromAnotherPageIsRefused) {
  EXPECT_EQ(sign_in("ann", "secret", "https://chat.example.evil.net").status, 400);
}

TEST_F(Requests, GuessingIsSlow) {
  for (int i = 0; i < 10; ++i)
    host.request("POST", "/v1/signin",
                 "{\"site\":\"shop\",\"operator\":\"ann\",\"password\":\"x\"}");
  const RequestId eleventh = host.request(
      "POST", "/v1/signin", "{\"site\":\"shop\",\"operator\":\"ann\",\"password\":\"secret\"}");
  ASSERT_TRUE(host.answered(eleventh));
  EXPECT_EQ(host.reply(eleventh).status, 429);
  EXPECT_THAT(host.reply(eleventh).body, HasSubstr("retry_ms"));
}

TEST_F(Requests, ASignInThatIsNoSignInIsNamed) {
  const RequestId id =
      host.request("POST", "/v1/signin", "{\"site\":\"shop\",\"operator\":7,\"password\":\"x\"}");
  EXPECT_EQ(host.reply(id).status, 400);
  EXPECT_THAT(host.reply(id).body, HasSubstr("operator"));
}

TEST_F(Requests, AdminRequestsMustBeSignedAndFresh) {
  const RequestId unsigned_request = host.request("GET", "/v1/admin/state");
  EXPECT_EQ(host.reply(unsigned_request).status, 401);

  const auto with_header = [&](const std::string& header) {
    const RequestId id(900'000 + host.metric("admin_refused_total"));
    host.input(HttpRequest{id, "GET", "/v1/admin/state", header, "", "", ""});
    return host.reply(id).status;
  };
  const WallMs now = world.clock.now().wall;
  EXPECT_EQ(with_header(protocol::admin_authorization(world.keys.admin, now - Ms(60'001), "GET",
                                                      "/v1/admin/state", "")),
            401);
  EXPECT_EQ(with_header(
                protocol::admin_authorization(world.keys.admin, now, "GET", "/v1/admin/holds", "")),
            401);
  EXPECT_EQ(with_header(
                protocol::admin_authorization(world.keys.probe, now, "GET", "/v1/admin/state", "")),
            401);
  EXPECT_EQ(with_header(protocol::admin_authorization(world.keys.admin, now - Ms(59'000), "GET",
                                                      "/v1/admin/state", "")),
            200);
}

TEST_F(Requests, TheStateTellsWhatAModeratorAsks) {
  Client link = vera.link(host);
  link.say(from_client::Report{2, 1, 3, world.clock.now().wall, {}});
  Client probe(world, host, "");
  probe.say(probe.probe_hello(false));
  world.settle();
  const auto state = admin_get("/v1/admin/state");
  EXPECT_EQ(*json::get_text(state, "deployment"), "primary");
  EXPECT_EQ(json::serialize(**json::get_array(state, "versions")), "[1,1]");
  EXPECT_TRUE(*json::get_bool(state, "ready"));
  EXPECT_EQ(*json::get_int(state, "clients"), 1);
  const auto* const reports = *json::get_object(state, "reports");
  EXPECT_EQ(*json::get_int(*reports, "hedges_won"), 2);
  EXPECT_FALSE(*json::get_bool(**json::get_object(state, "peer"), "up"));
}

TEST_F(Requests, TheStateTellsHowTheSyntheticChatsWithThePeerGo) {
  EXPECT_EQ(admin_get("/v1/admin/state").if_contains("peer_chat"), nullptr) << "none has ended yet";
  host.input(PeerChatDone{7, 2, 1'500, "timed out waiting for the operator's welcome"});
  world.pass(Ms(300));
  const auto state = admin_get("/v1/admin/state");
  const auto* const chat = *json::get_object(state, "peer_chat");
  EXPECT_FALSE(*json::get_bool(*chat, "ok"));
  EXPECT_EQ(*json::get_int(*chat, "worked"), 7);
  EXPECT_EQ(*json::get_int(*chat, "failures"), 2);
  EXPECT_EQ(*json::get_int(*chat, "took_ms"), 1'500);
  EXPECT_GE(*json::get_int(*chat, "age_ms"), 300);
  EXPECT_THAT(std::string(*json::get_text(*chat, "why")), HasSubstr("welcome"));
}

TEST_F(Requests, TheStateTellsHowLongTheJournalTakes) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  host.hold_disk(true);
  link.send(vera.writer.message(chat, "still there?"));
  world.clock.advance(Ms(4'000));
  EXPECT_GE(*json::get_int(admin_get("/v1/admin/state"), "journal_ms"), 4'000) << "it waits so far";
  host.hold_disk(false);
  world.settle();
  EXPECT_GE(*json::get_int(admin_get("/v1/admin/state"), "journal_ms"), 4'000) << "it took so long";
  link.send(vera.writer.message(chat, "now it is quick"));
  world.settle();
  EXPECT_LT(*json::get_int(admin_get("/v1/admin/state"), "journal_ms"), 100);
}

TEST_F(Requests, WhatClientsTellLongAfterwardsIsNoNewsOfNow) {
  Client link = vera.link(host);
  const WallMs now = world.clock.now().wall;
  link.say(from_client::Report{1, 0, 2, now, 9'000});
  link.say(from_client::Report{0, 4, 30, now, 3'600'000});
  link.say(from_client::Report{0, 0, 5, now, 9'007'199'254'740'991});
  const auto state = admin_get("/v1/admin/state");
  const auto* const reports = *json::get_object(state, "reports");
  EXPECT_EQ(*json::get_int(*reports, "failed_connects"), 2);
  EXPECT_EQ(*json::get_int(*reports, "late_acks"), 0);
  const auto* const late = *json::get_object(*reports, "late");
  EXPECT_EQ(*json::get_int(*late, "failed_connects"), 35);
  EXPECT_EQ(*json::get_int(*late, "late_acks"), 4);
  EXPECT_EQ(*json::get_int(*late, "at"), (now - Ms(3'600'000)).value());
  EXPECT_EQ(host.metric("client_reports_late_total"), 2);
}

TEST_F(Requests, HoldsAndChatsAreTold) {
  Client link = vera.link(host);
  const auto chat = open_chat(link);
  EXPECT_EQ((*json::get_array(admin_get("/v1/admin/holds"), "origins"))->size(), 2u);
  const auto all = admin_get("/v1/admin/chats");
  ASSERT_EQ((*json::get_array(all, "chats"))->size(), 1u);
  const auto one = admin_get("/v1/admin/chats?site=shop&chat=" + chat.value());
  const auto& only = (*json::get_array(one, "chats"))->at(0).as_object();
  EXPECT_EQ((*json::get_array(only, "transcript"))->size(), 1u);
  EXPECT_EQ(host.reply(host.admin("GET", "/v1/admin/settings")).status, 200);
}

TEST_F(Requests, PasswordsAreNeverTold) {
  const RequestId id = host.admin("GET", "/v1/admin/settings");
  EXPECT_THAT(host.reply(id).body, HasSubstr("\"password\""));
  EXPECT_THAT(host.reply(id).body, Not(HasSubstr("argon2")));
}

TEST_F(Requests, AWriteIsAnsweredWhenItIsDurableAndRepeatingItIsFree) {
  Writer admin = world.administrator();
  const auto write = admin.set("site:shop", "name", "\"Other\"");
  const HttpReply first = append({write});
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(append({write}).body, first.body);
}

TEST_F(Requests, WritesThatMeanNothingAreRefusedAllTogether) {
  Writer admin = world.administrator();
  const auto good = admin.set("site:shop", "name", "\"Other\"");
  EXPECT_THAT(append({good, admin.set("site:shop", "name", "7")}).body, HasSubstr("bad_frame"));
  EXPECT_THAT(append({good, admin.set("site:other", "name", "\"x\"")}).body,
              HasSubstr("wrong_site"));
  EXPECT_THAT(append({good, admin.set("printer:1", "name", "\"x\"")}).body, HasSubstr("bad_frame"));
  EXPECT_THAT(append({good, vera.writer.open()}).body, HasSubstr("not_allowed"));
  Writer visitor(SiteId(testing::kSite), vera.writer.author(), world.clock, world.random);
  EXPECT_THAT(append({good, visitor.set("site:shop", "name", "\"x\"")}).body,
              HasSubstr("wrong_author"));
  EXPECT_THAT(append({}).body, HasSubstr("too_many"));
  EXPECT_EQ(host.reply(host.admin("POST", "/v1/admin/append", "{\"events\":[")).status, 400);
  const RequestId settings = host.admin("GET", "/v1/admin/settings");
  EXPECT_THAT(host.reply(settings).body, Not(HasSubstr("Other")));
}

}  // namespace
}  // namespace holdfast::node
