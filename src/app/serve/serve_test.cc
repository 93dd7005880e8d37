// The parts of the shell that need no socket. What needs real processes stands in
// tests/integration.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/admin/sums_json.h"
#include "app/serve/client_facts.h"
#include "app/serve/mailbox.h"
#include "app/serve/metrics_page.h"
#include "app/serve/verdict_keeper.h"
#include "base/json.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

node::Input frame(std::string text) {
  return node::ClientFrame{node::SessionId(7), std::move(text)};
}

TEST(Mailbox, RefusesSocketsBeforeItRefusesAnswers) {
  Mailbox mailbox(2);
  auto one = frame("1");
  auto two = frame("2");
  auto three = frame("3");
  EXPECT_TRUE(mailbox.offer(Life(1), one));
  EXPECT_TRUE(mailbox.offer(Life(1), two));
  EXPECT_FALSE(mailbox.offer(Life(1), three));
  EXPECT_EQ(std::get<node::ClientFrame>(three).text, "3")
      << "a refused input is the caller's still";
  mailbox.deliver(Life(1), node::Tick{});
  EXPECT_EQ(mailbox.take(10, Ms{0}).size(), 3u);
  EXPECT_TRUE(mailbox.offer(Life(1), three));
}

TEST(Mailbox, IsEmptiedAfterItWasClosed) {
  Mailbox mailbox(10);
  auto one = frame("1");
  ASSERT_TRUE(mailbox.offer(Life(1), one));
  mailbox.close();
  auto late = frame("late");
  EXPECT_FALSE(mailbox.offer(Life(1), late));
  EXPECT_EQ(std::get<node::ClientFrame>(late).text, "late");
  mailbox.deliver(Life(1), node::Tick{});
  EXPECT_FALSE(mailbox.drained());
  EXPECT_EQ(mailbox.take(10, Ms{0}).size(), 1u);
  EXPECT_TRUE(mailbox.drained());
}

TEST(MetricsPage, TellsCountersFromGauges) {
  EXPECT_EQ(metrics_page({{"ready", 1}, {"events_total", 12}}),
            "# TYPE holdfast_events_total counter\nholdfast_events_total 12\n# TYPE holdfast_ready "
            "gauge\nholdfast_ready 1\n");
}

TEST(ClientFacts, AreTheSameFromEitherSide) {
  node::Config primary;
  primary.deployment = protocol::Deployment::kPrimary;
  primary.own_urls = {"https://a.example"};
  primary.peer_urls = {"https://b.example"};
  primary.keys.moderators = {{protocol::KeyId("m1"), protocol::KeyState::kActive, {}},
                             {protocol::KeyId("stolen"), protocol::KeyState::kCompromised, {}}};
  auto redundant = primary;
  redundant.deployment = protocol::Deployment::kRedundant;
  std::swap(redundant.own_urls, redundant.peer_urls);
  const auto a = *json::parse_object(client_facts(primary));
  const auto b = *json::parse_object(client_facts(redundant));
  EXPECT_EQ(a.at("deployments"), b.at("deployments"));
  EXPECT_EQ(json::serialize(a.at("deployments")),
            R"({"primary":["https://a.example"],"redundant":["https://b.example"]})");
  EXPECT_TRUE(a.at("moderatorKeys").as_object().contains("m1"));
  EXPECT_FALSE(a.at("moderatorKeys").as_object().contains("stolen"));
}

TEST(ContentSecurityPolicy, LetsThePageConnectToBothDeploymentsAndNobodyElse) {
  node::Config config;
  config.own_urls = {"https://a.example"};
  config.peer_urls = {"http://127.0.2.1:8080"};
  const auto policy = content_security_policy(config, {});
  EXPECT_NE(policy.find("connect-src 'self' https://a.example wss://a.example "
                        "http://127.0.2.1:8080 ws://127.0.2.1:8080;"),
            std::string::npos)
      << policy;
}

TEST(ContentSecurityPolicy, LetsNobodyFrameTheConsoleButWhoIsNamed) {
  const auto by_default = content_security_policy({}, {});
  EXPECT_TRUE(by_default.ends_with("; frame-ancestors 'none'")) << by_default;
  const auto named =
      content_security_policy({}, {"http://127.0.0.1:8440", "https://desk.example.com"});
  EXPECT_TRUE(named.ends_with("; frame-ancestors http://127.0.0.1:8440 https://desk.example.com"))
      << named;
}

class VerdictKeeperTest : public ::testing::Test {
 protected:
  VerdictKeeperTest()
      : dir_(fs::path(::testing::TempDir()) / ("verdict-" + std::to_string(::getpid()))) {
    fs::create_directories(dir_);
  }
  ~VerdictKeeperTest() override { fs::remove_all(dir_); }

  static node::HttpReply current(const std::string& verdict) {
    return {VerdictKeeper("x").get_current().request, 200, "application/json", verdict};
  }

  fs::path dir_;
};

TEST_F(VerdictKeeperTest, HandsTheStoredOneToTheNextNode) {
  const auto file = dir_ / "verdict.json";
  EXPECT_FALSE(VerdictKeeper(file).post_stored());
  ASSERT_TRUE(VerdictKeeper::store(file, R"({"p":"1"})"));
  ASSERT_TRUE(VerdictKeeper::store(file, R"({"p":"2"})"));
  const auto post = VerdictKeeper(file).post_stored();
  ASSERT_TRUE(post);
  EXPECT_EQ(post->method, "POST");
  EXPECT_EQ(post->body, R"({"p":"2"})");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), fs::directory_iterator()), 1)
      << "nothing is left behind";
}

TEST_F(VerdictKeeperTest, StoresOnlyWhatIsNew) {
  VerdictKeeper keeper(dir_ / "verdict.json");
  EXPECT_EQ(keeper.news(current("a")), "a");
  EXPECT_FALSE(keeper.news(current("a")));
  EXPECT_EQ(keeper.news(current("b")), "b");
  auto none = current("not found");
  none.status = 404;
  EXPECT_FALSE(keeper.news(none));
}

const protocol::Origin kOrigin("primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZZ");

TEST(SumsJson, CarriesMarksAndSums) {
  replication::Mark mark;
  mark[kOrigin].add({protocol::Seq(1), protocol::Seq(5)});
  mark[kOrigin].add({protocol::Seq(8), protocol::Seq(9)});
  const auto back = read_mark(mark_json(mark));
  ASSERT_TRUE(back) << back.error().why;
  EXPECT_EQ(back->at(kOrigin).ranges(), mark.at(kOrigin).ranges());

  replication::ChatSums sums;
  sums[{protocol::SiteId("shop"), protocol::ChatId("c")}] = {3, {1, 2, 3}};
  EXPECT_EQ(read_sums(sums_json(sums)), sums);
}

TEST(SumsJson, RefusesWhatIsNone) {
  for (const auto* text :
       {"", "[]", "{}", R"({"mark":[1]})", R"({"mark":[{"o":"x","r":[]}]})",
        R"({"mark":[{"o":"primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZZ","r":[[0,1]]}]})",
        R"({"mark":[{"o":"primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZZ","r":[[2,1]]}]})",
        R"({"mark":[{"o":"primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZZ","r":[[1]]}]})"}) {
    EXPECT_FALSE(read_mark(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::app
