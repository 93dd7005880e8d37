// The operator view over real sockets, as a browser without scripts uses it.
#include "app/moderate/live/live_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/moderate/testing/moderate_fixture.h"

namespace holdfast::app {
namespace {

using protocol::Deployment;
using ::testing::HasSubstr;
using testing::ModerateFixture;
using ::testing::Not;

struct LivePagesTest : ModerateFixture {
  std::string cookie;

  void SetUp() override {
    ModerateFixture::SetUp();
    until_active(Deployment::kPrimary);
    until_healthy();
  }
  std::string code(std::string_view role) {
    const auto answer = order("/v1/code", fmt::format(R"({{"role":"{}","by":"a:ann"}})", role));
    const auto object = json::parse_object(answer.body).value();
    return std::string(json::get_text(object, "code").value());
  }
  net::HttpResponse view() {
    net::HttpCall get;
    get.headers.add("Cookie", cookie);
    return call(std::move(get), "/status/live");
  }
  net::HttpResponse post(std::string_view what, std::string body, std::string_view site = "") {
    net::HttpCall post;
    post.method = "POST";
    post.headers.add("Cookie", cookie);
    if (!site.empty()) post.headers.add("Sec-Fetch-Site", std::string(site));
    post.body = std::move(body);
    return call(std::move(post), fmt::format("/status/live/{}", what));
  }
  net::HttpResponse sign_in(std::string_view role) {
    auto answer = post("signin", "code=" + code(role));
    const std::string_view set = answer.headers.get("Set-Cookie");
    cookie = std::string(set.substr(0, set.find(';')));
    return answer;
  }
  std::string token() {
    const std::string html = view().body;
    const std::string_view mark = "name=\"token\" value=\"";
    const auto at = html.find(mark) + mark.size();
    return html.substr(at, html.find('"', at) - at);
  }
};

TEST_F(LivePagesTest, WithoutACodeThereIsAFormAndNothingElse) {
  EXPECT_THAT(view().body, HasSubstr("name=\"code\""));
  EXPECT_THAT(view().body, Not(HasSubstr("Epoch")));
  EXPECT_EQ(post("signin", "code=ABCD-EFGH-JKMN").status, 401);
  EXPECT_EQ(post("order", "order=freeze").status, 401);
  EXPECT_FALSE(status().frozen);
}

TEST_F(LivePagesTest, ACodeIsNotGivenWithoutTheAdminKey) {
  EXPECT_EQ(
      order("/v1/code", R"({"role":"operate"})", moderator::testing::secret(9), clock.now().wall)
          .status,
      401);
  EXPECT_THAT(order("/v1/code", R"({"role":"root"})").body, HasSubstr("role: "));
}

TEST_F(LivePagesTest, AnOrderIsConfirmedThenCarriedOutInTheNameOfWhoSignedIn) {
  const auto signed_in = sign_in("operate");
  EXPECT_EQ(signed_in.status, 303);
  EXPECT_EQ(signed_in.headers.get("Location"), "/status/live");
  const std::string set(signed_in.headers.get("Set-Cookie"));
  EXPECT_THAT(set, HasSubstr("HttpOnly"));
  EXPECT_THAT(set, HasSubstr("SameSite=Strict"));
  EXPECT_THAT(view().body, HasSubstr("Make Redundant active now"));
  EXPECT_THAT(std::string(view().headers.get("Content-Security-Policy")),
              HasSubstr("frame-ancestors 'none'"));

  const std::string form = "token=" + token() + "&order=switch%3Aredundant";
  const auto asked = post("confirm", form);
  EXPECT_THAT(asked.body, HasSubstr("<h1>Make Redundant active now?</h1>"));
  EXPECT_THAT(asked.body, HasSubstr("7 entries of Primary are not yet in both."));
  EXPECT_EQ(status().epoch, protocol::Epoch(1)) << "nothing has happened yet";
  EXPECT_EQ(post("order", form, "same-origin").status, 303);
  until_active(Deployment::kRedundant);
  EXPECT_THAT(status().why, HasSubstr("ordered by a:ann"));
  EXPECT_THAT(view().body, HasSubstr("redundant is active with epoch 2"));
}

TEST_F(LivePagesTest, FreezeAndMaintenanceAreOrdersToo) {
  sign_in("operate");
  EXPECT_EQ(post("order", "token=" + token() + "&order=freeze").status, 303);
  EXPECT_TRUE(status().frozen);
  EXPECT_EQ(post("order", "token=" + token() + "&order=unfreeze").status, 303);
  EXPECT_FALSE(status().frozen);
  EXPECT_EQ(post("order", "token=" + token() + "&order=maintenance-begin%3Aredundant").status, 303);
  ASSERT_TRUE(status().maintenance);
  EXPECT_THAT(view().body, HasSubstr("End maintenance of Redundant"));
  EXPECT_THAT(view().body, Not(HasSubstr("Make Redundant active"))) << "it would be refused";
}

TEST_F(LivePagesTest, AnotherSitesFormOrdersNothing) {
  sign_in("operate");
  const std::string good = token();
  EXPECT_EQ(post("order", "order=freeze").status, 401);
  EXPECT_EQ(post("order", "token=x&order=freeze").status, 401);
  EXPECT_EQ(post("order", "token=" + good + "&order=freeze", "cross-site").status, 403);
  EXPECT_EQ(post("signin", "code=" + code("view"), "cross-site").status, 403);
  EXPECT_FALSE(status().frozen);
  cookie = "holdfast-live=x";
  EXPECT_EQ(post("order", "token=" + good + "&order=freeze").status, 401);
}

TEST_F(LivePagesTest, WhoMayLookMayNotOrder) {
  sign_in("view");
  EXPECT_THAT(view().body, HasSubstr("This code was for looking only."));
  EXPECT_EQ(post("confirm", "token=" + token() + "&order=freeze").status, 403);
  EXPECT_EQ(post("order", "token=" + token() + "&order=freeze").status, 403);
  EXPECT_FALSE(status().frozen);
}

TEST_F(LivePagesTest, SigningOutEndsTheSession) {
  sign_in("operate");
  const std::string form = "token=" + token();
  EXPECT_EQ(post("signout", form).status, 303);
  EXPECT_THAT(view().body, HasSubstr("name=\"code\""));
  EXPECT_EQ(post("order", form + "&order=freeze").status, 401);
}

TEST(LiveOrders, OfferOnlyWhatMakesSenseAndReadTheirOwnNames) {
  moderator::Status status{};
  status.active = Deployment::kRedundant;
  for (const LiveOrder& order : live_orders_for(status)) {
    EXPECT_EQ(live_order_named(order.name())->button(), order.button());
  }
  EXPECT_FALSE(live_order_named("switch:third"));
  EXPECT_EQ(live_orders_for(status).front(), (LiveOrder{LiveVerb::kSwitch, Deployment::kPrimary}));
}

}  // namespace
}  // namespace holdfast::app
