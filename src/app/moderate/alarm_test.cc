// Alerts of a moderator over real sockets, to a real receiver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/moderate/testing/moderate_fixture.h"

namespace holdfast::app {
namespace {

using protocol::Deployment;
using ::testing::HasSubstr;

struct AlarmTest : testing::ModerateFixture {
  std::vector<std::string> told;
  int refusals = 1;  // the receiver is away for its first call
  std::optional<net::HttpServer> receiver;
  std::uint16_t port = 0;

  void SetUp() override {
    receiver.emplace(loop, net::ServerOptions{}, random,
                     [this](const net::HttpRequest& request, const net::Responder& respond) {
                       if (refusals-- > 0) return respond(net::HttpResponse::text(503, ""));
                       told.push_back(request.body);
                       respond(net::HttpResponse::text(204, ""));
                     });
    port = receiver->listen(*net::parse_address("127.0.0.1", 0)).value().port();
    ModerateFixture::SetUp();
  }
  void adapt(ModerateConfig& config) override {
    config.alerts.webhooks = {fmt::format("http://127.0.0.1:{}/hook", port)};
    config.alerts.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    config.alerts.retry = Ms(200);
    config.alerts.effects.webhooks.allow = {parse_address_range("127.0.0.0/8").value()};
  }
  bool was_told(std::string_view what) const {
    return std::ranges::any_of(
        told, [&](const std::string& body) { return body.find(what) != std::string::npos; });
  }
};

TEST_F(AlarmTest, TellsOfAFailoverOnceAlthoughTheReceiverWasAway) {
  until_active(Deployment::kPrimary);
  moderate.reset();
  start();  // from here on it knows which one was active
  until_healthy();
  EXPECT_TRUE(told.empty());
  primary->die();
  redundant->peer_up = false;
  until([&] { return was_told("primary.down") && was_told("\"switch\""); }, "two alerts");
  EXPECT_THAT(told, ::testing::SizeIs(2));
  EXPECT_TRUE(was_told("Redundant is active now (failover"));
  EXPECT_TRUE(was_told(R"("type":"alert.raised")"));
  EXPECT_LE(refusals, 0);
  EXPECT_THAT(get("/metrics").body, HasSubstr("alerts_open 1\n"));
  until(
      [&] { return get("/metrics").body.find("alerts_delivered_total 2\n") != std::string::npos; },
      "both are counted");
}

}  // namespace
}  // namespace holdfast::app
